/** A Markdown text without what is quoted as code or hidden in HTML comments: fenced blocks, code spans, `<!-- -->`. */
export function withoutCode(text: string): string {
  return withoutSpans(withoutFences(text));
}

/** https://github.github.com/gfm/#fenced-code-blocks: a block that nobody closes goes to the end. */
function withoutFences(text: string): string {
  if (!text.includes('```') && !text.includes('~~~')) return text;
  const kept: string[] = [];
  let fence: string | undefined;
  for (const line of text.split('\n')) {
    const mark = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
    if (fence === undefined) {
      if (mark !== null && !(mark[1]!.startsWith('`') && mark[2]!.includes('`'))) fence = mark[1]!;
      else kept.push(line);
    } else if (mark?.[1]!.startsWith(fence) === true && mark[2]!.trim() === '') {
      fence = undefined;
      kept.push('');
    }
  }
  return kept.join('\n');
}

/** One walk from left to right: a run of backticks ends at the next run of the same length. */
function withoutSpans(text: string): string {
  if (!text.includes('`') && !text.includes('<!--')) return text;
  const runs = [...text.matchAll(/`+/g)].map((match) => ({ at: match.index, length: match[0].length }));
  // The run of the same length that follows each run, found from the end.
  const ends = new Map<number, number>();
  const next = new Map<number, number>();
  for (const { at, length } of runs.toReversed()) {
    const end = next.get(length);
    if (end !== undefined) ends.set(at, end + length);
    next.set(length, at);
  }
  const lengths = new Map(runs.map(({ at, length }) => [at, length]));
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length;) {
    const over = text.startsWith('<!--', at) ? endOfComment(text, at) : ends.get(at);
    if (over === undefined) {
      at += lengths.get(at) ?? 1;
      continue;
    }
    parts.push(text.slice(from, at), ' ');
    from = at = over;
  }
  parts.push(text.slice(from));
  return parts.join('');
}

function endOfComment(text: string, at: number): number {
  const end = text.indexOf('-->', at + 4);
  return end === -1 ? text.length : end + 3;
}
