import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { LineSplitter, MAX_LINE, plainText } from '../../../src/pipeline/lines.ts';

function split(chunks: readonly (string | Uint8Array)[]) {
  const lines: string[] = [];
  const progress: string[] = [];
  const splitter = new LineSplitter({
    onLine: (line) => lines.push(line),
    onProgress: (text) => progress.push(text),
  });
  for (const chunk of chunks) splitter.write(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  splitter.end();
  return { lines, progress };
}

describe('LineSplitter', () => {
  test('an unfinished last line is a line', () => {
    expect(split(['one\ntwo']).lines).toEqual(['one', 'two']);
  });

  test('windows line ends are one line end, also when torn between chunks', () => {
    expect(split(['one\r\ntwo\r', '\nthree']).lines).toEqual(['one', 'two', 'three']);
  });

  test('of a progress bar the last state is the line and the others are progress', () => {
    expect(split(['10%\r', '50%\r100%\n', 'done\n'])).toEqual({
      lines: ['100%', 'done'],
      progress: ['10%', '50%'],
    });
  });

  test('bytes that are no UTF-8 become the replacement character', () => {
    expect(split([new Uint8Array([0x61, 0xff, 0x62, 0x0a])]).lines).toEqual(['a\uFFFDb']);
  });

  test('a character torn between two chunks stays whole', () => {
    const bytes = Buffer.from('grün\n');

    expect(split([bytes.subarray(0, 3), bytes.subarray(3)]).lines).toEqual(['grün']);
  });

  test('an endless line is cut and says how much is missing', () => {
    const { lines } = split([...Array.from({ length: 100 }, () => 'x'.repeat(1000)), '\nnext\n']);

    expect(lines[0]).toBe(`${'x'.repeat(MAX_LINE)} … (${100_000 - MAX_LINE} more characters)`);
    expect(lines[1]).toBe('next');
  });

  test('colours and control characters are removed, tabs stay', () => {
    expect(plainText('\u001b[31mred\u001b[0m\tb\u0007\u0000')).toBe('red\tb');
  });

  test('however text is cut into chunks, the lines are the same', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'ü', '\n', '\r', ' ') }),
        fc.infiniteStream(fc.integer({ min: 1, max: 5 })),
        (text, sizes) => {
          const bytes = Buffer.from(text);
          const chunks: Uint8Array[] = [];
          for (let at = 0; at < bytes.length;) {
            const size = Number(sizes.next().value);
            chunks.push(bytes.subarray(at, at + size));
            at += size;
          }

          expect(split(chunks).lines).toEqual(split([bytes]).lines);
        },
      ),
    );
  });
});
