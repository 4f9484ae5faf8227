/**
 * Hides secrets in everything a job says, in the forms in which they may appear: as they are, line by line, in base64
 * (also as the tail of `user:secret`), escaped for JSON, URLs and XML.
 * https://docs.github.com/actions/concepts/security/secrets#automatically-redacted-secrets
 */
export interface Masker {
  /** Hides `value` from now on. */
  add(value: string): void;
  mask(text: string): string;
  /** Is there a secret in it? */
  finds(text: string): boolean;
}

const MASK = '***';
/** Forms shorter than this would hide half of a log. */
const SHORTEST_FORM = 4;

/** A masker that already hides these values. */
export function newMasker(values: Iterable<string> = []): Masker {
  const hidden = new Set<string>();
  let longestFirst: string[] | undefined;
  const add = (value: string): void => {
    if (value.trim() === '') return;
    hidden.add(value);
    for (const line of value.split(/[\r\n]+/)) if (line.trim() !== '') hidden.add(line.trim());
    for (const form of forms(value)) if (form.length >= SHORTEST_FORM) hidden.add(form);
    longestFirst = undefined;
  };
  for (const value of values) add(value);
  const ordered = (): string[] =>
    (longestFirst ??= [...hidden].sort((one, other) => other.length - one.length));
  return {
    add,
    finds: (text) => ordered().some((value) => text.includes(value)),
    mask: (text) => maskRanges(text, ordered()),
  };
}

function forms(value: string): string[] {
  const bytes = Buffer.from(value);
  const shifted = [1, 2].map((shift) => bytes.subarray(shift).toString('base64'));
  return [
    bytes.toString('base64'),
    ...shifted,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value.toWellFormed()),
    value.replace(/[<>&"']/g, (sign) => XML[sign]!),
    value.replaceAll('"', '\\"'),
  ];
}

const XML: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Replaces whatever any of the values covers; what overlaps or touches becomes one mask. */
function maskRanges(text: string, values: readonly string[]): string {
  const ranges: [number, number][] = [];
  for (const value of values) {
    for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1))
      ranges.push([at, at + value.length]);
  }
  if (ranges.length === 0) return text;
  ranges.sort((one, other) => one[0] - other[0]);
  let masked = '';
  let done = 0;
  for (let at = 0; at < ranges.length;) {
    const start = ranges[at]![0];
    let end = ranges[at]![1];
    while (++at < ranges.length && ranges[at]![0] <= end) end = Math.max(end, ranges[at]![1]);
    masked += text.slice(done, start) + MASK;
    done = end;
  }
  return masked + text.slice(done);
}
