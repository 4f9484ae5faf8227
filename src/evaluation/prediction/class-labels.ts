import { parseNumber } from '../../table/index.ts';
import type { Output } from './collect.ts';

/** The predicted class of each row as text; null where the output gives none. */
export function labelTexts(output: Output): {
  readonly codes: Int32Array;
  readonly levels: readonly string[];
} {
  if (output.kind === 'text') return output;
  const levels: string[] = [];
  const codeOf = new Map<number, number>();
  const codes = Int32Array.from(output.columns[0] ?? [], (value) => {
    let code = codeOf.get(value);
    if (code === undefined) {
      code = levels.length;
      levels.push(output.kind === 'boolean' ? String(value === 1) : String(value));
      codeOf.set(value, code);
    }
    return code;
  });
  return { codes, levels };
}

/**
 * The class of each score column, read off the rows: where column k holds the single largest score, the label output
 * names class k. Null for a column that never wins. Null altogether where two labels claim one column, or one label
 * two columns in more than one row of a thousand (a label that is no argmax, e.g. of a tuned threshold, tells nothing).
 */
export function learnLabels(scores: readonly Float64Array[], output: Output): (string | null)[] | null {
  const { codes, levels } = labelTexts(output);
  const rows = codes.length;
  const votes = scores.map(() => new Int32Array(levels.length));
  for (let row = 0; row < rows; row++) {
    const winner = singleLargest(scores, row);
    if (winner >= 0) votes[winner]![codes[row]!]! += 1;
  }
  let against = 0;
  const learned = votes.map((counts) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    if (total === 0) return null;
    const best = counts.indexOf(Math.max(...counts));
    against += total - counts[best]!;
    return levels[best]!;
  });
  const known = learned.filter((label) => label !== null);
  return against * 1000 > rows || new Set(known).size < known.length ? null : learned;
}

function singleLargest(scores: readonly Float64Array[], row: number): number {
  let best = -Infinity;
  let winner = -1;
  for (let column = 0; column < scores.length; column++) {
    const value = scores[column]![row]!;
    if (value > best) [best, winner] = [value, column];
    else if (value === best) winner = -1;
  }
  return winner;
}

const TRUE = ['1', 'true', 'True'];
const FALSE = ['0', '-1', 'false', 'False'];

/**
 * Column of the positive class among two. Labels may be 0 and 1 (or false and true) where the data says `no` and
 * `yes`: 1 is then the positive one. Null where it cannot be told.
 */
export function positiveColumn(labels: readonly (string | null)[], positive: string | null): number | null {
  const wanted = positive === null ? TRUE : [positive];
  const exact = labels.findIndex((label) => label !== null && wanted.includes(label));
  if (exact >= 0) return exact;
  const encoded = labels.every((label) => label === null || TRUE.includes(label) || FALSE.includes(label));
  if (encoded && (positive === null || !FALSE.includes(positive))) {
    const one = labels.findIndex((label) => label !== null && TRUE.includes(label));
    if (one >= 0) return one;
    const zero = labels.findIndex((label) => label !== null);
    return zero < 0 ? null : 1 - zero;
  }
  // One column never won, the other one is not the positive class.
  const unknown = labels.indexOf(null);
  return unknown >= 0 && labels[1 - unknown] != null ? unknown : null;
}

/** True for labels that say false or true instead of a class's name. */
export function isEncodedLabel(label: string): boolean {
  return TRUE.includes(label) || FALSE.includes(label);
}

/** True for a label that says true. */
export function isTrueLabel(label: string): boolean {
  return TRUE.includes(label);
}

/** Classes in the order that scikit-learn's estimators and LabelEncoder give them: numbers by value, texts by code point. */
export function sortedClasses(classes: readonly string[]): string[] {
  const numeric = classes.every((name) => !Number.isNaN(parseNumber(name)));
  if (numeric) return [...classes].sort((a, b) => parseNumber(a) - parseNumber(b));
  // UTF-8 keeps the order of code points; UTF-16, JavaScript's own, does not.
  return [...classes].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
