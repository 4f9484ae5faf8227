import { ascendingOrder } from '../../stats/index.ts';

const orders = new WeakMap<Float64Array, Uint32Array>();

/** Indices that sort a score column ascending; sorted once for all metrics that read the same column. */
export function scoreOrder(scores: Float64Array): Uint32Array {
  const found = orders.get(scores);
  if (found !== undefined) return found;
  const order = ascendingOrder(scores);
  orders.set(scores, order);
  return order;
}
