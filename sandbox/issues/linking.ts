import { canSee, roleOf } from '../access/index.ts';
import type { Core } from '../kernel/core.ts';
import { atLeast } from '../kernel/identity.ts';
import { numberKey, type Issue } from '../state/issues.ts';
import type { Repository } from '../state/repositories.ts';
import type { Actor } from './actor.ts';
import { readReferences, type IssueReference } from './references.ts';
import { closeIssue } from './state.ts';
import { addTimeline } from './timeline.ts';

/**
 * Takes note of what a new or edited text of an issue names: people are mentioned and subscribed, other issues get a
 * cross-reference, each once. Only what the writer may see counts.
 */
export function noteText(core: Core, actor: Actor, issue: Issue, text: string | null): void {
  if (text === null || text === '') return;
  const { mentions, issues } = readReferences(text);
  noteMentions(core, actor, issue, mentions);
  const repository = core.tables.repositories.require(issue.repositoryId);
  for (const reference of issues) {
    const target = resolve(core, actor, repository, reference);
    if (target !== undefined && target.id !== issue.id) noteCrossReference(core, actor, target, issue);
  }
}

function noteMentions(core: Core, actor: Actor, issue: Issue, logins: readonly string[]): void {
  const repository = core.tables.repositories.require(issue.repositoryId);
  for (const login of logins) {
    const account = core.tables.accounts.find('login', login);
    const current = core.tables.issues.require(issue.id);
    if (account?.type !== 'User' || current.mentionedIds.includes(account.id)) continue;
    const reader = { kind: 'user', userId: account.id, tokenId: 0, scopes: ['repo'] } as const;
    if (!canSee(core, reader, repository)) continue;
    core.tables.issues.put({ ...current, mentionedIds: [...current.mentionedIds, account.id] });
    if (account.id === actor.account.id) continue;
    const mentioned = { account, by: reader };
    addTimeline(core, mentioned, issue, { kind: 'mentioned' });
    addTimeline(core, mentioned, issue, { kind: 'subscribed' });
  }
}

function noteCrossReference(core: Core, actor: Actor, target: Issue, source: Issue): void {
  const known = core.tables.timeline
    .where('issue', target.id)
    .some(({ data }) => data.kind === 'cross-referenced' && data.sourceId === source.id);
  if (!known) addTimeline(core, actor, target, { kind: 'cross-referenced', sourceId: source.id });
}

/** The issue that a reference in a text of that repository means; undefined where there is none the actor may see. */
function resolve(
  core: Core,
  actor: Actor,
  repository: Repository,
  { owner, repo, number }: IssueReference,
): Issue | undefined {
  let target: Repository | undefined = repository;
  if (owner !== undefined && repo !== undefined) {
    const account = core.tables.accounts.find('login', owner.toLowerCase());
    target = account && core.tables.repositories.find('name', `${account.id}/${repo.toLowerCase()}`);
  }
  if (target === undefined || !canSee(core, actor.by, target)) return undefined;
  return core.tables.issues.find('number', numberKey(target.id, number));
}

/** The open or closed issues (never pull requests) that a text closes by its keywords, each once. */
export function closingIssues(
  core: Core,
  actor: Actor,
  repository: Repository,
  text: string | null,
): readonly Issue[] {
  const issues = new Map<number, Issue>();
  for (const reference of readReferences(text ?? '').issues) {
    if (!reference.closes) continue;
    const issue = resolve(core, actor, repository, reference);
    if (issue !== undefined && !issue.pull) issues.set(issue.id, issue);
  }
  return [...issues.values()];
}

/**
 * A pull request was merged into the default branch: closes the issues its text closes. Issues of other repositories
 * only where the actor may write there.
 */
export function closeByPull(core: Core, actor: Actor, pull: Issue): void {
  const repository = core.tables.repositories.require(pull.repositoryId);
  for (const issue of closingIssues(core, actor, repository, pull.body))
    if (mayClose(core, actor, repository, issue)) closeIssue(core, actor, issue);
}

/**
 * Commits arrived in a repository, oldest first: the issues they name get a `referenced` line, and on the default
 * branch those after a closing keyword are closed by the commit.
 */
export function noteCommits(
  core: Core,
  actor: Actor,
  repository: Repository,
  commits: readonly { readonly oid: string; readonly message: string }[],
  onDefaultBranch: boolean,
): void {
  for (const { oid, message } of commits) {
    if (!message.includes('#') && !/GH-|https?:/i.test(message)) continue;
    const noted = new Set<number>();
    for (const reference of readReferences(message).issues) {
      const issue = resolve(core, actor, repository, reference);
      if (issue === undefined) continue;
      if (!noted.has(issue.id)) noteCommit(core, actor, issue, oid, repository.id);
      noted.add(issue.id);
      if (onDefaultBranch && reference.closes && !issue.pull && mayClose(core, actor, repository, issue))
        closeIssue(core, actor, core.tables.issues.require(issue.id), { commitOid: oid });
    }
  }
}

function noteCommit(core: Core, actor: Actor, issue: Issue, oid: string, repositoryId: number): void {
  const known = core.tables.timeline
    .where('issue', issue.id)
    .some(({ data }) => data.kind === 'referenced' && data.commitOid === oid);
  if (known) return;
  addTimeline(core, actor, issue, { kind: 'referenced', commitOid: oid, commitRepositoryId: repositoryId });
}

function mayClose(core: Core, actor: Actor, from: Repository, issue: Issue): boolean {
  if (issue.repositoryId === from.id) return true;
  const repository = core.tables.repositories.require(issue.repositoryId);
  return actor.by.kind === 'user' && atLeast(roleOf(core, actor.by.userId, repository), 'write');
}
