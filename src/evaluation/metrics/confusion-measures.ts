import type { Confusion, Measure } from './confusion.ts';
import { margins } from './confusion.ts';

/** What one class's precision, recall and F1 are made of: diagonal over (a · true + b · predicted) · scale. */
export type ClassScore = 'precision' | 'recall' | 'f1';

/** Share of rows on the diagonal. */
export const accuracyMeasure: Measure = {
  value(table) {
    const { right, total } = margins(table);
    return right / total;
  },
  gradient(table) {
    const { right, total } = margins(table);
    return fromCells(table, (t, p) => ((t === p ? 1 : 0) - right / total) / total);
  },
};

/** Precision, recall or F1 of one class; 0 where its denominator is empty, as scikit-learn's zero_division. */
export function classMeasure(kind: ClassScore, code: number): Measure {
  return {
    value(table) {
      const [numerator, denominator] = classParts(kind, table, code);
      return denominator === 0 ? 0 : numerator / denominator;
    },
    gradient: (table) => classGradient(kind, table, code),
  };
}

/** Unweighted mean of the classes' scores over the labels that occur as true or predicted, as scikit-learn's macro. */
export function macroMeasure(kind: ClassScore): Measure {
  return {
    value: (table) => averageOf(kind, table, macroWeights(table)),
    gradient: (table) => sumOfGradients(kind, table, macroWeights(table)),
  };
}

/** Mean of the classes' scores weighted by their true rows, as scikit-learn's weighted. */
export function weightedMeasure(kind: ClassScore): Measure {
  return {
    value: (table) => averageOf(kind, table, supportShares(table)),
    gradient(table) {
      const shares = supportShares(table);
      const { total } = margins(table);
      const scores = shares.map((_, k) => classMeasure(kind, k).value(table));
      const average = averageOf(kind, table, shares);
      const gradient = sumOfGradients(kind, table, shares);
      return gradient.map(
        (slope, cell) => slope + (scores[Math.floor(cell / table.classes)]! - average) / total,
      );
    },
  };
}

/** Mean recall over the classes that occur as true, as scikit-learn's balanced_accuracy_score. */
export const balancedAccuracyMeasure: Measure = {
  value: (table) => averageOf('recall', table, truthWeights(table)),
  gradient: (table) => sumOfGradients('recall', table, truthWeights(table)),
};

/** Matthews' correlation over K classes, as scikit-learn's matthews_corrcoef; 0 where a margin is degenerate. */
export const mccMeasure: Measure = {
  value(table) {
    const { a, b, d } = mccParts(table);
    return b * d <= 0 ? 0 : a / Math.sqrt(b * d);
  },
  gradient(table) {
    const { a, b, d, truth, predicted, right, total } = mccParts(table);
    if (b * d <= 0) return new Float64Array(table.counts.length);
    const root = Math.sqrt(b * d);
    const value = a / root;
    return fromCells(table, (t, p) => {
      const slopeA = (t === p ? total : 0) + right - truth[p]! - predicted[t]!;
      const slopeB = 2 * (total - predicted[p]!);
      const slopeD = 2 * (total - truth[t]!);
      return slopeA / root - (value / 2) * (slopeB / b + slopeD / d);
    });
  },
};

function mccParts(table: Confusion): ReturnType<typeof margins> & { a: number; b: number; d: number } {
  const parts = margins(table);
  let product = 0;
  let squaredTruth = 0;
  let squaredPredicted = 0;
  for (let k = 0; k < table.classes; k++) {
    product += parts.truth[k]! * parts.predicted[k]!;
    squaredTruth += parts.truth[k]! * parts.truth[k]!;
    squaredPredicted += parts.predicted[k]! * parts.predicted[k]!;
  }
  const square = parts.total * parts.total;
  return {
    ...parts,
    a: parts.right * parts.total - product,
    b: square - squaredPredicted,
    d: square - squaredTruth,
  };
}

function fromCells(table: Confusion, slope: (t: number, p: number) => number): Float64Array {
  const gradient = new Float64Array(table.counts.length);
  for (let t = 0; t < table.classes; t++) {
    for (let p = 0; p < table.classes; p++) gradient[t * table.classes + p] = slope(t, p);
  }
  return gradient;
}

function classParts(kind: ClassScore, table: Confusion, code: number): readonly [number, number] {
  const { truth, predicted } = margins(table);
  return partsOf(kind, table, code, truth[code]!, predicted[code]!);
}

function partsOf(
  kind: ClassScore,
  table: Confusion,
  code: number,
  truth: number,
  predicted: number,
): readonly [number, number] {
  const right = table.counts[code * table.classes + code]!;
  if (kind === 'recall') return [right, truth];
  if (kind === 'precision') return [right, predicted];
  return [2 * right, truth + predicted];
}

function classGradient(kind: ClassScore, table: Confusion, code: number): Float64Array {
  const [numerator, denominator] = classParts(kind, table, code);
  if (denominator === 0) return new Float64Array(table.counts.length);
  const score = numerator / denominator;
  return fromCells(table, (t, p) => {
    const truth = t === code ? 1 : 0;
    const predicted = p === code ? 1 : 0;
    const [up, down] = slopes(kind, truth, predicted);
    return (up - score * down) / denominator;
  });
}

function slopes(kind: ClassScore, truth: number, predicted: number): readonly [number, number] {
  const right = truth * predicted;
  if (kind === 'recall') return [right, truth];
  if (kind === 'precision') return [right, predicted];
  return [2 * right, truth + predicted];
}

function averageOf(kind: ClassScore, table: Confusion, weights: Float64Array): number {
  const { truth, predicted } = margins(table);
  let sum = 0;
  for (let k = 0; k < table.classes; k++) {
    if (weights[k] === 0) continue;
    const [numerator, denominator] = partsOf(kind, table, k, truth[k]!, predicted[k]!);
    if (denominator !== 0) sum += (weights[k]! * numerator) / denominator;
  }
  return sum;
}

function sumOfGradients(kind: ClassScore, table: Confusion, weights: Float64Array): Float64Array {
  const { classes } = table;
  const { truth, predicted } = margins(table);
  const total = new Float64Array(table.counts.length);
  for (let k = 0; k < classes; k++) {
    const [numerator, denominator] = partsOf(kind, table, k, truth[k]!, predicted[k]!);
    if (weights[k] === 0 || denominator === 0) continue;
    const score = numerator / denominator;
    // Only the class's own row and column of cells have a slope.
    for (let j = 0; j < classes; j++) {
      const row = slopes(kind, 1, j === k ? 1 : 0);
      total[k * classes + j]! += (weights[k]! * (row[0] - score * row[1])) / denominator;
      if (j === k) continue;
      const column = slopes(kind, 0, 1);
      total[j * classes + k]! += (weights[k]! * (column[0] - score * column[1])) / denominator;
    }
  }
  return total;
}

function macroWeights(table: Confusion): Float64Array {
  const { truth, predicted } = margins(table);
  return equalWeights(truth.map((count, k) => count + predicted[k]!));
}

function truthWeights(table: Confusion): Float64Array {
  return equalWeights(margins(table).truth);
}

function equalWeights(counts: Float64Array): Float64Array {
  const present = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  return counts.map((count) => (count > 0 ? 1 / present : 0));
}

function supportShares(table: Confusion): Float64Array {
  const { truth, total } = margins(table);
  return truth.map((count) => count / total);
}
