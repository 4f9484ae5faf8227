/**
 * Decimal text to float64, correctly rounded: the same value as Python's `float` and JavaScript's `Number`.
 * The fast paths are Clinger's (mantissa below 2^53, power of ten up to 10^22: one correctly rounded operation) and, up to
 * 20 digits, a double-double quotient (Dekker's product) that is accepted only where its error bound cannot change the
 * rounding; everything else goes through `Number`.
 */

const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const SPLITTER = 134_217_729;
const HEAD_DIGITS = 15;
const TAIL_DIGITS = 5;

/** a·b − fl(a·b), exactly (Dekker 1971). */
function productError(a: number, b: number, product: number): number {
  const ca = SPLITTER * a;
  const ah = ca - (ca - a);
  const al = a - ah;
  const cb = SPLITTER * b;
  const bh = cb - (cb - b);
  const bl = b - bh;
  return al * bl - (product - ah * bh - al * bh - ah * bl);
}

/** (head·10^digits + tail) / 10^power for 0 ≤ power ≤ 22, or NaN where the rounding is not certain. */
function longQuotient(head: number, digits: number, tail: number, power: number): number {
  const scaled = head * POWERS[digits]!;
  const high = scaled + tail;
  const low = tail - (high - scaled) + productError(head, POWERS[digits]!, scaled);
  if (power === 0) return high + low;
  const divisor = POWERS[power]!;
  const quotient = high / divisor;
  const product = quotient * divisor;
  const rest = (high - product - productError(quotient, divisor, product) + low) / divisor;
  const bound = Math.abs(rest) * 2 ** -48;
  const below = quotient + (rest - bound);
  return below === quotient + (rest + bound) ? below : NaN;
}

function slow(bytes: Uint8Array, start: number, end: number): number {
  return Number(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1'));
}

const INFINITY = /^[+-]?inf(?:inity)?$/i;

function infinity(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 3 || end - start > 9) return NaN;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  if (!INFINITY.test(text)) return NaN;
  return text.startsWith('-') ? -Infinity : Infinity;
}

/** Whether the number last read by `parseDecimal` was written without point and exponent. */
export const lastDecimal = { integer: false };

/** The number in bytes [start, end), which hold no blanks around it; NaN where it is none. */
export function parseDecimal(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const negative = bytes[at] === 45;
  if (negative || bytes[at] === 43) at++;
  let head = 0;
  let headDigits = 0;
  let tail = 0;
  let tailDigits = 0;
  let beyond = false;
  let seen = false;
  let power = 0;
  let point = false;
  for (; at < end; at++) {
    const digit = bytes[at]! - 48;
    if (digit < 0 || digit > 9) {
      if (digit !== -2 || point) break;
      point = true;
      continue;
    }
    seen = true;
    if (point) power--;
    if (headDigits < HEAD_DIGITS) {
      head = head * 10 + digit;
      if (head > 0) headDigits++;
    } else if (tailDigits < TAIL_DIGITS) {
      tail = tail * 10 + digit;
      tailDigits++;
    } else beyond = true;
  }
  lastDecimal.integer = seen && !point;
  if (!seen) return infinity(bytes, start, end);
  if (at < end) {
    const exponent = readExponent(bytes, at, end);
    if (Number.isNaN(exponent)) return NaN;
    lastDecimal.integer = false;
    power += exponent;
  }
  if (beyond || power > 22 || power < -22) return slow(bytes, start, end);
  let value: number;
  if (tailDigits === 0) value = power < 0 ? head / POWERS[-power]! : head * POWERS[power]!;
  else value = power > 0 ? NaN : longQuotient(head, tailDigits, tail, -power);
  if (Number.isNaN(value)) return slow(bytes, start, end);
  return negative ? -value : value;
}

/** Exponent at `at` (`e-05`), or NaN where the rest is none. */
function readExponent(bytes: Uint8Array, at: number, end: number): number {
  const mark = bytes[at];
  if (mark !== 101 && mark !== 69) return NaN;
  let next = at + 1;
  const negative = bytes[next] === 45;
  if (negative || bytes[next] === 43) next++;
  if (next >= end) return NaN;
  let value = 0;
  for (; next < end; next++) {
    const digit = bytes[next]! - 48;
    if (digit < 0 || digit > 9) return NaN;
    value = Math.min(value * 10 + digit, 100_000);
  }
  return negative ? -value : value;
}
