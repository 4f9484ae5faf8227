import type { Core } from '../../../sandbox/kernel/core.ts';
import type { EmittedEvent, Payload } from '../../../sandbox/kernel/events.ts';
import { checkWebhook } from '../../../sandbox/contract/index.ts';
import { encodeCommit } from '../../../sandbox/git/commit-object.ts';
import { node } from '../../../sandbox/git/graph.ts';
import { editTree } from '../../../sandbox/git/tree.ts';
import type { Actor } from '../../../sandbox/issues/actor.ts';
import { moveBranch } from '../../../sandbox/pulls/refs.ts';
import { branchTip } from '../../../sandbox/pulls/comparison.ts';
import { addRepository, plantCommit } from '../../../sandbox/seed.ts';
import type { Repository } from '../../../sandbox/state/repositories.ts';
import { newWorld, type Who, type World } from '../world.ts';

export type Files = Readonly<Record<string, string | null>>;

export interface Told {
  /** `pull_request.opened` */
  readonly name: string;
  readonly body: Payload;
  readonly event: EmittedEvent;
}

export interface PullWorld extends World {
  readonly core: Core;
  /** What was told since the last look, every payload held to GitHub's description. */
  told(): Told[];
  /** Writes a commit; its id. */
  commit(files: Files, parents: readonly string[], message?: string, author?: string): string;
  /** Commits onto a branch (made from `from` where it is new) and pushes it; its tip. */
  push(
    branch: string,
    files: Files,
    options?: { as?: Who; from?: string; message?: string; into?: Repository },
  ): string;
  /** Moves a branch (null deletes it). */
  move(branch: string, to: string | null, options?: { as?: Who; into?: Repository }): void;
  actor(who: Who): Actor;
  /** Opens a pull request and gives its number. */
  open(head: string, more?: Record<string, unknown>, as?: Who): number;
  fork(who: Who): Repository;
  tip(branch: string): string;
}

/** A sandbox whose `owner/repo` has a `main` with one commit. */
export function pullWorld(options: Parameters<typeof newWorld>[0] = {}): PullWorld {
  const world = newWorld(options);
  const { core } = world.sandbox;
  const events: Told[] = [];
  core.listeners.push((_, event) => {
    const name = event.action === undefined ? event.name : `${event.name}.${event.action}`;
    const body = JSON.parse(JSON.stringify(event.body())) as Payload;
    const problems = checkWebhook(event.name, event.action, body);
    if (problems.length > 0)
      throw new Error(
        `${name}: ${problems
          .slice(0, 8)
          .map(({ at, message }) => `${at} ${message}`)
          .join('; ')}`,
      );
    events.push({ name, body, event });
  });
  const store = core.objects(world.repository);
  let time = 1_767_225_600;
  const commit: PullWorld['commit'] = (files, parents, message = 'Change\n', author = 'writer') => {
    const edits = new Map(
      Object.entries(files).map(([path, text]) => [
        path,
        text === null ? null : { mode: '100644' as const, id: store.write('blob', Buffer.from(text)) },
      ]),
    );
    const [first] = parents;
    const tree = editTree(store, first === undefined ? undefined : node(store, first).tree, edits);
    const person = { name: author, email: `${author}@example.com`, time: time++, zone: '+0000' };
    return store.write('commit', encodeCommit({ tree, parents, author: person, committer: person, message }));
  };
  const first = commit(
    { 'README.md': '# Sample\n', 'a.txt': 'one\ntwo\nthree\nfour\nfive\n' },
    [],
    'First\n',
  );
  core.store.transaction(() => plantCommit(core, world.repository, 'main', first));
  const actor = (who: Who): Actor => {
    const account = core.tables.accounts.find('login', who)!;
    return { account, by: { kind: 'user', userId: account.id, tokenId: 0, scopes: ['repo', 'workflow'] } };
  };
  const move: PullWorld['move'] = (branch, to, { as = 'writer', into = world.repository } = {}) => {
    const before = branchTip(core, into.id, branch);
    core.store.transaction(() => {
      const refusal = moveBranch(core, actor(as), into, branch, before ?? null, to, { kind: 'push' });
      if (refusal !== undefined) throw new Error(refusal.message);
    });
  };
  return {
    ...world,
    core,
    told: () => events.splice(0),
    commit,
    move,
    actor,
    push: (branch, files, { from = 'main', message, as = 'writer', into = world.repository } = {}) => {
      const parent = branchTip(core, into.id, branch) ?? branchTip(core, into.id, from)!;
      const tip = commit(files, [parent], message, as);
      move(branch, tip, { as, into });
      return tip;
    },
    open: (head, more = {}, as = 'writer') => {
      const answer = world.call(as, 'POST /repos/owner/repo/pulls', {
        title: 'Change',
        head,
        base: 'main',
        ...more,
      });
      if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
      return (answer.body as { number: number }).number;
    },
    fork: (who) =>
      core.store.transaction(() => {
        const made = addRepository(core, core.tables.accounts.find('login', who)!.id, 'repo', {
          forkOf: world.repository.id,
          networkId: world.repository.networkId,
        });
        plantCommit(core, made, 'main', branchTip(core, world.repository.id, 'main')!);
        return made;
      }),
    tip: (branch) => branchTip(core, world.repository.id, branch)!,
  };
}
