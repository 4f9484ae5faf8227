/**
 * One way of writing numbers everywhere: a true minus, no leading zero (`.871`, `−.002`), thousands with commas
 * (`8,412`), powers of ten for what is very large or very small (`1.2 × 10⁻⁷`), and as many decimals as the interval is
 * worth.
 */

const MINUS = '−';
const SUPERSCRIPT = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const MISSING = '–';

function superscript(exponent: number): string {
  const digits = Array.from(String(Math.abs(exponent)), (digit) => SUPERSCRIPT[Number(digit)]).join('');
  return exponent < 0 ? `⁻${digits}` : digits;
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/gu, ',');
}

function scientific(size: number, figures: number): string {
  const [mantissa = '0', exponent = '0'] = size.toExponential(Math.max(0, figures - 1)).split('e');
  return `${mantissa} × 10${superscript(Number(exponent))}`;
}

function fixed(size: number, decimals: number): string {
  const [whole = '0', fraction] = size.toFixed(decimals).split('.');
  if (fraction === undefined) return grouped(whole);
  return `${whole === '0' ? '' : grouped(whole)}.${fraction}`;
}

/**
 * How a family of numbers is written: decimals, and for very large or small ones a common power of ten that they are
 * divided by (`1.64 × 10⁻⁹`).
 */
export interface Precision {
  readonly decimals: number;
  readonly exponent?: number;
}

/**
 * The precision for numbers that belong together: at least three decimals for values within ±1, more where the
 * uncertainty is smaller than .001; two significant figures of the uncertainty for other values. `scale` is the largest
 * size among them, `grain` the smallest difference worth reading (half an interval's width, a margin); 0 or NaN = unknown.
 */
export function precisionOf(scale: number, grain: number): Precision {
  const size = Math.abs(scale);
  if (!Number.isFinite(size)) return { decimals: 3 };
  const exponent = size >= 1e7 || (size !== 0 && size < 1e-4) ? powerOfThousand(size) : 0;
  const shown = size / 10 ** exponent;
  const known = Number.isFinite(grain) && grain > 0;
  const fine = known ? Math.floor(Math.log10(grain) - exponent) : 0;
  const decimals =
    shown <= 1 && exponent === 0
      ? clamp(known ? Math.max(3, -fine) : 3, 3, 8)
      : known
        ? clamp(1 - fine, 0, 8)
        : clamp(2 - Math.floor(Math.log10(shown)), 0, 3);
  return exponent === 0 ? { decimals } : { decimals, exponent };
}

/** The precision of axis ticks: as many decimals as the step between two ticks has. */
export function tickPrecision(scale: number, step: number): Precision {
  const exponent = scale >= 1e5 || (scale !== 0 && scale < 1e-3) ? powerOfThousand(scale) : 0;
  const decimals = clamp(-Math.floor(Math.log10(step) - exponent + 1e-9), 0, 8);
  return exponent === 0 ? { decimals } : { decimals, exponent };
}

/** Exponent of the largest power of a thousand up to `size`; at least −306, since 10⁻³²⁴ is 0. */
function powerOfThousand(size: number): number {
  return Math.max(-306, Math.floor(Math.log10(size) / 3 + 1e-9) * 3);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** The power of ten that a family is divided by, to be said once: ` × 10⁻⁹`; empty where there is none. */
export function powerOf(precision: Precision): string {
  const { exponent = 0 } = precision;
  return exponent === 0 ? '' : ` × 10${superscript(exponent)}`;
}

/** A number in a precision: `.871`, `12.40`, `1.25 × 10⁹`; `–` for null, NaN and infinities. `bare` leaves the power out. */
export function formatNumber(
  value: number | null | undefined,
  precision: Precision = { decimals: 3 },
  bare = false,
): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING;
  const size = Math.abs(value) / 10 ** (precision.exponent ?? 0);
  const text = size >= 1e12 ? scientific(size, 4) : fixed(size, precision.decimals);
  const zero = !/[1-9]/u.test(text);
  return `${value < 0 && !zero ? MINUS : ''}${text}${bare ? '' : powerOf(precision)}`;
}

