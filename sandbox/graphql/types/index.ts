import type { Fields } from '../fields.ts';
import { MUTATIONS } from '../mutations/index.ts';
import { ACTORS } from './actors.ts';
import { CHECKS } from './checks.ts';
import { COMMITS } from './commits.ts';
import { DEPLOYMENTS } from './deployments.ts';
import { ISSUES } from './issues.ts';
import { PULLS } from './pulls.ts';
import { QUERY } from './query.ts';
import { REACTION_TYPES } from './reactions.ts';
import { REFS } from './refs.ts';
import { RELEASES } from './releases.ts';
import { REPOSITORIES } from './repository.ts';
import { REPOSITORY_PARTS } from './repository-lists.ts';
import { REVIEWS } from './reviews.ts';
import { TIMELINES } from './timeline.ts';

/** Every type of object the sandbox knows the fields of. */
export const TYPES: Readonly<Record<string, Fields<never>>> = {
  ...QUERY,
  Mutation: MUTATIONS,
  ...ACTORS,
  ...REPOSITORIES,
  ...REPOSITORY_PARTS,
  ...REFS,
  ...COMMITS,
  ...ISSUES,
  ...PULLS,
  ...REVIEWS,
  ...CHECKS,
  ...RELEASES,
  ...DEPLOYMENTS,
  ...REACTION_TYPES,
  ...TIMELINES,
};
