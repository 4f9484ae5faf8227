/** Figures of run tables: short, aligned, and never more digits than they deserve. */

/** Up to four significant digits; an empty cell for null. */
export function figure(value: number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 10_000) return Math.round(value).toLocaleString('en-US');
  return Number(value.toPrecision(4)).toString();
}

/** With its sign, e.g. `+0.0031`. */
export function signed(value: number | null | undefined): string {
  if (value === null || value === undefined) return '';
  return value > 0 ? `+${figure(value)}` : figure(value);
}

/** First twelve characters of a digest or commit. */
export function short(digest: string | null | undefined): string {
  return digest?.slice(0, 12) ?? '';
}
