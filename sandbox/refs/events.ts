/** Events of refs: `create`, `delete`, `push`. https://docs.github.com/webhooks/webhook-events-and-payloads#push */
import { type Commit, peel, readCommit } from '../git/commit-object.ts';
import { treeChanges } from '../git/changes.ts';
import { commitsBetween, isAncestor } from '../git/history.ts';
import { type ObjectStore, ZERO_ID } from '../git/objects.ts';
import { isoTime, type Person } from '../git/person.ts';
import type { Core, Payload, View } from '../kernel/core.ts';
import { emit } from '../kernel/events.ts';
import type { Repository } from '../state/repositories.ts';
import { fullName } from '../views/repositories.ts';
import { type RefActor, type RefChange, shortName } from './change.ts';
import { refsWithPrefix } from './prefix.ts';

/** Most commits in one payload; more tags at once than this are told by no event. */
const MOST_COMMITS = 2048;
const MOST_TAGS = 3;
const MOST_BRANCHES = 5000;

function localTime({ time, zone }: Person): string {
  const minutes = (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3)));
  const local = new Date((time + minutes * 60) * 1000).toISOString().slice(0, 19);
  return minutes === 0 ? `${local}Z` : `${local}${zone.slice(0, 3)}:${zone.slice(3)}`;
}

function personPayload(core: Core, person: Person): Payload {
  const account = accountOfEmail(core, person.email);
  return {
    name: person.name,
    email: person.email,
    date: isoTime(person),
    ...(account === undefined ? {} : { username: account }),
  };
}

/** Login behind an address: the account's own, or the one GitHub gives to hide it (`1+login@users.noreply…`). */
export function accountOfEmail(core: Core, email: string): string | undefined {
  const hidden = /^(?:\d+\+)?([\w-]+(?:\[bot\])?)@users\.noreply\.github\.com$/.exec(email);
  if (hidden !== null) return core.tables.accounts.find('login', hidden[1]!.toLowerCase())?.login;
  if (email === '') return undefined;
  return core.tables.accounts.find('email', email.toLowerCase())?.login;
}

function commitPayload(view: View, repository: Repository, id: string, distinct: boolean): Payload {
  const store = view.core.objects(repository);
  const commit: Commit = readCommit(store, id);
  const parent = commit.parents[0];
  const changes = treeChanges(
    store,
    parent === undefined ? undefined : readCommit(store, parent).tree,
    commit.tree,
  );
  return {
    id,
    tree_id: commit.tree,
    distinct,
    message: commit.message.trimEnd(),
    timestamp: localTime(commit.committer),
    url: `${view.urls.web}/${fullName(view, repository)}/commit/${id}`,
    author: personPayload(view.core, commit.author),
    committer: personPayload(view.core, commit.committer),
    added: changes.filter((c) => c.before === undefined).map((c) => c.path),
    removed: changes.filter((c) => c.after === undefined).map((c) => c.path),
    modified: changes.filter((c) => c.before !== undefined && c.after !== undefined).map((c) => c.path),
  };
}

interface Pushed {
  readonly commits: readonly string[];
  readonly distinct: ReadonlySet<string>;
}

/** Commits the push brought to the ref, and which of them no other branch had. */
function pushedCommits(core: Core, repository: Repository, change: RefChange, tip: string): Pushed {
  const store = core.objects(repository);
  const others = refsWithPrefix(core, repository, 'refs/heads/')
    .filter(({ name }) => name !== change.ref)
    .map(({ oid }) => oid);
  const before = change.before === null ? undefined : peel(store, change.before)?.id;
  const distinct = new Set(commitsBetween(store, before === undefined ? others : [before, ...others], tip));
  // A new branch tells only of commits that are new to the repository; a new tag of none.
  if (before === undefined)
    return { commits: change.ref.startsWith('refs/tags/') ? [] : [...distinct], distinct };
  return { commits: commitsBetween(store, [before], tip), distinct };
}

function forced(store: ObjectStore, { before, after }: RefChange): boolean {
  if (before === null || after === null) return false;
  const [old, now] = [peel(store, before), peel(store, after)];
  return old?.type === 'commit' && now?.type === 'commit' && !isAncestor(store, old.id, now.id);
}

function compareUrl(view: View, repository: Repository, { ref, before, after }: RefChange): string {
  const web = `${view.urls.web}/${fullName(view, repository)}`;
  const short = (id: string | null): string => (id ?? ZERO_ID).slice(0, 12);
  if (before === null)
    return `${web}/compare/${encodeURI(shortName(ref)?.name ?? ref).replaceAll('#', '%23')}`;
  return `${web}/compare/${short(before)}...${short(after)}`;
}

/** The payload of `push`, without what every webhook has. */
export function pushPayload(view: View, repository: Repository, actor: RefActor, change: RefChange): Payload {
  const { ref, before, after } = change;
  const store = view.core.objects(repository);
  const target = after === null ? undefined : peel(store, after);
  const tip = target?.type === 'commit' ? target.id : undefined;
  const { commits, distinct } =
    tip === undefined
      ? { commits: [], distinct: new Set<string>() }
      : pushedCommits(view.core, repository, change, tip);
  const { account } = actor;
  return {
    ref,
    before: before ?? ZERO_ID,
    after: after ?? ZERO_ID,
    pusher: { name: account.login, email: account.email },
    created: before === null,
    deleted: after === null,
    forced: forced(store, change),
    base_ref: null,
    compare: compareUrl(view, repository, change),
    commits: commits.slice(-MOST_COMMITS).map((id) => commitPayload(view, repository, id, distinct.has(id))),
    head_commit: tip === undefined ? null : commitPayload(view, repository, tip, distinct.has(tip)),
  };
}

function tellOne(core: Core, repository: Repository, actor: RefActor, change: RefChange): void {
  const short = shortName(change.ref);
  if (short === undefined) return;
  const { before, after, ref } = change;
  const common = { repositoryId: repository.id, sender: actor.account, by: actor.by };
  const facts = {
    ref,
    ...(after === null ? {} : { sha: peel(core.objects(repository), after)?.id ?? after }),
    ...(before === null ? {} : { before }),
  };
  if (before === null || after === null) {
    const head =
      before === null ? { master_branch: repository.defaultBranch, description: repository.description } : {};
    emit(core, {
      ...common,
      name: before === null ? 'create' : 'delete',
      payload: () => ({ ref: short.name, ref_type: short.type, ...head, pusher_type: 'user' }),
      facts,
    });
  }
  emit(core, {
    ...common,
    name: 'push',
    payload: (view) => pushPayload(view, repository, actor, change),
    facts,
  });
}

/** Tells `create`, `delete` and `push` of changed branches and tags; of too many at once GitHub tells nothing. */
export function tellRefs(
  core: Core,
  repository: Repository,
  actor: RefActor,
  changes: readonly RefChange[],
): void {
  const tags = changes.filter(({ ref }) => ref.startsWith('refs/tags/')).length;
  const branches = changes.filter(({ ref }) => ref.startsWith('refs/heads/')).length;
  for (const change of changes) {
    if (tags > MOST_TAGS && change.ref.startsWith('refs/tags/')) continue;
    if (branches > MOST_BRANCHES && change.ref.startsWith('refs/heads/')) continue;
    tellOne(core, repository, actor, change);
  }
}
