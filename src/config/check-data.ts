import { repeated } from './finding.ts';
import type { Finding, ModelView } from './finding.ts';
import { child, itemsOf, textOf } from './located.ts';
import type { Located, Path } from './located.ts';

/** Roles of columns that exclude each other, and what each task needs. */
export function checkData({ path, model, task }: ModelView): Finding[] {
  const data = child(model, 'data');
  if (data?.kind !== 'map') return [];
  const here = [...path, 'data'];
  return [
    ...checkNeeds(here, data, task),
    ...checkColumns(here, data),
    ...checkFormat(here, data),
    ...checkInPlace(here, data),
  ];
}

function checkNeeds(path: Path, data: Located, task: ModelView['task']): Finding[] {
  const findings: Finding[] = [];
  const missing = (key: string, hint: string): void => {
    const message = `task ${task ?? ''} needs \`${key}\``;
    findings.push({ code: 'CONFIG_REFERENCE', path, message, hint, atKey: true });
  };
  const hasTarget = child(data, 'target') !== undefined || child(data, 'target-file') !== undefined;
  if (task !== null && task !== 'scores' && !hasTarget) {
    missing(
      'target',
      'Name the column that is predicted: `target: COLUMN`, or `target-file: PATH` where it is a file of its own.',
    );
  }
  if (task === 'ranking' && child(data, 'group') === undefined) {
    missing('group', 'Name the column of the query that a row belongs to: `group: COLUMN`.');
  }
  return findings;
}

function checkColumns(path: Path, data: Located): Finding[] {
  const findings: Finding[] = [];
  const complain = (key: Path, message: string, hint: string): void => {
    findings.push({ code: 'CONFIG_REFERENCE', path: [...path, ...key], message, hint });
  };
  const target = textOf(child(data, 'target'));
  const drop = itemsOf(child(data, 'drop')).map(textOf);
  const roles = [
    ['id', textOf(child(data, 'id'))],
    ['unit', textOf(child(data, 'unit')) ?? textOf(child(child(data, 'unit'), 'time'))],
    ['weight', textOf(child(data, 'weight'))],
    ['group', textOf(child(data, 'group'))],
  ] as const;
  for (const [role, column] of roles) {
    if (column !== undefined && column === target) {
      complain(
        [role],
        `\`${column}\` is the target and cannot be the ${role} too`,
        `Name another column for \`${role}\` or for \`target\`.`,
      );
    }
  }
  const needed = new Map([...roles, ['target', target] as const].map(([role, column]) => [column, role]));
  const isList = child(data, 'drop')?.kind === 'list';
  for (const [i, column] of drop.entries()) {
    const role = column === undefined ? undefined : needed.get(column);
    if (column === undefined || role === undefined) continue;
    // id, unit and weight never reach the training as features, so dropping them says nothing new.
    if (role !== 'target') continue;
    complain(
      isList ? ['drop', i] : ['drop'],
      `\`${column}\` is dropped and is the ${role}`,
      'Remove it from `drop`: the target is withheld from prediction anyway.',
    );
  }
  for (const [i, column] of repeated(drop))
    complain(['drop', i], `\`${column}\` is listed twice`, 'Remove one of them.');
  return findings;
}

function checkFormat(path: Path, data: Located): Finding[] {
  const format = textOf(child(data, 'format'));
  if (format === undefined || format === 'csv') return [];
  return ['header', 'trim']
    .filter((key) => child(data, key) !== undefined)
    .map((key) => ({
      code: 'CONFIG_REFERENCE',
      path: [...path, key],
      message: `\`${key}\` speaks of CSV files; \`format\` is ${format}`,
      hint: `Remove \`${key}\`.`,
      atKey: true,
    }));
}

const REMOTE = /^[a-z][a-z0-9+.-]*:\/\//i;

function checkInPlace(path: Path, data: Located): Finding[] {
  const inPlace = child(data, 'in-place');
  if (inPlace?.kind !== 'scalar' || inPlace.value !== true) return [];
  const source = child(data, 'source');
  const why =
    source === undefined
      ? 'the parts are given apart'
      : source.kind === 'map'
        ? 'the source is a query'
        : itemsOf(source).some((item) => REMOTE.test(textOf(item) ?? ''))
          ? 'the source is not a file of the repository'
          : null;
  if (why === null) return [];
  const message = `\`in-place\` puts the training part at the source path, but ${why}`;
  return [
    {
      code: 'CONFIG_REFERENCE',
      path: [...path, 'in-place'],
      message,
      hint: 'Remove `in-place`, or name a file as `source`.',
      atKey: true,
    },
  ];
}
