import type { Core } from '../../kernel/core.ts';

/** What a runner's side wants to know as soon as it is durable. */
export type JobNews =
  | { readonly kind: 'queued'; readonly jobId: number }
  /** Stop it: `cancel` lets `always()` steps run, `kill` ends at once. */
  | { readonly kind: 'cancel' | 'kill'; readonly jobId: number };

type Watcher = (news: JobNews) => void;

const watchers = new WeakMap<Core, Set<Watcher>>();

/** Hears of jobs that can be taken and of jobs to stop, after the transaction. Gives what ends it. */
export function watchJobs(core: Core, watcher: Watcher): () => void {
  let all = watchers.get(core);
  if (all === undefined) watchers.set(core, (all = new Set()));
  all.add(watcher);
  return () => {
    all.delete(watcher);
  };
}

/** Tells the watchers once the running transaction is durable. */
export function announce(core: Core, news: JobNews): void {
  if ((watchers.get(core)?.size ?? 0) === 0) return;
  core.store.afterCommit(() => {
    for (const watcher of watchers.get(core) ?? []) watcher(news);
  });
}
