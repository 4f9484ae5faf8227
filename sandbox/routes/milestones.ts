import { actorOf } from '../issues/actor.ts';
import {
  createMilestone,
  deleteMilestone,
  editMilestone,
  type MilestoneInput,
} from '../issues/milestones.ts';
import type { Context, Routes } from '../kernel/context.ts';
import { numberKey, type Milestone } from '../state/issues.ts';
import { milestoneView } from '../views/milestones.ts';

function milestoneOfPath(c: Context): Milestone {
  return c.found(c.tables.milestones.find('number', numberKey(c.repo.id, c.number('milestone_number'))));
}

function sorted(c: Context): Milestone[] {
  const state = c.ask('state') ?? 'open';
  const rows = c.tables.milestones
    .where('repository', c.repo.id)
    .filter((row) => state === 'all' || row.state === state);
  const done = (row: Milestone) => {
    const closed = c.tables.issues.count('milestone', `${row.id}/closed`);
    return closed / Math.max(1, c.tables.issues.count('milestone', row.id));
  };
  if (c.ask('sort') === 'completeness') rows.sort((a, b) => done(a) - done(b));
  else rows.sort((a, b) => ((a.dueOn ?? '9') < (b.dueOn ?? '9') ? -1 : 1));
  return c.ask('direction') === 'desc' ? rows.reverse() : rows;
}

/** Milestones: https://docs.github.com/rest/issues/milestones */
export const milestoneRoutes: Routes = {
  'issues/list-milestones': (c) => c.page(sorted(c), (row) => milestoneView(c, row)),
  'issues/create-milestone': (c) => {
    const input = c.input<MilestoneInput & { readonly title: string }>();
    return c.created(milestoneView(c, createMilestone(c.core, actorOf(c), c.repo.id, input)));
  },
  'issues/get-milestone': (c) => c.ok(milestoneView(c, milestoneOfPath(c))),
  'issues/update-milestone': (c) =>
    c.ok(milestoneView(c, editMilestone(c.core, actorOf(c), milestoneOfPath(c), c.input<MilestoneInput>()))),
  'issues/delete-milestone': (c) => {
    deleteMilestone(c.core, actorOf(c), milestoneOfPath(c));
    return c.noContent();
  },
};
