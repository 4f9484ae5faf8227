import { newId, now, type Core } from '../kernel/core.ts';
import { emit, type Payload } from '../kernel/events.ts';
import { validationFailed } from '../kernel/errors.ts';
import { isoTime } from '../kernel/environment.ts';
import type { Issue, Milestone } from '../state/issues.ts';
import { milestoneView } from '../views/milestones.ts';
import type { Actor } from './actor.ts';
import { changeIssue, tellIssue } from './change.ts';
import { addTimeline } from './timeline.ts';

export interface MilestoneInput {
  readonly title?: string;
  readonly state?: 'open' | 'closed';
  readonly description?: string | null;
  readonly due_on?: string | null;
}

/** @throws ApiError 422 where the title is empty or taken */
export function createMilestone(
  core: Core,
  actor: Actor,
  repositoryId: number,
  input: MilestoneInput & { readonly title: string },
): Milestone {
  const at = now(core);
  const state = input.state ?? 'open';
  const milestone = core.tables.milestones.put({
    id: newId(core),
    repositoryId,
    number: core.store.next(`milestone/${repositoryId}`),
    title: checkedTitle(core, repositoryId, input.title),
    description: input.description ?? null,
    state,
    creatorId: actor.account.id,
    createdAt: at,
    updatedAt: at,
    closedAt: state === 'closed' ? at : null,
    dueOn: dueOn(input.due_on),
  });
  tell(core, actor, milestone, 'created');
  return milestone;
}

/** @throws ApiError 422 where the title is empty or taken */
export function editMilestone(
  core: Core,
  actor: Actor,
  milestone: Milestone,
  input: MilestoneInput,
): Milestone {
  const at = now(core);
  const state = input.state ?? milestone.state;
  const closedAt = state === 'open' ? null : (milestone.closedAt ?? at);
  const edited = core.tables.milestones.put({
    ...milestone,
    title:
      input.title === undefined
        ? milestone.title
        : checkedTitle(core, milestone.repositoryId, input.title, milestone.id),
    description: input.description === undefined ? milestone.description : input.description,
    dueOn: input.due_on === undefined ? milestone.dueOn : dueOn(input.due_on),
    state,
    closedAt,
    updatedAt: at,
  });
  const changes = {
    ...(edited.title === milestone.title ? {} : { title: { from: milestone.title } }),
    ...(edited.description === milestone.description
      ? {}
      : { description: { from: milestone.description ?? '' } }),
    ...(edited.dueOn === milestone.dueOn ? {} : { due_on: { from: milestone.dueOn ?? '' } }),
  };
  if (Object.keys(changes).length > 0) tell(core, actor, edited, 'edited', { changes });
  if (edited.state !== milestone.state)
    tell(core, actor, edited, edited.state === 'open' ? 'opened' : 'closed');
  return edited;
}

/** Deletes a milestone; its issues have none then. */
export function deleteMilestone(core: Core, actor: Actor, milestone: Milestone): void {
  for (const issue of core.tables.issues.where('milestone', milestone.id))
    setMilestone(core, actor, issue, null);
  core.tables.milestones.remove(milestone.id);
  tell(core, actor, milestone, 'deleted');
}

/** Puts an issue into a milestone, or takes it out of its own. */
export function setMilestone(core: Core, actor: Actor, issue: Issue, milestone: Milestone | null): Issue {
  const current = core.tables.issues.require(issue.id);
  const wanted = milestone?.id ?? null;
  if (current.milestoneId === wanted) return current;
  const before = current.milestoneId === null ? null : core.tables.milestones.require(current.milestoneId);
  const changed = changeIssue(core, issue.id, { milestoneId: wanted });
  if (before !== null) note(core, actor, changed, before, 'demilestoned');
  if (milestone !== null) note(core, actor, changed, milestone, 'milestoned');
  return changed;
}

function note(
  core: Core,
  actor: Actor,
  issue: Issue,
  milestone: Milestone,
  kind: 'milestoned' | 'demilestoned',
): void {
  addTimeline(core, actor, issue, { kind, title: milestone.title });
  tellIssue(core, actor, issue, kind, (view) => ({ milestone: milestoneView(view, milestone) }));
}

function tell(core: Core, actor: Actor, milestone: Milestone, action: string, more: Payload = {}): void {
  emit(core, {
    name: 'milestone',
    action,
    repositoryId: milestone.repositoryId,
    sender: actor.account,
    by: actor.by,
    payload: (view) => ({ milestone: milestoneView(view, milestone), ...more }),
  });
}

function checkedTitle(core: Core, repositoryId: number, text: string, but?: number): string {
  const title = text.trim();
  if (title === '') throw validationFailed({ resource: 'Milestone', code: 'missing_field', field: 'title' });
  const taken = core.tables.milestones.find('title', `${repositoryId}/${title}`);
  if (taken !== undefined && taken.id !== but)
    throw validationFailed({ resource: 'Milestone', code: 'already_exists', field: 'title' });
  return title;
}

function dueOn(text: string | null | undefined): string | null {
  return text == null ? null : isoTime(Date.parse(text));
}
