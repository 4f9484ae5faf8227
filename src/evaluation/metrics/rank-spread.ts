import { midranks } from '../../stats/index.ts';
import { scoreOrder } from './score-order.ts';

/**
 * How differently two models rank the same rows: root mean square of the difference of a row's two ranks, as a share of
 * the rows (tied rows share their mean rank). 0 where the order is the same, 0.41 where the two have nothing in common.
 */
export function rankSpread(candidate: Float64Array, baseline: Float64Array): number {
  const left = midranks(candidate, scoreOrder(candidate));
  const right = midranks(baseline, scoreOrder(baseline));
  let squares = 0;
  for (let i = 0; i < left.length; i++) squares += (left[i]! - right[i]!) ** 2;
  return Math.sqrt(squares / left.length) / left.length;
}
