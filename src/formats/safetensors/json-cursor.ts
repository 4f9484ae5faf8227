const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Twice the tensors of the largest models: what one object may hold stays far below a gigabyte. */
const MAX_MEMBERS = 250_000;
const [QUOTE, BACKSLASH, ZERO, NINE] = [0x22, 0x5c, 0x30, 0x39];

/**
 * Reads JSON token by token from bytes, only what the caller expects: no value is built that was not asked for, nothing
 * recurses. (JSON.parse would build anything, and keeps the last of two equal keys without a word.)
 * Every method throws SyntaxError where the bytes are something else.
 */
export class JsonCursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The members of an object, in order; the callback must consume the value. Refuses a key that stands twice. */
  object(member: (key: string) => void): void {
    const keys = new Set<string>();
    this.#take('{');
    if (this.#next('}')) return;
    do {
      const key = this.text();
      if (keys.has(key)) throw this.#error(`the key ${JSON.stringify(key.slice(0, 200))} stands twice`);
      keys.add(key);
      if (keys.size > MAX_MEMBERS) throw this.#error(`an object has more than ${MAX_MEMBERS} members`);
      this.#take(':');
      member(key);
    } while (this.#next(','));
    this.#take('}');
  }

  /** An array of non-negative integers, at most `most`. */
  integers(most: number): number[] {
    const values: number[] = [];
    this.#take('[');
    if (this.#next(']')) return values;
    do {
      if (values.length === most) throw this.#error(`a list has more than ${most} entries`);
      values.push(this.#integer());
    } while (this.#next(','));
    this.#take(']');
    return values;
  }

  /** A text in quotes: well-formed UTF-8, without control characters and half surrogates. */
  text(): string {
    this.#take('"');
    const start = this.#at;
    let escaped = false;
    for (;;) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined || byte < 0x20) throw this.#error('a text does not end');
      if (byte === QUOTE) break;
      if (byte === BACKSLASH) {
        escaped = true;
        this.#at += 1;
      }
      this.#at += 1;
    }
    const raw = decoder.decode(this.#bytes.subarray(start, this.#at));
    this.#at += 1;
    const text = escaped ? (JSON.parse(`"${raw}"`) as string) : raw;
    if (!text.isWellFormed()) throw this.#error('a text holds half a surrogate pair');
    return text;
  }

  /** Refuses anything but white space up to the end. */
  end(): void {
    this.#skipSpace();
    if (this.#at < this.#bytes.length) throw this.#error('something follows the value');
  }

  #integer(): number {
    this.#skipSpace();
    const start = this.#at;
    while (isDigit(this.#bytes[this.#at])) this.#at += 1;
    const digits = this.#at - start;
    const padded = digits > 1 && this.#bytes[start] === ZERO;
    if (digits === 0 || padded) throw this.#error('expected a whole number of 0 or more');
    // 2^53 has 16 digits.
    const value = digits > 16 ? Infinity : Number(decoder.decode(this.#bytes.subarray(start, this.#at)));
    if (!Number.isSafeInteger(value)) throw this.#error('a number is larger than any file');
    return value;
  }

  #take(character: string): void {
    if (!this.#next(character)) throw this.#error(`expected ${character}`);
  }

  #next(character: string): boolean {
    this.#skipSpace();
    if (this.#bytes[this.#at] !== character.charCodeAt(0)) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): void {
    let byte = this.#bytes[this.#at];
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = this.#bytes[++this.#at];
  }

  #error(message: string): SyntaxError {
    return new SyntaxError(`${message} (byte ${this.#at} of the header)`);
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}
