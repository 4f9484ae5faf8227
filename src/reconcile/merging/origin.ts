import type { Person } from '../../contracts/entry.ts';
import type { Registration } from '../../registry/index.ts';
import type { PullFacts } from '../ports.ts';
import type { MergingPorts } from './types.ts';

/** Where a commit of the default branch came from. */
export interface MergeOrigin {
  /** The pull request whose merge it is; null for a commit that was pushed without one. */
  readonly pull: PullFacts | null;
  readonly authors: readonly Person[];
  /** A label `bump:…` of the pull request. */
  readonly number: Registration['number'];
}

/**
 * The merged pull request of a commit and whoever made both. Approvals are counted against the authors, so everybody
 * that GitHub names is one.
 */
export async function originOf(
  ports: Pick<MergingPorts, 'repository' | 'self'>,
  commit: string,
  branch: string,
): Promise<MergeOrigin> {
  const { repository, self } = ports;
  const pulls = await repository.pullsOf(commit);
  const pull =
    pulls.find(
      ({ merged, mergeCommit, base }) => merged && mergeCommit === commit && base.branch === branch,
    ) ??
    pulls.find(({ merged, base }) => merged && base.branch === branch) ??
    null;
  const people = [
    ...(pull === null ? [] : [pull.author]),
    ...(await repository.authorsOf(commit)),
    // What was squashed into the commit has authors of its own.
    ...(pull === null ? [] : await repository.makersOf(pull.number)),
  ];
  const authors = new Map((people.length === 0 ? [self] : people).map((person) => [person.id, person]));
  const labels = pull === null ? [] : ((await repository.conversation(pull.number))?.labels ?? []);
  return { pull, authors: [...authors.values()].slice(0, MOST_AUTHORS), number: bumpOf(labels) };
}

/** An entry names no more. */
const MOST_AUTHORS = 100;

const BUMPS = ['major', 'minor', 'patch'] as const;

/** The largest that is asked for. */
function bumpOf(labels: readonly string[]): Registration['number'] {
  const bump = BUMPS.find((part) => labels.includes(`bump:${part}`));
  return bump === undefined ? null : { bump };
}
