import type { Answers } from './metric.ts';

const scales = new WeakMap<Float64Array, Float64Array>();

/**
 * Weights multiplied so that they sum to Kish's effective number of rows, (Σw)²/Σw²: a pseudo-row of weight 1 then
 * weighs what one row does. Null where there are no weights.
 */
export function scaledWeights(answers: Answers): Float64Array | null {
  const { weight } = answers;
  if (weight === null) return null;
  const found = scales.get(weight);
  if (found !== undefined) return found;
  let sum = 0;
  let squares = 0;
  for (const w of weight) {
    sum += w;
    squares += w * w;
  }
  const scaled = weight.map((w) => (squares === 0 ? 0 : (w * sum) / squares));
  scales.set(weight, scaled);
  return scaled;
}
