import { CronExpressionParser } from 'cron-parser';
import type { Core } from '../../kernel/core.ts';
import { wholePayload } from '../../kernel/events.ts';
import { isoTime } from '../../kernel/environment.ts';
import type { ScheduleMark, WorkflowFile } from '../../state/actions.ts';
import { parsedAt } from '../jobs/files.ts';
import type { Schedule } from '../workflow/model.ts';
import { atDefault } from './place.ts';
import { startRun } from './start.ts';

/** https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule */
const SHORTEST = 5 * 60_000;
const IDLE = 60 * 24 * 60 * 60_000;

/** Keeps the schedules of a workflow as its file has them now; those that stay keep their time. */
export function markSchedules(
  core: Core,
  file: WorkflowFile,
  schedules: readonly Schedule[],
  actorId: number,
): void {
  const marks = new Map(
    schedules.map(({ cron, timezone = 'UTC' }) => [`${file.id}/${timezone}/${cron}`, { cron, timezone }]),
  );
  for (const { key } of core.tables.scheduleMarks.where('workflow', file.id))
    if (!marks.has(key)) core.tables.scheduleMarks.remove(key);
  for (const [key, { cron, timezone }] of marks) {
    if (core.tables.scheduleMarks.get(key) !== undefined) continue;
    const dueAt = dueAfter(cron, timezone, core.clock.now());
    core.tables.scheduleMarks.put({ key, workflowId: file.id, cron, timezone, dueAt, actorId });
  }
}

/** The first time of a schedule after a moment. */
export function dueAfter(cron: string, timezone: string, after: number): string {
  const next = CronExpressionParser.parse(cron, { currentDate: new Date(after), tz: timezone }).next();
  return isoTime(next.getTime());
}

/** Starts what is due, once however often it was missed; the next time is at least five minutes away. */
export function fireSchedules(core: Core): void {
  const at = core.clock.now();
  for (const mark of [...core.tables.scheduleMarks.all()]) {
    if (Date.parse(mark.dueAt) > at) continue;
    const dueAt = dueAfter(mark.cron, mark.timezone, Math.max(at, Date.parse(mark.dueAt) + SHORTEST - 1000));
    core.tables.scheduleMarks.put({ ...mark, dueAt });
    fire(core, mark);
  }
}

function fire(core: Core, mark: ScheduleMark): void {
  const file = core.tables.workflowFiles.require(mark.workflowId);
  const repository = core.tables.repositories.require(file.repositoryId);
  if (file.state !== 'active' || !repository.actions.enabled || repository.archived) return;
  const lastPush = Date.parse(repository.pushedAt ?? repository.createdAt);
  if (!repository.private && core.clock.now() - lastPush > IDLE) {
    core.tables.workflowFiles.put({ ...file, state: 'disabled_inactivity' });
    return;
  }
  const place = atDefault(core, repository);
  const parsed = place === undefined ? undefined : parsedAt(core, repository, place.sha, file.path);
  if (place === undefined || parsed?.ok !== true) return;
  const sender = core.tables.accounts.require(mark.actorId);
  const payload = wholePayload(
    core,
    { sender, payload: () => ({ schedule: mark.cron, workflow: file.path }) },
    repository,
  );
  startRun(core, {
    repository,
    path: file.path,
    parsed,
    event: 'schedule',
    action: null,
    payload,
    ...place,
    workflowSha: place.sha,
    pullIds: [],
    actorId: mark.actorId,
    trust: 'full',
    chain: 0,
    needsApproval: false,
  });
}
