import type { Person } from '../../contracts/entry.ts';
import type {
  CommentEvent,
  Conversation,
  LabelEvent,
  PullFacts,
  RepositoryFacts,
  RepositoryReads,
  WorkflowRun,
} from '../../reconcile/ports.ts';
import { Refused, type ApiParameters } from './api.ts';
import type { Connection } from './connection.ts';
import { isMember, roleOf } from './people.ts';

/** What GitHub's answers are read for; all else in them is ignored. */
export interface AccountData {
  readonly id: number;
  readonly login: string;
  readonly type?: string;
}

interface IssueData {
  readonly number: number;
  readonly repository_url: string;
  readonly state: string;
  readonly title: string;
  readonly user: AccountData | null;
  readonly labels: readonly (string | { readonly name?: string })[];
  readonly comments: number;
  readonly updated_at: string;
  readonly pull_request?: { readonly merged_at?: string | null };
}

interface PullData {
  readonly number: number;
  readonly state: string;
  readonly draft?: boolean;
  readonly merged_at: string | null;
  readonly merge_commit_sha: string | null;
  readonly user: AccountData | null;
  readonly head: {
    readonly sha: string;
    readonly ref: string;
    readonly repo: { readonly id: number } | null;
  };
  readonly base: { readonly sha: string; readonly ref: string; readonly repo: { readonly id: number } };
}

interface MadeCommit {
  readonly sha: string;
  readonly author: Partial<AccountData> | null;
  readonly committer: Partial<AccountData> | null;
}

interface EventData {
  readonly id: number;
  readonly event: string;
  readonly actor: AccountData | null;
  readonly created_at: string;
  readonly label?: { readonly name: string };
}

export interface CommentData {
  readonly id: number;
  readonly user: AccountData | null;
  readonly body?: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly html_url: string;
  readonly performed_via_github_app?: unknown;
}

interface RunData {
  readonly id: number;
  readonly display_title: string;
  readonly event: string;
  readonly head_branch: string | null;
  readonly status: string | null;
  readonly conclusion: string | null;
  readonly run_attempt?: number;
  readonly actor?: AccountData;
  readonly triggering_actor?: AccountData;
  readonly created_at: string;
  readonly html_url: string;
}

const REPOSITORY = 'GET /repos/{owner}/{repo}';
const ISSUES = 'GET /repos/{owner}/{repo}/issues';
/** Where accounts that were deleted are shown: https://github.com/ghost */
const GHOST: Person = { id: 10137, login: 'ghost' };

/** The reads of {@link RepositoryReads} over GitHub's REST API. */
export function repositoryReads(at: Connection): RepositoryReads {
  return { ...branchReads(at), ...conversationReads(at), ...pullReads(at), now: at.now, calls: at.calls };
}

function branchReads(
  at: Connection,
): Pick<RepositoryReads, 'facts' | 'head' | 'file' | 'branchRules' | 'isOn' | 'authorsOf'> {
  return {
    facts: async () => factsOf(at, await at.unchanged<FactsData>(REPOSITORY)),
    head: async (branch) => {
      const ref = await at.unchanged<{ object: { sha: string } }>('GET /repos/{owner}/{repo}/git/ref/{ref}', {
        ref: `heads/${branch}`,
      });
      return ref?.object.sha ?? null;
    },
    file: async (commit, path) => await fileOf(at, commit, path),
    isOn: async (commit, branch) => {
      const basehead = `${commit}...${branch}`;
      const found = await at.get<{ status: string }>(`${REPOSITORY}/compare/{basehead}`, { basehead });
      return found?.status === 'ahead' || found?.status === 'identical';
    },
    authorsOf: async (commit) => {
      const found = await at.get<{ author: AccountData | null }>(`${REPOSITORY}/commits/{ref}`, {
        ref: commit,
      });
      return found?.author == null ? [] : [personOf(found.author)];
    },
    branchRules: async (branch) => {
      const rules = await at.list<{ type: string }>(
        `${REPOSITORY}/rules/branches/{branch}`,
        { branch },
        (rule) => JSON.stringify(rule),
      );
      return [...new Set(rules.map((rule) => rule.type))];
    },
  };
}

