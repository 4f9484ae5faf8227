import { piece, visible } from '../inert.ts';

function entities(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Prose for an HTML text node or attribute: one line, hidden characters made visible, markup characters as entities. */
export function escapeHtml(text: string): string {
  const part = piece(text);
  return `${part.before}${entities(part.text)}${part.after}`;
}

/** Text set as code: white space is kept, line ends and tabs as `\n`, `\t`. */
export function escapeCode(text: string): string {
  return text === '' ? '(empty)' : entities(visible(text));
}

/** A line of a code block that has been made visible already. */
export function escapeVisible(line: string): string {
  return entities(line);
}
