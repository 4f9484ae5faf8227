import type { Answers, Outputs } from './metric.ts';

/**
 * Remembers what was computed for one model on one set of answers, as long as the Outputs object lives: value,
 * interval and difference share one sort and one pass. The computation must be pure.
 */
export function memo<T>(
  compute: (answers: Answers, outputs: Outputs) => T,
): (answers: Answers, outputs: Outputs) => T {
  const store = new WeakMap<Outputs, { answers: Answers; result: T }>();
  return (answers, outputs) => {
    const found = store.get(outputs);
    if (found?.answers === answers) return found.result;
    const result = compute(answers, outputs);
    store.set(outputs, { answers, result });
    return result;
  };
}
