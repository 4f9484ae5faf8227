import type { Task } from '../contracts/comparison.ts';
import { codeOfClass } from './input/answers.ts';
import { cellText, labelsOf, lengthOf, numbersOf } from './input/columns.ts';
import type { SuiteInput } from './input/types.ts';

/** How a suite ended. `wrong` are row positions from 0. */
export interface SuiteOutcome {
  readonly rows: number;
  readonly wrong: readonly number[];
  /** The first rows that are not as expected, as sentences. */
  readonly examples: readonly string[];
}

function wrongNumbers(suite: SuiteInput, tolerance: number): number[] {
  const target = numbersOf(suite.target).values;
  const prediction = numbersOf(suite.prediction).values;
  const wrong: number[] = [];
  // A comparison with NaN is false, so that a missing prediction is wrong.
  for (let i = 0; i < target.length; i++)
    if (!(Math.abs(target[i]! - prediction[i]!) <= tolerance)) wrong.push(i);
  return wrong;
}

function wrongLabels(suite: SuiteInput): number[] {
  const target = labelsOf(suite.target);
  const prediction = labelsOf(suite.prediction);
  const meaning = prediction.levels.map((level) => codeOfClass(level, target.levels));
  const wrong: number[] = [];
  for (let i = 0; i < target.codes.length; i++) {
    const predicted = prediction.codes[i]!;
    if (predicted < 0 || target.codes[i]! < 0 || meaning[predicted] !== target.codes[i]) wrong.push(i);
  }
  return wrong;
}

/** Every prediction must equal its target: exactly, or for regression within `tolerance`. A missing one is wrong. */
export function judgeSuite(suite: SuiteInput, task: Task, tolerance: number): SuiteOutcome {
  const rows = lengthOf(suite.target);
  const numeric = task === 'regression' || task === 'scores';
  const wrong =
    lengthOf(suite.prediction) !== rows
      ? Array.from({ length: rows }, (_, i) => i)
      : numeric
        ? wrongNumbers(suite, tolerance)
        : wrongLabels(suite);
  const examples = wrong.slice(0, 3).map((row) => {
    const name = suite.id === undefined ? `row ${row + 1}` : cellText(suite.id, row);
    const predicted = row < lengthOf(suite.prediction) ? cellText(suite.prediction, row) : '(missing)';
    return `${name}: expected ${cellText(suite.target, row)}, predicted ${predicted}`;
  });
  return { rows, wrong, examples };
}
