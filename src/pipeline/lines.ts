import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';

/** Longer lines are cut: a program that never ends its line must not fill our memory. Characters. */
export const MAX_LINE = 16_384;

/** What a splitter tells: a finished line, or the present text of a line that is being redrawn. */
export interface LineListener {
  onLine(line: string): void;
  onProgress(text: string): void;
}

/**
 * Cuts a byte stream into lines of text.
 * A carriage return starts the line anew, as on a terminal: of a progress bar only the last state is a line, the
 * states before it are progress. Bytes that are no UTF-8 become U+FFFD. Escape sequences and control characters are
 * removed, so that a line can be shown anywhere.
 */
export class LineSplitter {
  readonly #listener: LineListener;
  readonly #decoder = new StringDecoder('utf8');
  #line = '';
  #dropped = 0;
  #returned = false;

  constructor(listener: LineListener) {
    this.#listener = listener;
  }

  /** Takes the next bytes. */
  write(chunk: Uint8Array): void {
    this.#take(this.#decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)));
  }

  /** The stream has ended: an unfinished last line is a line. */
  end(): void {
    this.#take(this.#decoder.end());
    if (this.#line !== '') this.#finish();
  }

  #take(text: string): void {
    let from = 0;
    for (let at = nextBreak(text, 0); at !== -1; at = nextBreak(text, from)) {
      this.#append(text.slice(from, at));
      from = at + 1;
      if (text.charCodeAt(at) === NEWLINE) this.#finish();
      else this.#restart();
    }
    this.#append(text.slice(from));
  }

  #append(text: string): void {
    if (text === '') return;
    if (this.#returned) this.#clear();
    const room = MAX_LINE - this.#line.length;
    this.#line += room >= text.length ? text : text.slice(0, Math.max(0, room));
    this.#dropped += Math.max(0, text.length - room);
  }

  #restart(): void {
    if (this.#returned || this.#line === '') return;
    this.#listener.onProgress(this.#text());
    // The text stays until more comes: "\\r\\n" is one line end, not an empty line.
    this.#returned = true;
  }

  #finish(): void {
    const line = this.#text();
    this.#clear();
    this.#listener.onLine(line);
  }

  #clear(): void {
    this.#line = '';
    this.#dropped = 0;
    this.#returned = false;
  }

  #text(): string {
    const text = plainText(this.#line);
    return this.#dropped === 0 ? text : `${text} … (${this.#dropped} more characters)`;
  }
}

const NEWLINE = 10;

function nextBreak(text: string, from: number): number {
  const newline = text.indexOf('\n', from);
  const stop = newline === -1 ? text.length : newline;
  for (let at = from; at < stop; at += 1) if (text.charCodeAt(at) === 13) return at;
  return newline;
}

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** A text without terminal escape sequences and control characters; tabs stay. */
export function plainText(text: string): string {
  return stripVTControlCharacters(text).replace(CONTROLS, '');
}
