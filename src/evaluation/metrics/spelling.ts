/** A name of the vocabulary taken apart: `recall[setosa]`, `f1_macro`, `precision@t=0.3`, `recall@top=5%`. */
export interface Spelling {
  /** The part before any suffix: `recall`, `f1_macro`, `roc_auc_ovr`. */
  readonly base: string;
  /** The class in brackets. */
  readonly label: string | null;
  /** What follows `@`. */
  readonly at:
    | { readonly kind: 'threshold'; readonly threshold: number }
    | { readonly kind: 'top'; readonly percent: number }
    | { readonly kind: 'fpr'; readonly percent: number }
    | { readonly kind: 'quantile'; readonly quantile: number }
    | null;
  /** The name in canonical spelling. */
  readonly name: string;
}

const SHAPE = /^(?<base>[a-z][a-z0-9_]*)(?:\[(?<label>.+)\])?(?<at>@.+)?$/;
const NUMBER = '(?<number>\\d+(?:\\.\\d+)?|\\.\\d+)(?<percent>%?)';

/** Takes a metric's name apart; null when it has not the shape of one. Blanks are ignored outside brackets. */
export function parseSpelling(text: string): Spelling | null {
  const match = SHAPE.exec(text.trim());
  const base = match?.groups?.['base'];
  if (base === undefined) return null;
  const label = match?.groups?.['label'] ?? null;
  const suffix = match?.groups?.['at']?.replaceAll(/\s/g, '');
  const at = suffix === undefined ? null : parseAt(suffix);
  if (suffix !== undefined && at === null) return null;
  const name = base + (label === null ? '' : `[${label}]`) + (at === null ? '' : spellAt(at));
  return { base, label, at, name };
}

function parseAt(suffix: string): NonNullable<Spelling['at']> | null {
  const threshold = read(suffix, '@t=');
  if (threshold !== null) return { kind: 'threshold', threshold: threshold / 100 };
  const top = read(suffix, '@top=');
  if (top !== null) return top > 0 && top <= 100 ? { kind: 'top', percent: top } : null;
  const fpr = read(suffix, '@fpr<=');
  if (fpr !== null) return fpr > 0 && fpr < 100 ? { kind: 'fpr', percent: fpr } : null;
  const quantile = read(suffix, '@');
  return quantile !== null && quantile > 0 && quantile < 100
    ? { kind: 'quantile', quantile: quantile / 100 }
    : null;
}

/** A share after the prefix, in percent: `5%` and `0.05` are both 5. */
function read(suffix: string, prefix: string): number | null {
  const match = new RegExp(`^${prefix}${NUMBER}$`).exec(suffix);
  const text = match?.groups?.['number'];
  if (text === undefined) return null;
  // Ten digits are more than anybody writes, and undo the rounding of 0.07 * 100.
  return match?.groups?.['percent'] === '%' ? Number(text) : Number((Number(text) * 100).toPrecision(12));
}

function spellAt(at: NonNullable<Spelling['at']>): string {
  if (at.kind === 'threshold') return `@t=${at.threshold}`;
  if (at.kind === 'top') return `@top=${at.percent}%`;
  return at.kind === 'fpr' ? `@fpr<=${at.percent}%` : `@${at.quantile}`;
}
