import type { Direction } from '../../contracts/comparison.ts';
import type { Expression } from './expression.ts';
import { parseExpression } from './expression.ts';
import { rowsFloor } from './floor.ts';
import type { Influenced } from './influence-metric.ts';
import { influenceMetric, noValue } from './influence-metric.ts';
import type { Answers, Metric, Outputs } from './metric.ts';

const OPEN = [-Infinity, Infinity] as const;

/** `mean: column`: the (weighted) mean of a per-row column. */
export function columnMean(name: string, column: string, direction: Direction): Metric {
  return sumsMetric(name, direction, 't', {
    columns: [column],
    evaluate: (sums, rows) => ({ value: sums[0]! / rows, slopes: Float64Array.of(1 / rows) }),
  });
}

/** `ratio: [numerator, denominator]`: the sum of one column over the sum of another (word error rate). */
export function columnRatio(
  name: string,
  [numerator, denominator]: readonly [string, string],
  direction: Direction,
): Metric {
  return sumsMetric(name, direction, 'delta', {
    columns: [numerator, denominator],
    evaluate: (sums) => {
      const value = sums[0]! / sums[1]!;
      return { value, slopes: Float64Array.of(1 / sums[1]!, -value / sums[1]!) };
    },
  });
}

/** `expr:` any smooth function of column sums; see parseExpression. */
export function columnExpression(name: string, text: string, direction: Direction): Metric {
  return sumsMetric(name, direction, 'delta', parseExpression(text, name));
}

/**
 * A function of weighted column sums with the delta method: a row's influence is Σ_k ∂f/∂S_k · w (x_k − mean x_k),
 * summed by unit where there are units.
 */
function sumsMetric(name: string, direction: Direction, method: string, expression: Expression): Metric {
  return influenceMetric({
    name,
    direction,
    range: OPEN,
    needs: [...new Set(expression.columns)],
    method,
    floor: rowsFloor,
    evaluate: (answers, outputs) => evaluate(expression, answers, outputs),
  });
}

function evaluate(expression: Expression, answers: Answers, outputs: Outputs): Influenced {
  const { weight, rows } = answers;
  const columns: Float64Array[] = [];
  for (const name of expression.columns) {
    const column = outputs.columns?.get(name);
    if (column === undefined) return noValue();
    columns.push(column);
  }
  const sums = new Float64Array(columns.length);
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const w = weight === null ? 1 : weight[i]!;
    total += w;
    for (let k = 0; k < columns.length; k++) sums[k]! += w * columns[k]![i]!;
  }
  const { value, slopes } = expression.evaluate(sums, total);
  if (!Number.isFinite(value) || !slopes.every(Number.isFinite)) return noValue();
  const influence = new Float64Array(rows);
  for (let k = 0; k < columns.length; k++) {
    const column = columns[k]!;
    const mean = sums[k]! / total;
    for (let i = 0; i < rows; i++)
      influence[i]! += slopes[k]! * (weight === null ? 1 : weight[i]!) * (column[i]! - mean);
  }
  return { value, influence, reason: null };
}
