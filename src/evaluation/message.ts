import type { Direction } from '../contracts/comparison.ts';
import type { Interval } from './metrics/metric.ts';

/** Decimals that show an interval of this half-width with two figures; 3 where there is none. */
export function decimalsFor(half: number): number {
  if (!Number.isFinite(half) || half <= 0) return 3;
  return Math.min(8, Math.max(0, Math.ceil(-Math.log10(half)) + 1));
}

/** A number with a real minus sign; `n/a` where there is none. */
export function numberText(value: number | null | undefined, decimals = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return 'n/a';
  const text = Math.abs(value).toFixed(decimals);
  return Number(text) !== 0 && value < 0 ? `−${text}` : text;
}

/** The same with a plus sign in front of what is above zero. */
export function signedText(value: number | null | undefined, decimals = 3): string {
  const text = numberText(value, decimals);
  return value !== null && value !== undefined && Number(value.toFixed(decimals)) > 0 ? `+${text}` : text;
}

/** `0.871 [0.858, 0.884]`, or the value alone. */
export function intervalText(interval: Interval | null): string {
  if (interval === null) return 'n/a';
  const decimals = decimalsFor((interval.high - interval.low) / 2);
  const value = numberText(interval.value, decimals);
  if (Number.isNaN(interval.low) || Number.isNaN(interval.high)) return value;
  return `${value} [${numberText(interval.low, decimals)}, ${numberText(interval.high, decimals)}]`;
}

/** `+0.003 [−0.001, +0.007]`, or the value alone. */
export function differenceText(interval: Interval | null): string {
  if (interval === null) return 'n/a';
  const decimals = decimalsFor((interval.high - interval.low) / 2);
  const value = signedText(interval.value, decimals);
  if (Number.isNaN(interval.low) || Number.isNaN(interval.high)) return value;
  return `${value} [${signedText(interval.low, decimals)}, ${signedText(interval.high, decimals)}]`;
}

/** `0.871 → 0.874, +0.003 [−0.001, +0.007]`. */
export function pairText(
  candidate: Interval | null,
  baseline: Interval | null,
  difference: Interval | null,
): string {
  const decimals = difference === null ? 3 : decimalsFor((difference.high - difference.low) / 2);
  return `${numberText(baseline?.value, decimals)} → ${numberText(candidate?.value, decimals)}, ${differenceText(difference)}`;
}

/** `drops over 0.004` or, where lower is better, `rises over 0.004`. */
export function lossWord(direction: Direction): string {
  return direction === 'higher' ? 'drops' : 'rises';
}

/** A count with a comma every three digits. */
export function countText(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 row`, `2 rows`. */
export function plural(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`;
}
