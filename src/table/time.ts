const DAY = 86_400_000;

/**
 * Milliseconds since 1970-01-01T00:00Z as ISO 8601: `2013-04-01` at midnight, else `2013-04-01T12:30:00Z`, with three
 * decimals where there are any. Values outside the range of Date print as a number.
 */
export function formatTime(milliseconds: number): string {
  if (Math.abs(milliseconds) > 8.64e15) return String(milliseconds);
  const text = new Date(milliseconds).toISOString();
  if (milliseconds % DAY === 0) return text.slice(0, -14);
  return milliseconds % 1000 === 0 ? `${text.slice(0, -5)}Z` : text;
}

/** Days from 1970-01-01 to a date of the proleptic Gregorian calendar (Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysInMonth(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && leap ? 29 : (MONTH_DAYS[month - 1] ?? 0);
}

/** `length` decimal digits at `at`, or -1. */
function digits(bytes: Uint8Array, at: number, end: number, length: number): number {
  if (at + length > end) return -1;
  let value = 0;
  for (let index = at; index < at + length; index++) {
    const digit = bytes[index]! - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

const DASH = 45;
const COLON = 58;
const SPACE = 32;

/** Offset of a zone at `at` in milliseconds (`Z`, `+02`, `+0200`, `+02:00`, ` UTC`, nothing), or NaN. */
function zoneOffset(bytes: Uint8Array, at: number, end: number): number {
  if (at === end) return 0;
  let from = at;
  if (bytes[from] === SPACE) from++;
  const head = bytes[from];
  const rest = end - from;
  if (rest === 1 && (head === 90 || head === 122)) return 0;
  if (rest === 3 && head === 85 && bytes[from + 1] === 84 && bytes[from + 2] === 67) return 0;
  if (head !== 43 && head !== DASH) return NaN;
  const hours = digits(bytes, from + 1, end, 2);
  let minutes = 0;
  if (rest === 5) minutes = digits(bytes, from + 3, end, 2);
  else if (rest === 6 && bytes[from + 3] === COLON) minutes = digits(bytes, from + 4, end, 2);
  else if (rest !== 3) return NaN;
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return NaN;
  return (head === DASH ? -1 : 1) * (hours * 3_600_000 + minutes * 60_000);
}

/** Milliseconds of the day at `at` minus the zone's offset, or NaN. */
function clock(bytes: Uint8Array, at: number, end: number): number {
  const hours = digits(bytes, at, end, 2);
  const minutes = bytes[at + 2] === COLON ? digits(bytes, at + 3, end, 2) : -1;
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return NaN;
  let value = hours * 3_600_000 + minutes * 60_000;
  let next = at + 5;
  if (next < end && bytes[next] === COLON) {
    const seconds = digits(bytes, next + 1, end, 2);
    if (seconds < 0 || seconds > 59) return NaN;
    value += seconds * 1000;
    next += 3;
    if (next < end && (bytes[next] === 46 || bytes[next] === 44)) {
      const first = ++next;
      let scale = 100;
      while (next < end && bytes[next]! >= 48 && bytes[next]! <= 57) {
        value += Math.trunc(scale) * (bytes[next]! - 48);
        scale /= 10;
        next++;
      }
      if (next === first) return NaN;
    }
  }
  return value - zoneOffset(bytes, next, end);
}

/**
 * ISO 8601 date or timestamp in bytes [start, end) as milliseconds since 1970-01-01T00:00Z, or NaN where it is none.
 * Reads `YYYY-MM-DD`, then `T` or a space, `HH:MM`, `:SS`, decimals (cut to milliseconds) and a zone; without a zone
 * it is UTC. Days that do not exist (2013-02-30) are none.
 */
export function parseTimeBytes(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 10 || bytes[start + 4] !== DASH || bytes[start + 7] !== DASH) return NaN;
  const year = digits(bytes, start, end, 4);
  const month = digits(bytes, start + 5, end, 2);
  const day = digits(bytes, start + 8, end, 2);
  if (year < 0 || month < 1 || day < 1 || day > daysInMonth(year, month)) return NaN;
  const date = daysFromCivil(year, month, day) * DAY;
  if (end - start === 10) return date;
  const separator = bytes[start + 10];
  if (separator !== 84 && separator !== SPACE && separator !== 116) return NaN;
  return date + clock(bytes, start + 11, end);
}

/** ISO 8601 text as milliseconds since 1970-01-01T00:00Z, or NaN; see `parseTimeBytes`. */
export function parseTime(text: string): number {
  const bytes = Buffer.from(text.trim(), 'latin1');
  return parseTimeBytes(bytes, 0, bytes.length);
}
