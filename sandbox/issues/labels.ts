import { newId, randomHex, type Core } from '../kernel/core.ts';
import { emit, type Payload } from '../kernel/events.ts';
import { validationFailed } from '../kernel/errors.ts';
import type { Label } from '../state/issues.ts';
import { labelView } from '../views/labels.ts';
import type { Actor } from './actor.ts';
import { characters } from './wording.ts';

const NAME_CHARACTERS = 50;
const DESCRIPTION_CHARACTERS = 100;
/** What a label gets that was only named while labelling an issue. */
const PLAIN_COLOR = 'ededed';

/** https://docs.github.com/issues/using-labels-and-milestones-to-track-work/managing-labels#about-default-labels */
const DEFAULT_LABELS: readonly (readonly [name: string, color: string, description: string])[] = [
  ['bug', 'd73a4a', "Something isn't working"],
  ['documentation', '0075ca', 'Improvements or additions to documentation'],
  ['duplicate', 'cfd3d7', 'This issue or pull request already exists'],
  ['enhancement', 'a2eeef', 'New feature or request'],
  ['good first issue', '7057ff', 'Good for newcomers'],
  ['help wanted', '008672', 'Extra attention is needed'],
  ['invalid', 'e4e669', "This doesn't seem right"],
  ['question', 'd876e3', 'Further information is requested'],
  ['wontfix', 'ffffff', 'This will not be worked on'],
];

/** Gives a new repository the nine labels GitHub gives. No event: nobody is there yet to hear one. */
export function plantDefaultLabels(core: Core, repositoryId: number): void {
  for (const [name, color, description] of DEFAULT_LABELS)
    core.tables.labels.put({ id: newId(core), repositoryId, name, color, description, default: true });
}

/** The label of that name, in any case of letters. */
export function labelNamed(core: Core, repositoryId: number, name: string): Label | undefined {
  return core.tables.labels.find('name', `${repositoryId}/${name.toLowerCase()}`);
}

/** @throws ApiError 422 where name, colour or description are not as they must be, or the name is taken */
export function createLabel(
  core: Core,
  actor: Actor,
  repositoryId: number,
  input: { readonly name: string; readonly color?: string; readonly description?: string | null },
): Label {
  const name = checkedName(core, repositoryId, input.name);
  const label = core.tables.labels.put({
    id: newId(core),
    repositoryId,
    name,
    color: input.color === undefined ? randomHex(core, 3) : checkedColor(input.color),
    description: checkedDescription(input.description),
    default: false,
  });
  tell(core, actor, label, 'created');
  return label;
}

/** The label of that name, made where there is none, as naming it on an issue does. */
export function labelOrNew(core: Core, actor: Actor, repositoryId: number, name: string): Label {
  return (
    labelNamed(core, repositoryId, name) ??
    createLabel(core, actor, repositoryId, { name, color: PLAIN_COLOR })
  );
}

/** @throws ApiError 422 as `createLabel` */
export function editLabel(
  core: Core,
  actor: Actor,
  label: Label,
  changes: { readonly name?: string; readonly color?: string; readonly description?: string | null },
): Label {
  const edited = core.tables.labels.put({
    ...label,
    ...(changes.name === undefined
      ? {}
      : { name: checkedName(core, label.repositoryId, changes.name, label.id) }),
    ...(changes.color === undefined ? {} : { color: checkedColor(changes.color) }),
    ...(changes.description === undefined ? {} : { description: checkedDescription(changes.description) }),
  });
  const from = (['name', 'color', 'description'] as const).flatMap((member) =>
    edited[member] === label[member] ? [] : [[member, { from: label[member] ?? '' }] as const],
  );
  tell(core, actor, edited, 'edited', { changes: Object.fromEntries(from) });
  return edited;
}

/** Deletes a label and takes it off every issue, quietly as GitHub does. */
export function deleteLabel(core: Core, actor: Actor, label: Label): void {
  for (const issue of core.tables.issues.where('label', label.id))
    core.tables.issues.put({ ...issue, labelIds: issue.labelIds.filter((id) => id !== label.id) });
  core.tables.labels.remove(label.id);
  tell(core, actor, label, 'deleted');
}

function tell(core: Core, actor: Actor, label: Label, action: string, more: Payload = {}): void {
  emit(core, {
    name: 'label',
    action,
    repositoryId: label.repositoryId,
    sender: actor.account,
    by: actor.by,
    payload: (view) => ({ label: labelView(view, label), ...more }),
  });
}

function checkedName(core: Core, repositoryId: number, text: string, but?: number): string {
  const name = text.trim();
  if (name === '') throw validationFailed({ resource: 'Label', code: 'missing_field', field: 'name' });
  if (characters(name) > NAME_CHARACTERS)
    throw validationFailed({
      resource: 'Label',
      code: 'custom',
      field: 'name',
      message: `name is too long (maximum is ${NAME_CHARACTERS} characters)`,
    });
  const taken = labelNamed(core, repositoryId, name);
  if (taken !== undefined && taken.id !== but)
    throw validationFailed({ resource: 'Label', code: 'already_exists', field: 'name' });
  return name;
}

/** Six hexadecimal digits without `#`. */
function checkedColor(color: string): string {
  if (!/^[0-9a-f]{6}$/i.test(color))
    throw validationFailed({ resource: 'Label', code: 'invalid', field: 'color', value: color });
  return color.toLowerCase();
}

function checkedDescription(description: string | null | undefined): string | null {
  if (description == null || description === '') return null;
  if (characters(description) > DESCRIPTION_CHARACTERS)
    throw validationFailed({
      resource: 'Label',
      code: 'custom',
      field: 'description',
      message: `description is too long (maximum is ${DESCRIPTION_CHARACTERS} characters)`,
    });
  return description;
}
