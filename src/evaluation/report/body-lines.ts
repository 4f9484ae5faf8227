import type { Comparison, Warning } from '../../contracts/comparison.ts';
import { code, formatCount, precisionOf, shorten, type Inline } from '../../report/index.ts';
import type { ChangeSummary, ReportContext } from './context.ts';
import type { Line } from './metric-line.ts';
import { differenceText, metricSpan, unitCount } from './words.ts';

const TEST_WORDS = {
  unchanged: 'test unchanged',
  changed: 'test set changed',
  rolled: 'test window rolled on',
} as const;
const HOLDOUT_WORDS = { visible: 'test rows visible in the repository', hidden: 'test rows hidden' } as const;

/** `8,412 customers, test unchanged, look 1`. */
export function testText(comparison: Comparison, context: ReportContext): string {
  const { name, count } = comparison.unit;
  return [
    name === 'row' || count === comparison.rows
      ? unitCount(name, comparison.rows)
      : `${unitCount(name, count)} (${formatCount(comparison.rows)} rows)`,
    ...(context.test == null ? [] : [TEST_WORDS[context.test]]),
    `look ${comparison.look}`,
    ...(context.holdout == null ? [] : [HOLDOUT_WORDS[context.holdout]]),
  ].join(', ');
}

/** `Fixes 212 rows, breaks 187`; empty for tasks without classes. */
export function changedRowsText(comparison: Comparison): string {
  const { changes } = comparison;
  if (changes === null) return '';
  if (changes.disagree === 0) return 'No row changes class';
  return `Fixes ${formatCount(changes.fixed)} row${changes.fixed === 1 ? '' : 's'}, breaks ${formatCount(changes.broken)}`;
}

/** `8,412 customers, test unchanged, look 1. Fixes 212 rows, breaks 187`. */
export function testLine(comparison: Comparison, context: ReportContext): Line {
  const rows = changedRowsText(comparison);
  return [`${testText(comparison, context)}${rows === '' ? '' : `. ${rows}`}`];
}

function valueSpan(value: unknown): Inline {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (value === null || value === undefined) return 'none';
  return code(shorten(typeof value === 'string' ? value : JSON.stringify(value), 24));
}

function changeParts(changed: ChangeSummary): Inline[] {
  const count = (left: number, noun: string): Inline[][] =>
    left > 0 ? [[`${left} more ${noun}${left === 1 ? '' : 's'}`]] : [];
  const parts: Inline[][] = [
    ...changed.files.slice(0, 3).map((file): Inline[] => [code(shorten(file, 40))]),
    ...count(changed.files.length - 3, 'file'),
    ...changed.params
      .slice(0, 3)
      .map((param): Inline[] => [
        code(shorten(param.name, 30)),
        ' ',
        valueSpan(param.from),
        ' → ',
        valueSpan(param.to),
      ]),
    ...count(changed.params.length - 3, 'parameter'),
    ...(changed.data === null
      ? []
      : [[changed.data === 'same' ? 'same data' : 'other training data: mixes code and data']]),
  ];
  return parts.flatMap((part, index) => (index === 0 ? part : [', ', ...part]));
}

/** `features.py, depth 6 → 8, same data`; null when nothing is known. */
export function changedSpans(context: ReportContext): Line | null {
  const { changed } = context;
  if (changed == null) return null;
  const nothing = changed.files.length === 0 && changed.params.length === 0;
  if (nothing && changed.data !== 'different')
    return [
      changed.data === 'same' ? 'nothing in code, parameters or data' : 'nothing in code or parameters',
    ];
  return changeParts(changed);
}

/** What the training runs allow to say about the code; empty when nothing was trained. */
export function claimSpans(comparison: Comparison, context: ReportContext): Line {
  const { change } = comparison;
  if (change !== undefined) {
    const half = (change.high - change.low) / 2;
    const text = differenceText({ ...change, p: null, method: null }, precisionOf(1, half));
    return [
      `The change itself over ${change.runs.candidate} + ${change.runs.baseline} training runs: `,
      metricSpan(change.metric),
      ` ${text}`,
    ];
  }
  if (context.seedIgnored === true) return ['The training ignores its seed: retraining says nothing more'];
  if (context.trainingRuns === 1) return ['One training run: says nothing about the code'];
  if (context.trainingRuns === 2) return ['Two training runs: too few to speak about the code'];
  return [];
}

/** `Changed: features.py, depth 6 → 8, same data. One training run: says nothing about the code`; null when nothing is known. */
export function changeLine(comparison: Comparison, context: ReportContext): Line | null {
  const changed = changedSpans(context);
  const claim = claimSpans(comparison, context);
  if (changed === null) return claim.length === 0 ? null : claim;
  return ['Changed: ', ...changed, ...(claim.length === 0 ? [] : ['. ', ...claim])];
}

/** `Better too, as a hint: F1, log loss`: metrics that stay better after Holm’s correction; null without any. */
export function hintLine(comparison: Comparison): Line | null {
  const hints = comparison.warnings.filter((warning) => warning.code === 'BETTER_ELSEWHERE');
  const named = comparison.metrics.filter(({ name }) =>
    hints.some((hint) => hint.message.startsWith(`${name} `)),
  );
  if (named.length === 0) return null;
  const shown = named
    .slice(0, 5)
    .flatMap(({ name }, index): Inline[] => [index === 0 ? '' : ', ', metricSpan(name)]);
  return ['Better too, as a hint: ', ...shown, named.length > 5 ? `, ${named.length - 5} more` : ''];
}

/** Warnings that are no hints: those have a line of their own. */
export function remarks(comparison: Comparison): readonly Warning[] {
  return comparison.warnings.filter((warning) => warning.code !== 'BETTER_ELSEWHERE');
}
