import { z } from 'zod';

/** Scalars of `slipway.yaml` that several stations share. Input is what people write, output is what code reads. */

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const DURATION = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)\s*$/;
const PERCENT = /^\s*(-?\d+(?:\.\d+)?)\s*%\s*$/;
const DATE = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/** Milliseconds of `250ms`, `30s`, `30m`, `2h`, `7d`, `1w`; null when the text is no duration. */
export function durationMs(text: string): number | null {
  const [, amount, unit] = DURATION.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return null;
  return Math.round(Number(amount) * UNITS[unit as keyof typeof UNITS]);
}

/** Share of `20%` as 0.2; null when the text is no percentage. */
export function percentShare(text: string): number | null {
  const [, amount] = PERCENT.exec(text) ?? [];
  return amount === undefined ? null : Number((Number(amount) / 100).toPrecision(15));
}

/** A duration such as `30m` or `2h`; milliseconds after parsing. */
export const Duration = z
  .string({ error: 'expected a duration such as 30s, 45m, 2h or 7d' })
  .refine((text) => durationMs(text) !== null, { error: 'expected a duration such as 30s, 45m, 2h or 7d' })
  .transform((text) => durationMs(text) ?? 0);

function isShare(share: number | null): share is number {
  return share !== null && share > 0 && share < 1;
}

/** The share that an unparsed value means (`0.2`, `20%`), null when it is none. */
export function shareOf(value: unknown): number | null {
  const share = typeof value === 'number' ? value : typeof value === 'string' ? percentShare(value) : null;
  return isShare(share) ? share : null;
}

/** What is tolerated: an amount in the metric's own unit, or (relative) a share of the baseline's value. */
export interface Margin {
  /** ≥ 0; `0.2` for `20%`. */
  readonly value: number;
  readonly relative: boolean;
}

const MARGIN = 'expected an amount of 0 or more such as 0.005, or a percentage of the baseline such as 20%';

/** `0.005` → {value: 0.005, relative: false}; `20%` → {value: 0.2, relative: true}. */
export const MarginSchema = z
  .union([z.number(), z.string()], { error: MARGIN })
  .refine((value) => marginOf(value) !== null, { error: MARGIN })
  .transform((value): Margin => marginOf(value) ?? { value: 0, relative: false });

function marginOf(value: number | string): Margin | null {
  const amount = typeof value === 'number' ? value : percentShare(value);
  if (amount === null || !Number.isFinite(amount) || amount < 0) return null;
  return { value: amount, relative: typeof value === 'string' };
}

const INSTANT =
  'expected a date such as 2025-04-01 or 2025-04-01T00:00:00Z, or a number where the column holds numbers';

/** True for an ISO 8601 date or date-time that exists in the calendar. */
export function isDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  const day = text.slice(0, 10);
  const midnight = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day) return false;
  return !Number.isNaN(Date.parse(text.replace(' ', 'T')));
}

/** A point on a time column: an ISO date or date-time (kept as text), or a number for numeric columns. */
export const Instant = z
  .union([z.string(), z.number()], { error: INSTANT })
  .refine((value) => typeof value === 'number' || isDate(value), { error: INSTANT });

/** Non-empty text on one line: a name, a path, a column. */
export const Name = z
  .string({ error: 'expected a text' })
  .refine((text) => text.trim() !== '', { error: 'expected a text that is not empty' });

/** One name or a list of them; always a list after parsing. */
export const NameList = z
  .union([Name, z.array(Name)], { error: 'expected a text or a list of texts' })
  .transform((value): readonly string[] => (typeof value === 'string' ? [value] : value));

/**
 * A shell command: one text (possibly of several lines) or a list of commands. Several lines or commands stop at the
 * first that fails (`set -e`), as they do in a workflow step.
 */
export const Command = z
  .union([Name, z.array(Name).min(1, { error: 'expected at least one command' })], {
    error: 'expected a command, or a list of commands',
  })
  .transform((value) => commandText(typeof value === 'string' ? [value] : value));

function commandText(commands: readonly string[]): string {
  const text = commands.map((command) => command.trim()).join('\n');
  return text.includes('\n') ? `set -e\n${text}` : text;
}

/**
 * Options of a `superRefine` that must speak even when another key of the same mapping is wrong, so that all problems
 * come at once. The refinement sees unchecked values.
 */
export const EVEN_IF_BROKEN = {
  when: ({ value }: { readonly value: unknown }): boolean =>
    typeof value === 'object' && value !== null && !Array.isArray(value),
};

/** A cell's value as people write it in YAML (`yes`, `1`, `true`); the cell's text after parsing. */
export const CellText = z
  .union([z.string(), z.number(), z.boolean()], { error: 'expected a text, a number, true or false' })
  .transform(String);
