import { actorOf } from '../issues/actor.ts';
import { issueOfPath } from '../issues/find.ts';
import { addLabels, removeLabel, setLabels } from '../issues/labelling.ts';
import { labelsOf } from '../issues/labels-of.ts';
import { createLabel, deleteLabel, editLabel, labelNamed } from '../issues/labels.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { ApiError, notFound } from '../kernel/errors.ts';
import type { Issue, Label } from '../state/issues.ts';
import { labelView } from '../views/labels.ts';
import { labelsNamed, type NamedLabel } from './issue-input.ts';

interface LabelInput {
  readonly name: string;
  readonly color?: string;
  readonly description?: string | null;
}

/** Names, or objects with a name. */
function labelsIn(c: Context): Label[] {
  return labelsNamed(c, c.input<{ readonly labels?: readonly NamedLabel[] }>().labels ?? []);
}

function shown(c: Context, issue: Issue): Reply {
  return c.ok(labelsOf(c.core, issue).map((label) => labelView(c, label)));
}

function labelOfPath(c: Context): Label {
  return c.found(labelNamed(c.core, c.repo.id, c.text('name')));
}

/** Labels: https://docs.github.com/rest/issues/labels */
export const labelRoutes: Routes = {
  'issues/list-labels-for-repo': (c) =>
    c.page(c.tables.labels.where('repository', c.repo.id), (label) => labelView(c, label)),
  'issues/create-label': (c) =>
    c.created(labelView(c, createLabel(c.core, actorOf(c), c.repo.id, c.input<LabelInput>()))),
  'issues/get-label': (c) => c.ok(labelView(c, labelOfPath(c))),
  'issues/update-label': (c) => {
    const { new_name: name, ...rest } = c.input<Omit<LabelInput, 'name'> & { readonly new_name?: string }>();
    const changes = { ...rest, ...(name === undefined ? {} : { name }) };
    return c.ok(labelView(c, editLabel(c.core, actorOf(c), labelOfPath(c), changes)));
  },
  'issues/delete-label': (c) => {
    deleteLabel(c.core, actorOf(c), labelOfPath(c));
    return c.noContent();
  },
  'issues/list-labels-on-issue': (c) =>
    c.page(labelsOf(c.core, issueOfPath(c)), (label) => labelView(c, label)),
  'issues/add-labels': (c) => shown(c, addLabels(c.core, actorOf(c), issueOfPath(c), labelsIn(c))),
  'issues/set-labels': (c) => shown(c, setLabels(c.core, actorOf(c), issueOfPath(c), labelsIn(c))),
  'issues/remove-all-labels': (c) => {
    setLabels(c.core, actorOf(c), issueOfPath(c), []);
    return c.noContent();
  },
  'issues/remove-label': (c) => {
    const issue = issueOfPath(c);
    const label = labelNamed(c.core, c.repo.id, c.text('name'));
    if (label === undefined || !issue.labelIds.includes(label.id)) {
      throw new ApiError(404, 'Label does not exist');
    }
    return shown(c, removeLabel(c.core, actorOf(c), issue, label));
  },
  'issues/list-labels-for-milestone': (c) => {
    const milestone = c.tables.milestones.find('number', `${c.repo.id}/${c.number('milestone_number')}`);
    if (milestone === undefined) throw notFound();
    const issues = c.tables.issues.where('milestone', milestone.id);
    const ids = new Set(issues.flatMap((issue) => issue.labelIds));
    return c.page([...ids], (id) => labelView(c, c.tables.labels.require(id)));
  },
};
