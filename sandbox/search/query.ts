import { ApiError, validationFailed, type FieldError } from '../kernel/errors.ts';

/** `name:value` of a query. */
export interface Term {
  readonly name: string;
  readonly value: string;
  readonly negated: boolean;
}

/** A word, or a phrase in quotes. */
export interface Word {
  readonly text: string;
  readonly phrase: boolean;
  readonly negated: boolean;
}

export interface SearchQuery {
  readonly terms: readonly Term[];
  readonly words: readonly Word[];
  /** `sort:updated-desc` within the query. */
  readonly sort: { readonly by: string; readonly descending: boolean } | undefined;
}

const LONGEST = 256;
const TOKEN = /(-|NOT\s+)?(?:([a-z][\w-]*):)?(?:"([^"]*)"|([^\s"]+))/gi;

/** 422 about the query as a whole. */
export function searchRefused(message: string, code: FieldError['code'] = 'invalid'): ApiError {
  return validationFailed({ message, resource: 'Search', field: 'q', code });
}

/**
 * Reads a query: words, phrases and qualifiers, each possibly negated; `known` are the names that are qualifiers, what
 * else has a colon is text. https://docs.github.com/search-github/getting-started-with-searching-on-github/understanding-the-search-syntax
 * @throws ApiError 422 for a query too long or without anything to look for, 501 for `AND`, `OR` and parentheses
 */
export function readQuery(text: string, known: ReadonlySet<string>): SearchQuery {
  if (text.trim() === '') throw searchRefused('The search must not be blank.', 'missing');
  const terms: Term[] = [];
  const words: Word[] = [];
  let sort: SearchQuery['sort'];
  for (const [whole, minus, name, quoted, bare] of text.matchAll(TOKEN)) {
    const negated = minus !== undefined;
    const value = quoted ?? bare ?? '';
    if (name?.toLowerCase() === 'sort') sort = readSort(value);
    else if (name !== undefined && known.has(name.toLowerCase()))
      terms.push({ name: name.toLowerCase(), value, negated });
    else if (quoted === undefined && /^(?:AND|OR)$|^\(|\)$/.test(whole))
      throw new ApiError(501, `The sandbox does not support ${whole} in a search`);
    else
      words.push({
        text: (name === undefined ? value : `${name}:${value}`).toLowerCase(),
        phrase: quoted !== undefined,
        negated,
      });
  }
  if (words.map((word) => word.text).join(' ').length > LONGEST)
    throw searchRefused(`The search is longer than ${LONGEST} characters.`);
  return { terms, words, sort };
}

function readSort(value: string): SearchQuery['sort'] {
  const match = /^(.+?)(?:-(asc|desc))?$/.exec(value)!;
  return { by: match[1]!, descending: match[2] !== 'asc' };
}

/** Do the texts together hold every word, and none that must not be there? Words are whole, phrases as they stand. */
export function holdsWords(words: readonly Word[], texts: readonly (string | null | undefined)[]): boolean {
  if (words.length === 0) return true;
  const lower = texts.filter((text) => typeof text === 'string').map((text) => text.toLowerCase());
  const tokens = new Set(lower.flatMap((text) => text.split(/[^\p{L}\p{N}_]+/u)));
  return words.every(({ text, phrase, negated }) => {
    const parts = text.split(/[^\p{L}\p{N}_]+/u).filter((part) => part !== '');
    const found =
      phrase || parts.length > 1
        ? lower.some((one) => one.includes(text))
        : parts.every((part) => tokens.has(part));
    return found !== negated;
  });
}

/**
 * A condition on a time or a number: `>10`, `<=2026-01-01`, `10..20`, `*..2026-02-01`, `2026-01-01`.
 * https://docs.github.com/search-github/getting-started-with-searching-on-github/understanding-the-search-syntax#query-for-values-greater-or-less-than-another-value
 */
export function inRange(value: string, actual: string | number | null): boolean {
  if (actual === null) return false;
  const at = typeof actual === 'number' ? actual : Date.parse(actual);
  const range = /^(.+?)\.\.(.+)$/.exec(value);
  if (range !== null)
    return at >= edge(range[1]!, actual, -Infinity) && at <= edge(range[2]!, actual, Infinity, true);
  const [, sign, limit] = /^(>=|<=|>|<)?(.+)$/.exec(value) ?? ['', '', value];
  const [low, high] = [edge(limit, actual, Number.NaN), edge(limit, actual, Number.NaN, true)];
  if (Number.isNaN(low))
    throw searchRefused(
      `"${value}" is not a recognized date/time format. Please provide an ISO 8601 date/time value, such as YYYY-MM-DD.`,
    );
  switch (sign) {
    case '>':
      return at > high;
    case '>=':
      return at >= low;
    case '<':
      return at < low;
    case '<=':
      return at <= high;
    default:
      return at >= low && at <= high;
  }
}

/** The number or time a text means; a day without a time is the whole day. */
function edge(text: string, like: string | number, open: number, end = false): number {
  if (text === '*') return open;
  if (typeof like === 'number') return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  const at = Date.parse(text);
  return end && /^\d{4}-\d\d-\d\d$/.test(text) ? at + 86_399_999 : at;
}
