import type { Fields } from '../fields.ts';
import { CONVERSATION_MUTATIONS } from './conversations.ts';
import { DEPLOYMENT_MUTATIONS } from './deployments.ts';
import { GIT_MUTATIONS } from './git.ts';
import { PULL_MUTATIONS } from './pulls.ts';
import { REPOSITORY_MUTATIONS } from './repositories.ts';
import { REVIEW_MUTATIONS } from './reviews.ts';

/** Every mutation the sandbox does. */
export const MUTATIONS: Fields<never> = {
  ...REPOSITORY_MUTATIONS,
  ...GIT_MUTATIONS,
  ...CONVERSATION_MUTATIONS,
  ...PULL_MUTATIONS,
  ...REVIEW_MUTATIONS,
  ...DEPLOYMENT_MUTATIONS,
};
