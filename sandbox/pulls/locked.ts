import { may } from '../access/index.ts';
import type { Context } from '../kernel/context.ts';
import { forbidden } from '../kernel/errors.ts';
import type { Pull } from '../state/pulls.ts';
import { issueOf } from './find.ts';

/** A locked conversation is for people who may write. @throws ApiError 403 */
export function refuseLocked(c: Context, pull: Pull): void {
  if (!issueOf(c.core, pull).locked) return;
  if (may(c.core, c.viewer, c.repo, 'write', 'pull_requests')) return;
  throw forbidden('Unable to create comment because issue is locked.');
}
