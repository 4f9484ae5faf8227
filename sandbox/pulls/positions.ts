import { compareLines, splitLines } from '../git/lines.ts';
import type { Side } from '../state/pulls.ts';

/** One line of a patch. */
export interface PatchLine {
  /** Lines below the first `@@`, which is 0; later hunk headers count. */
  readonly position: number;
  readonly kind: 'hunk' | 'context' | 'added' | 'removed' | 'note';
  /** Number in the old and in the new file, where it stands in that. */
  readonly left: number | null;
  readonly right: number | null;
  /** The whole line with its sign. */
  readonly text: string;
  /** Which hunk it is in, from 0. */
  readonly hunk: number;
}

/**
 * The lines of a `patch` field with their numbers.
 * Positions as https://docs.github.com/rest/pulls/comments#create-a-review-comment-for-a-pull-request counts them.
 */
export function patchLines(patch: string): PatchLine[] {
  const lines: PatchLine[] = [];
  let [left, right, hunk] = [0, 0, -1];
  for (const [position, text] of patch.split('\n').entries()) {
    const header = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(text);
    if (header !== null) {
      left = Number(header[1]);
      right = Number(header[3]);
      hunk++;
      lines.push({ position, kind: 'hunk', left: null, right: null, text, hunk });
    } else if (text.startsWith('+')) {
      lines.push({ position, kind: 'added', left: null, right: right++, text, hunk });
    } else if (text.startsWith('-')) {
      lines.push({ position, kind: 'removed', left: left++, right: null, text, hunk });
    } else if (text.startsWith('\\')) {
      lines.push({ position, kind: 'note', left: null, right: null, text, hunk });
    } else {
      lines.push({ position, kind: 'context', left: left++, right: right++, text, hunk });
    }
  }
  return lines;
}

/** The patch's line with this number on this side; undefined where the patch does not show it. */
export function findLine(lines: readonly PatchLine[], side: Side, number: number): PatchLine | undefined {
  return lines.find((line) => (side === 'LEFT' ? line.left : line.right) === number);
}

/** Side and number of the line at a position; undefined for hunk headers, notes and positions outside the patch. */
export function lineAt(
  lines: readonly PatchLine[],
  position: number,
): { side: Side; line: number } | undefined {
  const found = lines[position];
  if (found === undefined || found.kind === 'hunk' || found.kind === 'note') return undefined;
  return found.right === null ? { side: 'LEFT', line: found.left! } : { side: 'RIGHT', line: found.right };
}

/** The hunk from its header down to a line: the `diff_hunk` of a comment. */
export function hunkDownTo(lines: readonly PatchLine[], line: PatchLine): string {
  return lines
    .filter(({ hunk, position }) => hunk === line.hunk && position <= line.position)
    .map(({ text }) => text)
    .join('\n');
}

/** Where a line of the old text stands in the new one; undefined once it was changed or removed. */
export function carriedLine(before: string, after: string, line: number): number | undefined {
  if (before === after) return line;
  let shift = 0;
  for (const block of compareLines(splitLines(before), splitLines(after))) {
    if (line <= block.aStart) break;
    if (line <= block.aEnd) return undefined;
    shift = block.bEnd - block.aEnd;
  }
  return line + shift;
}
