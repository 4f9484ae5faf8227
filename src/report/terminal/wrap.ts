import stringWidth from 'string-width';

/**
 * Lines of at most `width` columns, broken at spaces; a word that is wider than a line stands alone on its own. ANSI
 * sequences count nothing. Line ends in the text are kept.
 */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';
    let used = 0;
    for (const word of paragraph.split(' ')) {
      const size = stringWidth(word);
      if (line !== '' && used + 1 + size > width) {
        lines.push(line.trimEnd());
        line = word;
        used = size;
      } else {
        line = line === '' ? word : `${line} ${word}`;
        used += (used === 0 ? 0 : 1) + size;
      }
    }
    return [...lines, line.trimEnd()];
  });
}

/** The text cut at its end with `…` so that it takes at most `width` columns. */
export function fitColumns(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  const parts = Array.from(
    new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text.slice(0, width * 16)),
    (part) => part.segment,
  );
  let kept = '';
  let used = 0;
  for (const part of parts) {
    used += stringWidth(part);
    if (used > width - 1) break;
    kept += part;
  }
  return `${kept}…`;
}
