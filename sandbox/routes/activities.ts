import type { Context, Reply, Routes } from '../kernel/context.ts';
import { nodeId } from '../kernel/node-id.ts';
import { ApiError } from '../kernel/errors.ts';
import { ZERO_ID } from '../git/objects.ts';
import { activityType } from '../refs/activities.ts';
import type { Activity } from '../state/repositories.ts';
import { accountById } from '../views/accounts.ts';

const DAY = 86_400_000;
/** Lengths of `time_period`, in days. */
const PERIODS: Readonly<Record<string, number>> = { day: 1, week: 7, month: 30, quarter: 91, year: 365 };

/** The id a cursor stands for. @throws ApiError 422 */
function cursor(c: Context, name: 'before' | 'after'): number | undefined {
  const text = c.ask(name);
  if (text === undefined) return undefined;
  const match = /^a(\d+)$/.exec(text);
  if (match === null) throw new ApiError(422, 'Invalid cursor');
  return Number(match[1]);
}

/** Whether an activity is among those that were asked for. */
function wanted(c: Context): (row: Activity) => boolean {
  const [ref, actor, period, type] = ['ref', 'actor', 'time_period', 'activity_type'].map((name) =>
    c.ask(name),
  );
  const oldest = period === undefined ? -Infinity : c.core.clock.now() - PERIODS[period]! * DAY;
  const actorId = actor === undefined ? undefined : c.tables.accounts.find('login', actor.toLowerCase())?.id;
  const full = ref === undefined || ref.startsWith('refs/') ? ref : `refs/heads/${ref}`;
  return (row) =>
    (full === undefined || row.ref === full) &&
    (actor === undefined || row.actorId === actorId) &&
    Date.parse(row.at) >= oldest &&
    (type === undefined || activityType(c.core, c.repo, row) === type);
}

/** Newest first unless asked otherwise, by cursors: `after` goes on, `before` goes back. */
function list(c: Context): Reply {
  const size = Math.min(Math.max(Number(c.ask('per_page') ?? 30) || 30, 1), 100);
  const [before, after] = [cursor(c, 'before'), cursor(c, 'after')];
  if (before !== undefined && after !== undefined)
    throw new ApiError(422, 'before and after cannot be given together');
  const rows = c.tables.activities.where('repository', c.repo.id).filter(wanted(c));
  if (c.ask('direction') !== 'asc') rows.reverse();
  const at = rows.findIndex(({ id }) => id === (after ?? before));
  if (at === -1 && (after ?? before) !== undefined) throw new ApiError(422, 'Invalid cursor');
  const start = before === undefined ? at + 1 : Math.max(0, at - size);
  const end = before === undefined ? start + size : at;
  const page = rows.slice(start, end);
  const links = [
    ...(end < rows.length ? [link(c, 'after', page.at(-1)!, 'next')] : []),
    ...(start > 0 && page[0] !== undefined ? [link(c, 'before', page[0], 'prev')] : []),
  ];
  return c.ok(
    page.map((row) => activityView(c, row)),
    links.length === 0 ? {} : { link: links.join(', ') },
  );
}

function link(c: Context, name: 'before' | 'after', { id }: Activity, rel: string): string {
  const search = new URLSearchParams(c.search);
  for (const other of ['before', 'after']) search.delete(other);
  search.set(name, `a${id}`);
  return `<${c.urls.api}${c.path}?${search.toString()}>; rel="${rel}"`;
}

function activityView(c: Context, row: Activity) {
  return {
    id: row.id,
    node_id: nodeId('PSH', row.id),
    before: row.before ?? ZERO_ID,
    after: row.after ?? ZERO_ID,
    ref: row.ref,
    timestamp: row.at,
    activity_type: activityType(c.core, c.repo, row),
    actor: accountById(c, row.actorId),
  };
}

/** Changes of branches: https://docs.github.com/rest/repos/repos#list-repository-activities */
export const activityRoutes: Routes = { 'repos/list-activities': list };
