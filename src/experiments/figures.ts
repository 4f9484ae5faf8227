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

/** `850 ms`, `12.4 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(milliseconds: number | null): string {
  if (milliseconds === null) return '';
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${Math.round(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `512 MB`, `3.1 GB`. */
export function bytes(count: number | null): string {
  if (count === null) return '';
  return count < 1e9 ? `${Math.round(count / 1e6)} MB` : `${(count / 1e9).toFixed(1)} GB`;
}

/** First twelve characters of a digest or commit. */
export function short(digest: string | null | undefined): string {
  return digest?.slice(0, 12) ?? '';
}
