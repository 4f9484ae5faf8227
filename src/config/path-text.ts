import type { Path } from './located.ts';

/** `models.churn.evaluate.gates[0].metric`. */
export function pathText(path: Path): string {
  return path
    .map((step, i) => (typeof step === 'number' ? `[${String(step)}]` : i === 0 ? step : `.${step}`))
    .join('');
}
