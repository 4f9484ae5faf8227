import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { textPatch } from '../../../sandbox/git/patch.ts';
import { carriedLine, findLine, hunkDownTo, lineAt, patchLines } from '../../../sandbox/pulls/positions.ts';

const patch = [
  '@@ -1,3 +1,3 @@',
  ' one',
  '-two',
  '+zwei',
  ' three',
  '@@ -9 +9,2 @@ more',
  ' nine',
  '+ten',
].join('\n');

describe('positions in a patch (docs: create a review comment for a pull request)', () => {
  it('counts from the line below the first @@, later hunk headers too', () => {
    const lines = patchLines(patch);
    expect(lineAt(lines, 1)).toEqual({ side: 'RIGHT', line: 1 });
    expect(lineAt(lines, 2)).toEqual({ side: 'LEFT', line: 2 });
    expect(lineAt(lines, 3)).toEqual({ side: 'RIGHT', line: 2 });
    expect(lineAt(lines, 5)).toBeUndefined();
    expect(lineAt(lines, 7)).toEqual({ side: 'RIGHT', line: 10 });
    expect(lineAt(lines, 8)).toBeUndefined();
  });

  it('a context line stands on both sides', () => {
    const lines = patchLines(patch);
    expect(findLine(lines, 'LEFT', 3)?.position).toBe(4);
    expect(findLine(lines, 'RIGHT', 3)?.position).toBe(4);
    expect(findLine(lines, 'RIGHT', 5)).toBeUndefined();
  });

  it('a diff hunk goes from its header down to the line', () => {
    const lines = patchLines(patch);
    expect(hunkDownTo(lines, findLine(lines, 'RIGHT', 10)!)).toBe('@@ -9 +9,2 @@ more\n nine\n+ten');
    expect(hunkDownTo(lines, findLine(lines, 'LEFT', 2)!)).toBe('@@ -1,3 +1,3 @@\n one\n-two');
  });

  it('every line of the patch of two texts has its own text at its number', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd', ''), { maxLength: 30 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const { text: made } = textPatch(before.join('\n'), after.join('\n'));
        if (made === '') return;
        for (const line of patchLines(made)) {
          if (line.left !== null) expect(line.text.slice(1)).toBe(before[line.left - 1] ?? '');
          if (line.right !== null) expect(line.text.slice(1)).toBe(after[line.right - 1] ?? '');
        }
      }),
    );
  });

  it('a carried line has the same text, a changed one is gone', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(text, text, fc.nat(29), (before, after, at) => {
        const line = (at % before.length) + 1;
        const carried = carriedLine(`${before.join('\n')}\n`, `${after.join('\n')}\n`, line);
        if (carried !== undefined) expect(after[carried - 1]).toBe(before[line - 1]);
      }),
    );
    expect(carriedLine('a\nb\nc\n', 'x\na\nb\nc\n', 2)).toBe(3);
    expect(carriedLine('a\nb\nc\n', 'a\nB\nc\n', 2)).toBeUndefined();
    expect(carriedLine('a\nb\nc\n', 'a\nB\nc\n', 3)).toBe(3);
  });
});
