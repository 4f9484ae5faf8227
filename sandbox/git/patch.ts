/** Unified diff text: hunks with three lines of context, as GitHub's `patch` fields hold them. */
import { type Block, compareLines, splitLines } from './lines.ts';

const CONTEXT = 3;

export interface TextPatch {
  readonly additions: number;
  readonly deletions: number;
  /** The hunks, without file headers and without a line end after the last line. */
  readonly text: string;
}

/** git's guess: a NUL among the first 8000 bytes makes a file binary. */
export function isBinary(bytes: Buffer): boolean {
  return bytes.subarray(0, 8000).includes(0);
}

const range = (start: number, count: number): string => {
  const line = count === 0 ? start : start + 1;
  return count === 1 ? String(line) : `${String(line)},${String(count)}`;
};

/** A line that begins a function, a section or the like: git shows the last one above a hunk after its `@@`. */
function functionLine(lines: readonly string[], before: number): string {
  for (let i = before - 1; i >= 0; i--) {
    const line = lines[i]!;
    if (/^[A-Za-z_$]/.test(line)) return ` ${line.slice(0, 80).trimEnd()}`;
  }
  return '';
}

function line(sign: string, text: string): string {
  return text.endsWith('\n') ? `${sign}${text}` : `${sign}${text}\n\\ No newline at end of file\n`;
}

/** Blocks whose contexts touch share a hunk. */
function hunksOf(blocks: readonly Block[]): Block[][] {
  const hunks: Block[][] = [];
  let last: Block | undefined;
  for (const block of blocks) {
    if (last !== undefined && block.aStart - last.aEnd <= 2 * CONTEXT) hunks.at(-1)!.push(block);
    else hunks.push([block]);
    last = block;
  }
  return hunks;
}

function hunkText(a: readonly string[], b: readonly string[], blocks: readonly Block[]): string {
  const first = blocks[0]!;
  const last = blocks.at(-1)!;
  const before = Math.min(CONTEXT, first.aStart);
  const after = Math.min(CONTEXT, a.length - last.aEnd);
  const start = first.aStart - before;
  const oldRange = range(start, last.aEnd + after - start);
  const newRange = range(first.bStart - before, last.bEnd + after - (first.bStart - before));
  let text = `@@ -${oldRange} +${newRange} @@${functionLine(a, start)}\n`;
  let at = start;
  for (const block of blocks) {
    for (; at < block.aStart; at++) text += line(' ', a[at]!);
    for (; at < block.aEnd; at++) text += line('-', a[at]!);
    for (let i = block.bStart; i < block.bEnd; i++) text += line('+', b[i]!);
  }
  for (; at < last.aEnd + after; at++) text += line(' ', a[at]!);
  return text;
}

/** The difference of two texts. Equal texts give no text and no counts. */
export function textPatch(oldText: string, newText: string): TextPatch {
  const a = splitLines(oldText);
  const b = splitLines(newText);
  const blocks = compareLines(a, b);
  const hunks = hunksOf(blocks).map((hunk) => hunkText(a, b, hunk));
  return {
    additions: blocks.reduce((sum, block) => sum + block.bEnd - block.bStart, 0),
    deletions: blocks.reduce((sum, block) => sum + block.aEnd - block.aStart, 0),
    text: hunks.join('').replace(/\n$/, ''),
  };
}