function conversationReads(
  at: Connection,
): Pick<RepositoryReads, 'conversations' | 'conversation' | 'labelEvents' | 'comments' | 'arrived'> {
  const events = async (number: number) =>
    await at.list<EventData>(`${ISSUES}/{issue_number}/events`, { issue_number: number }, byId);
  return {
    conversations: async (which) => {
      const ascending = { sort: 'updated', direction: 'asc' };
      const query = 'open' in which ? { state: 'open' } : { state: 'all', since: which.since };
      const issues = await at.list<IssueData>(ISSUES, { ...query, ...ascending }, (one) => one.number, {
        etag: true,
      });
      return issues.map(conversationOf);
    },
    conversation: async (number) => {
      const issue = await at.get<IssueData>(`${ISSUES}/{issue_number}`, { issue_number: number });
      // GitHub leads on to where an issue was transferred: that one is another repository's.
      return issue === null || !isHere(at, issue) ? null : conversationOf(issue);
    },
    labelEvents: async (number) =>
      (await events(number)).flatMap(labelEventOf).sort((one, other) => one.id - other.id),
    arrived: async (number) =>
      (await events(number))
        .filter(({ event }) => event === 'transferred')
        .map(({ created_at: time }) => time)
        .sort()
        .at(-1) ?? null,
    comments: async (number, atLeast = 0) => {
      const comments = await at.list<CommentData>(
        `${ISSUES}/{issue_number}/comments`,
        { issue_number: number },
        byId,
        { atLeast },
      );
      return comments.map(commentOf).sort((one, other) => one.id - other.id);
    },
  };
}

function pullReads(
  at: Connection,
): Pick<RepositoryReads, 'pull' | 'openPulls' | 'makersOf' | 'pullsOf' | 'role' | 'isMember' | 'runs'> {
  return {
    pull: async (number) => {
      const pull = await at.get<PullData>(`${REPOSITORY}/pulls/{pull_number}`, { pull_number: number });
      return pull === null ? null : pullOf(pull);
    },
    makersOf: async (number) => {
      const route = `${REPOSITORY}/pulls/{pull_number}/commits`;
      const commits = await at.list<MadeCommit>(route, { pull_number: number }, ({ sha }) => sha);
      const people = commits
        .flatMap(({ author, committer }) => [author, committer].map(accountOf))
        // GitHub itself commits as this account what people do on its pages.
        .flatMap((one) => (one === null || one.login === 'web-flow' ? [] : [one]));
      return [...new Map(people.map((one) => [one.id, one])).values()];
    },
    openPulls: async () => await pulls(at, `${REPOSITORY}/pulls`, { state: 'open' }),
    pullsOf: async (commit) =>
      await pulls(at, `${REPOSITORY}/commits/{commit_sha}/pulls`, { commit_sha: commit }),
    role: async (person) => await roleOf(at, person),
    isMember: async (team, login) => await isMember(at, team, login),
    runs: async (query) => await runs(at, query),
  };
}

const byId = (item: { readonly id: number }): number => item.id;

/** Files above 1 MB need the blob itself: https://docs.github.com/rest/repos/contents#get-repository-content */
async function fileOf(at: Connection, commit: string, path: string): Promise<Uint8Array | null> {
  const found = await at.get<{ type?: string; encoding?: string; content?: string; sha: string }>(
    `${REPOSITORY}/contents/{path}`,
    { path, ref: commit },
  );
  if (found?.type !== 'file') return null;
  if (found.encoding === 'base64') return Buffer.from(found.content ?? '', 'base64');
  const blob = await at.get<{ content: string }>(`${REPOSITORY}/git/blobs/{file_sha}`, {
    file_sha: found.sha,
  });
  return blob === null ? null : Buffer.from(blob.content, 'base64');
}

