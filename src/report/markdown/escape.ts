import { oneLine, visible } from '../inert.ts';

/**
 * User text in GitHub-flavoured markdown does nothing: no emphasis, links, images, HTML, footnotes, no mention, issue
 * reference, commit link, e-mail or emoji code. GitHub finds mentions and references in the finished HTML, where a
 * backslash no longer helps, so the trigger is broken by a word joiner (U+2060); inside code spans they are not looked for.
 */
const JOINER = '\u2060';

/** One of these stands in every text that has a trigger; most have none. */
const MAY_TRIGGER = /[@#:$-]|www\.|[0-9a-f]{7}/iu;

function breakTriggers(text: string): string {
  if (!MAY_TRIGGER.test(text)) return text;
  return text
    .replace(/@(?=[\p{L}\p{N}_-])/gu, `@${JOINER}`)
    .replace(/#(?=[\p{L}\p{N}_])/gu, `#${JOINER}`)
    .replace(/(gh|ghsa|cve)-(?=[a-z0-9])/giu, `$1${JOINER}-`)
    .replace(/:(?=\/\/)/gu, `:${JOINER}`)
    .replace(/(www)(?=\.)/giu, `$1${JOINER}`)
    .replace(/(mailto|xmpp)(?=:)/giu, `$1${JOINER}`)
    .replace(/:(?=[a-z0-9_+-]+:)/giu, `:${JOINER}`)
    .replace(/\$(?=\S)/gu, `$${JOINER}`)
    .replace(/[0-9a-f]{7,}/giu, (run) => run.replace(/.{6}(?=.)/gu, `$&${JOINER}`));
}

/** `[−.001, +.007]`: only digits and signs inside, no address after it. */
const NUMERIC_BRACKETS = /\\\[([\d.,\s+−–∞%×⁰¹²³⁴-⁹⁻]*\d[\d.,\s+−–∞%×⁰¹²³⁴-⁹⁻]*)\\\](?![(:[])/gu;

/**
 * Plain text inside a paragraph, list item or table cell; one line. Intervals keep their brackets: a text that follows
 * cannot turn them into a link, since `(` at the start of a text is escaped.
 */
export function escapeText(text: string): string {
  const escaped = breakTriggers(oneLine(text))
    .replace(/[\\`*[\]|~]/gu, '\\$&')
    .replace(NUMERIC_BRACKETS, '[$1]')
    .replace(/&(?=#?[\p{L}\p{N}]+;)/gu, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/gu, '\\_');
  return text.startsWith('(') ? `\\${escaped}` : escaped;
}

/** What would open a block (heading, list, quote, rule, definition) at the start of a line is escaped. */
export function escapeLineStart(line: string): string {
  return line
    .replace(/^([#+\-=:])/u, '\\$1')
    .replace(/^(\d{1,9})([.)])/u, '$1\\$2')
    .replace(/^\[(?=[^[\]\\]*\]:)/u, '\\[');
}

/**
 * A code span around any text: a fence longer than the longest run of backticks inside. In a table a pipe is escaped by
 * an odd number of backslashes: cells are cut before code spans are read, and there `\\\\|` is an escaped backslash and a cut.
 */
export function codeSpan(text: string, inTable: boolean): string {
  const content = visible(text);
  if (content.trim() === '') return '(empty)';
  const runs = content.match(/`+/gu) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  const pad = /^[` ]|[` ]$/u.test(content) ? ' ' : '';
  const span = `${fence}${pad}${content}${pad}${fence}`;
  return inTable
    ? span.replace(
        /(\\*)\|/gu,
        (_, slashes: string) => `${slashes}${slashes.length % 2 === 0 ? '' : '\\'}\\|`,
      )
    : span;
}

/** Text inside an HTML element that markdown lets through (`<summary>`). */
export function escapeHtmlText(text: string): string {
  return breakTriggers(oneLine(text))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A fenced code block; the fence is longer than any run of backticks inside. */
export function fencedCode(lines: readonly string[], language: string): string {
  const runs = lines.join('\n').match(/`+/gu) ?? [];
  const fence = '`'.repeat(Math.max(2, ...runs.map((run) => run.length)) + 1);
  const info = /^[A-Za-z0-9+-]*$/u.test(language) ? language : '';
  return `${fence}${info}\n${lines.join('\n')}\n${fence}`;
}

/** An address for `[text](…)`: what could end it is percent-encoded. */
export function escapeHref(href: string): string {
  return href.replace(
    /[()<>\\`|*_[\]\s]/gu,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
