import type { Actor } from '../issues/actor.ts';
import type { Core } from '../kernel/core.ts';
import { updateRefs, type Refusal, type Via } from '../refs/update.ts';
import type { Pull } from '../state/pulls.ts';
import { refKey, type Repository } from '../state/repositories.ts';

/** Full name of a pull request's own ref; clients may read it and never write it. */
export function pullRef(number: number, kind: 'head' | 'merge'): string {
  return `refs/pull/${number}/${kind}`;
}

/** Points a pull request's own ref to a commit, or removes it. No rule is asked and nobody is told. */
export function setPullRef(
  core: Core,
  pull: Pick<Pull, 'repositoryId' | 'number'>,
  kind: 'head' | 'merge',
  oid: string | null,
): void {
  const name = pullRef(pull.number, kind);
  const key = refKey(pull.repositoryId, name);
  if (oid === null) core.tables.refs.remove(key);
  else core.tables.refs.put({ key, repositoryId: pull.repositoryId, name, oid });
}

/** Moves a branch (null deletes it) by the rules of every ref; gives the reason where it may not. */
export function moveBranch(
  core: Core,
  actor: Actor,
  repository: Repository,
  branch: string,
  before: string | null,
  after: string | null,
  via: Via,
): Refusal | undefined {
  const update = { ref: `refs/heads/${branch}`, before, after };
  const [outcome] = updateRefs(core, repository, actor, [update], via);
  return outcome?.ok === false ? outcome.refused : undefined;
}
