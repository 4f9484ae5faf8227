/**
 * User text is shown as it is, and does nothing: characters that cannot be seen, that reorder what is seen or that
 * drive a terminal are replaced by a visible escape such as `\u202e` (Trojan Source, CVE-2021-42574).
 */

/** C0, DEL, C1; line and paragraph separators; bidi controls; zero width and other invisible characters; tags; lone surrogates. */
const HIDDEN =
  // eslint-disable-next-line no-control-regex, no-misleading-character-class -- these are the characters to be found
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb]|[\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]|[\ud800-\udfff]/gu;

/** Printable ASCII: nothing of it is hidden or combines, and every character is one that a reader sees. */
const PLAIN = /^[\x20-\x7e]*$/u;
/** Printable ASCII without a space that would go. */
const PLAIN_LINE = /^(?:[\x21-\x7e]+(?: [\x21-\x7e]+)*)?$/u;

/** More than four combining marks on one letter climb over the neighbouring lines. */
const STACKED_MARKS = /(\p{M}{4})\p{M}+/gu;

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\u0000': '\\0',
};

function escapeOf(character: string): string {
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) return short;
  const point = character.codePointAt(0) ?? 0;
  const hex = point.toString(16);
  return point > 0xffff ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
}

const JOINING_SCRIPTS =
  '[\\p{Script=Arabic}\\p{Script=Devanagari}\\p{Script=Bengali}\\p{Script=Gujarati}\\p{Script=Kannada}\\p{Script=Malayalam}\\p{Script=Sinhala}\\p{Script=Tamil}\\p{Script=Telugu}]';
const BEFORE_JOINER = new RegExp(
  `(?:[\\p{Extended_Pictographic}\\p{Emoji_Modifier}]\\ufe0f?|${JOINING_SCRIPTS})$`,
  'u',
);
const AFTER_JOINER = new RegExp(`^(?:\\p{Extended_Pictographic}|${JOINING_SCRIPTS})`, 'u');

/** A joiner belongs to the writing between two emoji (👩‍🚀) or two letters of a script that joins (Persian, Hindi). */
function joins(text: string, offset: number, character: string): boolean {
  if (character !== '\u200d' && character !== '\u200c') return false;
  return (
    BEFORE_JOINER.test(text.slice(Math.max(0, offset - 4), offset)) &&
    AFTER_JOINER.test(text.slice(offset + 1, offset + 5))
  );
}

/** Names and values on one line: nothing hidden, line ends and tabs as `\n`, `\t`. */
export function visible(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .replace(HIDDEN, (character, offset: number) =>
      joins(text, offset, character) ? character : escapeOf(character),
    )
    .replace(STACKED_MARKS, '$1');
}

/** White space that may break a line; no-break spaces are part of the text. */
const BREAKING_SPACE = /[^\S\u00a0\u202f]+|\u0085+/gu;

/** Prose on one line: white space becomes one space (no-break spaces stay), the rest as in {@link visible}. */
export function oneLine(text: string): string {
  if (PLAIN_LINE.test(text)) return text;
  return visible(text.replace(BREAKING_SPACE, ' ').replace(/^ +| +$/gu, ''));
}

/** A piece of a line as in {@link oneLine}, with the spaces that part it from its neighbours: at most one on each side. */
export function piece(text: string): {
  readonly before: '' | ' ';
  readonly text: string;
  readonly after: '' | ' ';
} {
  const flat = text.replace(BREAKING_SPACE, ' ');
  const clean = oneLine(flat);
  if (clean === '') return { before: flat === '' ? '' : ' ', text: '', after: '' };
  return { before: flat.startsWith(' ') ? ' ' : '', text: clean, after: flat.endsWith(' ') ? ' ' : '' };
}

/** Text of several lines: line ends are kept, tabs become two spaces, the rest as in {@link visible}. */
export function visibleLines(text: string): string[] {
  return text.split(/\r\n|\r|\n/u).map((line) => visible(line.replaceAll('\t', '  ')));
}

const SEGMENTER = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** Longest user-perceived character that is looked for when a long text is cut, in UTF-16 units. */
const LONGEST = 16;

function graphemes(text: string): string[] {
  return Array.from(SEGMENTER.segment(text), (part) => part.segment);
}

/**
 * At most `limit` user-perceived characters, the cut marked by `…` in the middle, so that both ends of a long name can
 * be read.
 */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  if (text.length <= limit * LONGEST && !PLAIN.test(text) && graphemes(text).length <= limit) return text;
  const head = Math.ceil((limit - 1) * 0.6);
  const tail = limit - 1 - head;
  const start = PLAIN.test(text.slice(0, head + 1))
    ? text.slice(0, head)
    : graphemes(text.slice(0, head * LONGEST))
        .slice(0, head)
        .join('');
  if (tail === 0) return `${start}…`;
  const end = PLAIN.test(text.slice(-tail))
    ? text.slice(-tail)
    : graphemes(text.slice(-tail * LONGEST))
        .slice(-tail)
        .join('');
  return `${start}…${end}`;
}

/** The address if it is http(s), a fragment or a relative path; else null (javascript:, data:, //host …). */
export function safeHref(href: string): string | null {
  const clean = href.trim();
  if (/[\s<>"'`\\\p{C}]/u.test(clean) || clean === '') return null;
  if (/^https?:\/\/[^/]/iu.test(clean) || clean.startsWith('#')) return clean;
  if (clean.startsWith('//') || /^[a-z][a-z0-9+.-]*:/iu.test(clean) || /^[^/?#]*:/u.test(clean)) return null;
  return clean;
}
