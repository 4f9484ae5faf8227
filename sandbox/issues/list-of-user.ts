import { canSee, roleOf } from '../access/index.ts';
import type { Context } from '../kernel/context.ts';
import type { Issue } from '../state/issues.ts';
import type { Repository } from '../state/repositories.ts';
import { labelNames, sinceAsked, stateAsked } from './list-filters.ts';
import { sorted } from './list.ts';

/**
 * The issues and pull requests across repositories that have to do with the caller, by `filter`.
 * https://docs.github.com/rest/issues/issues#list-issues-assigned-to-the-authenticated-user
 */
export function listIssuesOf(c: Context, within: (repository: Repository) => boolean = () => true): Issue[] {
  const state = stateAsked(c);
  const names = labelNames(c).map((name) => name.toLowerCase());
  const since = sinceAsked(c);
  const seen = new Map<number, boolean>();
  const visible = (id: number): boolean => {
    let known = seen.get(id);
    if (known === undefined) {
      const repository = c.tables.repositories.require(id);
      known = within(repository) && canSee(c.core, c.viewer, repository);
      seen.set(id, known);
    }
    return known;
  };
  const found = candidates(c).filter(
    (issue) =>
      (state === undefined || issue.state === state) &&
      visible(issue.repositoryId) &&
      hasLabels(c, issue, names) &&
      (since === undefined || issue.updatedAt >= since) &&
      !(c.query['pulls'] === false && issue.pull),
  );
  return sorted(found, c.ask('sort') ?? 'created', c.ask('direction') === 'asc');
}

function candidates(c: Context): Issue[] {
  const { issues } = c.tables;
  const me = c.actor.id;
  const mine = {
    assigned: () => issues.where('assignee', me),
    created: () => issues.where('author', me),
    mentioned: () => issues.where('mentioned', me),
  };
  switch (c.ask('filter') ?? 'assigned') {
    case 'created':
      return mine.created();
    case 'mentioned':
      return mine.mentioned();
    case 'subscribed':
      return unique([...mine.assigned(), ...mine.created(), ...mine.mentioned(), ...commented(c, me)]);
    case 'repos':
      return ofMyRepositories(c, me);
    case 'all':
      return unique([
        ...mine.assigned(),
        ...mine.created(),
        ...mine.mentioned(),
        ...commented(c, me),
        ...ofMyRepositories(c, me),
      ]);
    default:
      return mine.assigned();
  }
}

function commented(c: Context, me: number): Issue[] {
  const ids = new Set<number>();
  for (const comment of c.tables.issueComments.where('author', me)) ids.add(comment.issueId);
  return [...ids].map((id) => c.tables.issues.require(id));
}

function ofMyRepositories(c: Context, me: number): Issue[] {
  return [...c.tables.repositories.all()]
    .filter((repository) => roleOf(c.core, me, repository) !== 'none')
    .flatMap((repository) => c.tables.issues.where('scope', String(repository.id)));
}

function unique(issues: readonly Issue[]): Issue[] {
  return [...new Map(issues.map((issue) => [issue.id, issue])).values()];
}

function hasLabels(c: Context, issue: Issue, names: readonly string[]): boolean {
  if (names.length === 0) return true;
  const own = issue.labelIds.map((id) => c.tables.labels.require(id).name.toLowerCase());
  return names.every((name) => own.includes(name));
}
