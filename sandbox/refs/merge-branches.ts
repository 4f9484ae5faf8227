/** Merges of branches without a pull request. */
import { aheadBehind, isAncestor } from '../git/history.ts';
import { mergeCommits } from '../git/merge.ts';
import type { Core } from '../kernel/core.ts';
import { encodeSigned } from '../kernel/web-flow.ts';
import { signatureOf, WEB_FLOW } from '../pulls/identity.ts';
import type { Repository } from '../state/repositories.ts';
import type { RefActor } from './change.ts';

/** Base and head as one commit; `none` where the base has the head already. */
export function mergeCommit(
  core: Core,
  repository: Repository,
  actor: RefActor,
  sides: { readonly base: string; readonly head: string },
  message: string,
): { readonly commit: string } | 'conflict' | 'none' {
  const store = core.objects(repository);
  const { base, head } = sides;
  if (isAncestor(store, head, base)) return 'none';
  const merged = mergeCommits(store, base, head);
  if (merged === undefined || !('tree' in merged)) return 'conflict';
  const time = Math.floor(core.clock.now() / 1000);
  const at = { time, zone: '+0000' };
  const commit = store.write(
    'commit',
    encodeSigned(core, {
      tree: merged.tree,
      parents: [base, head],
      author: { ...signatureOf(actor.account), ...at },
      committer: { ...WEB_FLOW, ...at },
      message,
    }),
  );
  return { commit };
}

/** How a fork's branch stands to the one it follows. */
export function syncKind(
  core: Core,
  fork: Repository,
  tip: string,
  upstream: string,
): 'none' | 'fast-forward' | 'merge' {
  const { ahead, behind } = aheadBehind(core.objects(fork), upstream, tip);
  if (behind === 0) return 'none';
  return ahead === 0 ? 'fast-forward' : 'merge';
}
