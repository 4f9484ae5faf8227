import type { Core } from '../kernel/core.ts';
import type { Issue, Label } from '../state/issues.ts';
import { labelView } from '../views/labels.ts';
import type { Actor } from './actor.ts';
import { changeIssue, tellIssue } from './change.ts';
import { labelsOf } from './labels-of.ts';
import { addTimeline } from './timeline.ts';

/** Puts labels on an issue or pull request; those it has stay. One event and one line each. */
export function addLabels(core: Core, actor: Actor, issue: Issue, labels: readonly Label[]): Issue {
  let current = core.tables.issues.require(issue.id);
  for (const label of labels) {
    if (current.labelIds.includes(label.id)) continue;
    current = changeIssue(core, issue.id, { labelIds: [...current.labelIds, label.id] });
    note(core, actor, current, label, 'labeled');
  }
  return current;
}

/** Takes a label off; an issue without it stays as it is. */
export function removeLabel(core: Core, actor: Actor, issue: Issue, label: Label): Issue {
  const { labelIds } = core.tables.issues.require(issue.id);
  if (!labelIds.includes(label.id)) return core.tables.issues.require(issue.id);
  const changed = changeIssue(core, issue.id, { labelIds: labelIds.filter((id) => id !== label.id) });
  note(core, actor, changed, label, 'unlabeled');
  return changed;
}

/** Gives an issue exactly these labels: others go first, then the new ones come. */
export function setLabels(core: Core, actor: Actor, issue: Issue, labels: readonly Label[]): Issue {
  const wanted = new Set(labels.map((label) => label.id));
  for (const label of labelsOf(core, core.tables.issues.require(issue.id)))
    if (!wanted.has(label.id)) removeLabel(core, actor, issue, label);
  return addLabels(core, actor, issue, labels);
}

function note(core: Core, actor: Actor, issue: Issue, label: Label, kind: 'labeled' | 'unlabeled'): void {
  addTimeline(core, actor, issue, { kind, name: label.name, color: label.color });
  tellIssue(core, actor, issue, kind, (view) => ({ label: labelView(view, label) }));
}