/** A difference, always with its sign unless it rounds to zero: `+.003`, `−.012`, `.000`. */
export function formatDifference(
  value: number | null | undefined,
  precision: Precision = { decimals: 3 },
  bare = false,
): string {
  const text = formatNumber(value, precision, bare);
  if (value === null || value === undefined || !Number.isFinite(value) || value <= 0) return text;
  return /[1-9]/u.test(formatNumber(value, precision, true)) ? `+${text}` : text;
}

/** What is formatted as an interval: differences with signs, values without. */
export interface IntervalStyle {
  readonly signed?: boolean;
  /** Leaves out the power of ten. */
  readonly bare?: boolean;
}

/** `[−.001, +.007]` for differences, `[.861, .886]` for values; `–` where withheld. */
export function formatInterval(
  low: number | null | undefined,
  high: number | null | undefined,
  precision: Precision = { decimals: 3 },
  style: IntervalStyle = {},
): string {
  if (low === null || low === undefined || high === null || high === undefined) return MISSING;
  if (Number.isNaN(low) || Number.isNaN(high)) return MISSING;
  const format = style.signed === true ? formatDifference : formatNumber;
  const show = (value: number): string =>
    Number.isFinite(value) ? format(value, precision, true) : value < 0 ? `${MINUS}∞` : '∞';
  return `[${show(low)}, ${show(high)}]${style.bare === true ? '' : powerOf(precision)}`;
}

/** A count with commas: `8,412`; from a million on three figures are enough for a reader: `336,776`, `1.24 million`. */
export function formatCount(count: number | null | undefined): string {
  if (count === null || count === undefined || !Number.isFinite(count)) return MISSING;
  const rounded = Math.round(count);
  return (rounded < 0 ? MINUS : '') + grouped(String(Math.abs(rounded)));
}

/** A rough count, two figures: `23,000`. */
export function formatRoughCount(count: number): string {
  if (!Number.isFinite(count)) return MISSING;
  return count >= 1e9 ? scientific(count, 2) : formatCount(Number(count.toPrecision(2)));
}

/** A p-value: `.14`, `.003`, `< .001`. */
export function formatP(p: number | null | undefined): string {
  if (p === null || p === undefined || !Number.isFinite(p)) return MISSING;
  if (p < 0.001) return '< .001';
  if (p >= 0.995) return '1.0';
  return fixed(p, p < 0.0995 ? 3 : 2);
}

/** A share as a percentage: `3.2 %`, `12 %`. */
export function formatShare(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return MISSING;
  const percent = share * 100;
  const decimals = Math.abs(percent) < 9.95 && percent % 1 !== 0 ? 1 : 0;
  return `${percent < 0 ? MINUS : ''}${Math.abs(percent).toFixed(decimals)} %`;
}

/** A difference of shares in percentage points, with sign: `−4.9` (the caller says `pt`). `decimals` as for its siblings. */
export function formatPoints(difference: number | null | undefined, decimals = 1): string {
  if (difference === null || difference === undefined || !Number.isFinite(difference)) return MISSING;
  const points = Math.abs(difference * 100).toFixed(decimals);
  if (!/[1-9]/u.test(points)) return points;
  return `${difference < 0 ? MINUS : '+'}${points}`;
}

/** A duration: `320 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(milliseconds: number | null | undefined): string {
  if (milliseconds === null || milliseconds === undefined || !Number.isFinite(milliseconds)) return MISSING;
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 9950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const whole = Math.round(seconds / 60);
  return whole % 60 === 0 ? `${Math.floor(whole / 60)} h` : `${Math.floor(whole / 60)} h ${whole % 60} min`;
}

/** A size in bytes: `640 B`, `12.4 kB`, `1.3 GB` (powers of ten). */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined || !Number.isFinite(bytes)) return MISSING;
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = bytes;
  let index = 0;
  while (size >= 999.5 && index < units.length - 1) {
    size /= 1000;
    index += 1;
  }
  return `${index === 0 || size >= 99.5 ? Math.round(size) : size.toFixed(1)} ${units[index] ?? ''}`;
}
