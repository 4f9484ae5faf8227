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