interface FactsData {
  readonly id: number;
  readonly name: string;
  readonly default_branch: string;
  readonly owner: AccountData;
}

function factsOf(at: Connection, data: FactsData | null): RepositoryFacts {
  if (data === null)
    throw new Refused(REPOSITORY, 404, `there is no ${at.owner}/${at.repo}, or it may not be seen`);
  return { id: data.id, owner: data.owner.login, name: data.name, defaultBranch: data.default_branch };
}

function isHere({ owner, repo }: Connection, issue: IssueData): boolean {
  return issue.repository_url.toLowerCase().endsWith(`/${owner}/${repo}`.toLowerCase());
}

function conversationOf(data: IssueData): Conversation {
  return {
    number: data.number,
    isPull: data.pull_request !== undefined,
    open: data.state === 'open',
    merged: typeof data.pull_request?.merged_at === 'string',
    author: personOf(data.user),
    title: data.title,
    labels: data.labels.flatMap((label) => (typeof label === 'string' ? label : (label.name ?? []))),
    comments: data.comments,
    updated: data.updated_at,
  };
}

function pullOf(data: PullData): PullFacts {
  const { head, base } = data;
  return {
    number: data.number,
    author: personOf(data.user),
    open: data.state === 'open',
    draft: data.draft ?? false,
    merged: data.merged_at !== null,
    head: { commit: head.sha, branch: head.ref, here: head.repo?.id === base.repo.id },
    base: { branch: base.ref, commit: base.sha },
    mergeCommit: data.merged_at === null ? null : data.merge_commit_sha,
  };
}

async function pulls(
  at: Connection,
  route: string,
  parameters: ApiParameters,
): Promise<readonly PullFacts[]> {
  const found = await at.list<PullData>(route, parameters, (pull) => pull.number);
  return found.map(pullOf);
}

function labelEventOf(data: EventData): readonly LabelEvent[] {
  const { id, event, label, created_at: at } = data;
  if ((event !== 'labeled' && event !== 'unlabeled') || label === undefined) return [];
  return [{ id, label: label.name, action: event, actor: personOf(data.actor), bot: isBot(data.actor), at }];
}

/** A comment as GitHub's answers hold it. */
export function commentOf(data: CommentData): CommentEvent {
  return {
    id: data.id,
    author: personOf(data.user),
    bot: isBot(data.user),
    body: data.body ?? '',
    created: data.created_at,
    updated: data.updated_at,
    url: data.html_url,
  };
}

/** Null for an address that no account has; GitHub answers {} for some. */
function accountOf(account: Partial<AccountData> | null): Person | null {
  const { id, login } = account ?? {};
  return id === undefined || login === undefined ? null : { id, login };
}

function personOf(account: AccountData | null): Person {
  return account === null ? GHOST : { id: account.id, login: account.login };
}

function isBot(account: AccountData | null): boolean {
  return account?.type === 'Bot';
}

async function runs(
  at: Connection,
  query: { event: string; actor?: string; branch?: string; since?: string },
): Promise<readonly WorkflowRun[]> {
  const { since, ...asked } = query;
  // GitHub's search takes seconds: https://docs.github.com/search-github/getting-started-with-searching-on-github/understanding-the-search-syntax
  const created = since === undefined ? {} : { created: `>=${since.slice(0, 19)}Z` };
  const found = await at.list<RunData>(`${REPOSITORY}/actions/runs`, { ...asked, ...created }, byId, {
    member: 'workflow_runs',
  });
  return found.map(runOf);
}

/** A workflow run as GitHub's answers hold it. */
export function runOf(data: RunData): WorkflowRun {
  const actor = data.actor?.id ?? GHOST.id;
  return {
    id: data.id,
    title: data.display_title,
    event: data.event,
    branch: data.head_branch,
    status: data.status ?? 'unknown',
    conclusion: data.conclusion,
    attempt: data.run_attempt ?? 1,
    actor,
    triggeredBy: data.triggering_actor?.id ?? actor,
    created: data.created_at,
    url: data.html_url,
  };
}
