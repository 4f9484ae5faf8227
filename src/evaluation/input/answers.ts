import type { Task } from '../../contracts/comparison.ts';
import type { Answers } from '../metrics/metric.ts';
import { cellText, labelsOf, lengthOf, numbersOf } from './columns.ts';
import type { Labels } from './columns.ts';
import type { Problems } from './problems.ts';
import type { ColumnInput } from './types.ts';

/** The answers and how the texts of predicted classes map onto them. */
export interface Target {
  readonly answers: Answers;
  /** Classes in the order of their codes; binary: [negative, positive], a class never seen is null. Empty otherwise. */
  readonly classes: readonly (string | null)[];
}

/** Pairs of label sets for which scikit-learn too takes the second as positive without being told. */
const KNOWN_POSITIVE: readonly (readonly [string, string])[] = [
  ['0', '1'],
  ['-1', '1'],
  ['false', 'true'],
  ['False', 'True'],
  ['FALSE', 'TRUE'],
];

const ALIASES: ReadonlyMap<string, string> = new Map([
  ['0', 'false'],
  ['1', 'true'],
  ['0.0', 'false'],
  ['1.0', 'true'],
  ['False', 'false'],
  ['True', 'true'],
  ['FALSE', 'false'],
  ['TRUE', 'true'],
]);

/** Orders classes as scikit-learn does: by number when all are numbers, else by code point. */
export function sortClasses(classes: Iterable<string>): string[] {
  const list = [...new Set(classes)];
  const numeric = list.every((text) => text.trim() !== '' && Number.isFinite(Number(text)));
  if (numeric) return list.sort((a, b) => Number(a) - Number(b));
  return list.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** The code of a class's text: exact, else 0/1, false/true and their spellings stand for each other; -1 when unknown. */
export function codeOfClass(text: string, classes: readonly (string | null)[]): number {
  const exact = classes.indexOf(text);
  if (exact >= 0) return exact;
  const alias = ALIASES.get(text) ?? text;
  return classes.findIndex((known) => known !== null && (ALIASES.get(known) ?? known) === alias);
}

function usedLevels(labels: Labels): string[] {
  const used = new Uint8Array(labels.levels.length);
  for (const code of labels.codes) if (code >= 0) used[code] = 1;
  return labels.levels.filter((_, code) => used[code] === 1);
}

function reportMissing(labels: Labels, problems: Problems): void {
  const first = labels.codes.indexOf(-1);
  if (first < 0) return;
  const count = labels.codes.reduce((sum, code) => sum + (code < 0 ? 1 : 0), 0);
  problems.add(
    'TARGET_MISSING',
    `the target is missing in ${count} of ${labels.codes.length} rows, first in row ${first + 1}`,
    {
      hint: 'leave rows without a known answer out of the test set',
    },
  );
}

function binaryClasses(
  levels: readonly string[],
  positive: string | undefined,
  problems: Problems,
): (string | null)[] {
  const shown = levels.slice(0, 10).join(', ');
  if (levels.length > 2) {
    const message = `task binary needs two classes, the target holds ${levels.length}: ${shown}${levels.length > 10 ? ', …' : ''}`;
    problems.add('VALUE_INVALID', message, {
      hint: 'say task multiclass or regression, or make the target a yes/no column',
    });
    return [null, null];
  }
  if (positive !== undefined) {
    const code = codeOfClass(positive, levels);
    if (code < 0 && levels.length === 2) {
      problems.add('POSITIVE_UNKNOWN', `positive is ${positive}, and the target holds ${shown}`, {
        hint: `say positive: ${levels[1] ?? ''} or positive: ${levels[0] ?? ''}`,
      });
      return [null, null];
    }
    const other = levels.find((_, index) => index !== code) ?? null;
    return [other, code < 0 ? positive : (levels[code] ?? positive)];
  }
  const known = KNOWN_POSITIVE.find((pair) => levels.every((level) => pair.includes(level)));
  if (known === undefined) {
    problems.add(
      'POSITIVE_UNKNOWN',
      `the target holds ${shown}: which of them is the positive class is not known`,
      {
        hint: `say it: --positive ${levels[1] ?? levels[0] ?? 'CLASS'} (in slipway.yaml: positive: "${levels[1] ?? levels[0] ?? 'CLASS'}")`,
      },
    );
    return [null, null];
  }
  return [...known];
}

function numericTarget(
  target: ColumnInput,
  weight: Float64Array | null,
  rows: number,
  problems: Problems,
): Target {
  const { values, invalid } = numbersOf(target);
  if (invalid >= 0)
    problems.add(
      'COLUMN_TYPE',
      `the target of a regression must hold numbers, row ${invalid + 1} holds ${cellText(target, invalid)}`,
    );
  const first = values.findIndex((value) => !Number.isFinite(value));
  if (first >= 0 && invalid < 0) {
    problems.add('TARGET_MISSING', `the target is missing or infinite, first in row ${first + 1}`, {
      hint: 'leave rows without a known answer out of the test set',
    });
  }
  return { answers: { task: 'regression', y: values, rows, weight }, classes: [] };
}

/** What `readTarget` needs besides the column. */
export interface TargetOptions {
  readonly task: Exclude<Task, 'ranking'>;
  readonly rows: number;
  readonly weight: Float64Array | null;
  readonly positive: string | undefined;
  /** multiclass: classes that the predictions know besides those of the target. */
  readonly otherClasses: readonly string[];
}

/**
 * Reads the target column as answers. Problems (missing answers, an unknown positive class, a wrong type) are added,
 * and the answers returned are then not to be used.
 */
export function readTarget(
  target: ColumnInput | undefined,
  options: TargetOptions,
  problems: Problems,
): Target {
  const { task, rows, weight } = options;
  if (task === 'scores') return { answers: { task, rows, weight }, classes: [] };
  if (target === undefined) {
    problems.add('COLUMN_MISSING', `task ${task} needs a target column`);
    return { answers: { task: 'scores', rows, weight }, classes: [] };
  }
  if (lengthOf(target) !== rows)
    problems.add('VALUE_INVALID', `the target has ${lengthOf(target)} rows, the predictions have ${rows}`);
  if (task === 'regression') return numericTarget(target, weight, rows, problems);
  const labels = labelsOf(target);
  reportMissing(labels, problems);
  const levels = sortClasses(usedLevels(labels));
  if (task === 'binary') {
    const classes = levels.length === 0 ? ['0', '1'] : binaryClasses(levels, options.positive, problems);
    const y = new Uint8Array(labels.codes.length);
    const positiveCode = labels.levels.indexOf(classes[1] ?? '');
    for (let i = 0; i < y.length; i++) if (labels.codes[i] === positiveCode) y[i] = 1;
    return { answers: { task, y, rows, weight }, classes };
  }
  const unknown = options.otherClasses.filter((text) => codeOfClass(text, levels) < 0);
  const classes = sortClasses([...levels, ...unknown]);
  const codes = labels.levels.map((level) => classes.indexOf(level));
  return {
    answers: { task, y: Int32Array.from(labels.codes, (code) => codes[code] ?? -1), rows, weight, classes },
    classes,
  };
}
