import { WireType } from '@bufbuild/protobuf/wire';

import type { ByteSource } from '../byte-source.ts';

const CHUNK_BYTES = 2 ** 18;
const MAX_VARINT_BYTES = 10;
const VARINT: number = WireType.Varint;
const BIT64: number = WireType.Bit64;
const BIT32: number = WireType.Bit32;
const DELIMITED: number = WireType.LengthDelimited;

/** One field of a message. */
export interface Field {
  readonly number: number;
  /** Its value is bytes: text, a message or packed numbers. */
  readonly delimited: boolean;
  /** Where its value ends in the file. */
  readonly end: number;
}

/** Reads protobuf fields from a file in chunks. Methods throw RangeError where the bytes are no message. */
export class FieldReader {
  /** Position in the file; may be set forward to pass over a value. */
  at = 0;
  readonly #source: ByteSource;
  #chunk: Uint8Array = new Uint8Array();
  #start = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** True where `fill` must be awaited before the next `field`. */
  get isLow(): boolean {
    const end = Math.min(this.at + 2 * MAX_VARINT_BYTES, this.#source.size);
    return this.at < this.#start || end > this.#start + this.#chunk.length;
  }

  /** Reads on from the position. */
  async fill(): Promise<void> {
    const end = Math.min(this.at + CHUNK_BYTES, this.#source.size);
    this.#chunk = await this.bytes(this.at, end);
    this.#start = this.at;
  }

  /** The next field of a message that ends at `end`; the position is then at its value. */
  field(end: number): Field {
    const tag = this.#varint();
    const wire = tag % 8;
    const delimited = wire === DELIMITED;
    const field = {
      number: Math.floor(tag / 8),
      delimited,
      end: delimited ? this.#varint() + this.at : this.#endOfScalar(wire),
    };
    if (field.end > end) throw new RangeError(`premature end at byte ${end}`);
    return field;
  }

  /** The bytes of the file from `start` to `end`. */
  async bytes(start: number, end: number): Promise<Uint8Array> {
    const from = start - this.#start;
    if (from >= 0 && end - this.#start <= this.#chunk.length)
      return this.#chunk.slice(from, end - this.#start);
    const bytes = await this.#source.read(start, end - start);
    if (bytes.length !== end - start) throw new RangeError(`premature end at byte ${start + bytes.length}`);
    return bytes;
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < MAX_VARINT_BYTES; shift++) {
      const byte = this.#chunk[this.at - this.#start];
      if (byte === undefined) throw new RangeError(`premature end at byte ${this.at}`);
      this.at += 1;
      value += (byte & 0x7f) * 2 ** (7 * shift);
      if (byte < 0x80) return value;
    }
    throw new RangeError(`a number does not end at byte ${this.at}`);
  }

  /** Where a value without a length ends; the position stays. */
  #endOfScalar(wire: number): number {
    if (wire === BIT64) return this.at + 8;
    if (wire === BIT32) return this.at + 4;
    if (wire !== VARINT) throw new RangeError(`wire type ${wire} at byte ${this.at}`);
    const value = this.at;
    this.#varint();
    const end = this.at;
    this.at = value;
    return end;
  }
}
