import { InputError } from '../../contracts/errors.ts';
import type { ByteSource } from '../csv/blocks.ts';
import { invalidUtf8At } from '../text-bytes.ts';

/** One line of a text file: without its line end, its number from 1. Blank lines are left out. */
export interface Line {
  readonly text: string;
  readonly number: number;
}

const LONGEST_LINE = 256 << 20;

function notUtf8(name: string, line: number): InputError {
  const message = `${name}, line ${line}: not UTF-8 text`;
  return new InputError({
    code: 'FORMAT_BROKEN',
    message,
    file: name,
    line,
    hint: 'Save the file as UTF-8.',
  });
}

function decode(bytes: Buffer, name: string, line: number): string {
  if (invalidUtf8At(bytes) >= 0) throw notUtf8(name, line);
  const text = bytes.toString('utf8', bytes[0] === 0xef && line === 1 ? 3 : 0);
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}

/** The lines of a source, in pieces. Throws InputError FORMAT_BROKEN for bytes that are not UTF-8. */
export async function* linesOf(source: ByteSource): AsyncGenerator<Line[]> {
  let rest: Buffer[] = [];
  let held = 0;
  let number = 0;
  for await (const chunk of source.open()) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const lines: Line[] = [];
    let from = 0;
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, from)) {
      const own = bytes.subarray(from, at);
      const text = decode(held === 0 ? own : Buffer.concat([...rest, own]), source.name, ++number);
      if (text.trim() !== '') lines.push({ text, number });
      [rest, held, from] = [[], 0, at + 1];
    }
    // The stream may reuse its chunk.
    if (from < bytes.length) {
      rest.push(Buffer.from(bytes.subarray(from)));
      held += bytes.length - from;
    }
    if (held > LONGEST_LINE) {
      throw new InputError({
        code: 'FORMAT_BROKEN',
        message: `${source.name}, line ${number + 1}: longer than 256 MB`,
        file: source.name,
        line: number + 1,
        hint: 'Write one JSON object per line.',
      });
    }
    if (lines.length > 0) yield lines;
  }
  if (held === 0) return;
  const text = decode(Buffer.concat(rest), source.name, ++number);
  if (text.trim() !== '') yield [{ text, number }];
}
