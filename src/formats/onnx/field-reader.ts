import { WireType } from '@bufbuild/protobuf/wire';

import type { ByteSource } from '../byte-source.ts';

const CHUNK_BYTES = 2 ** 18;
const MAX_VARINT_BYTES = 10;

/** One field of a message. */
export interface Field {
  readonly number: number;
  readonly wire: WireType;
  /** Tag, and length where the value has one, as they stand in the file. */
  readonly tag: Uint8Array;
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
  #left: number;

  /** `most`: bytes that `bytes` may hand out altogether. */
  constructor(source: ByteSource, most: number) {
    this.#source = source;
    this.#left = most;
  }

  /** The next field of a message that ends at `end`; the position is then at its value. */
  async field(end: number): Promise<Field> {
    const start = this.at;
    await this.#load(2 * MAX_VARINT_BYTES);
    const tag = this.#varint();
    const wire = (tag % 8) as WireType;
    const length = wire === WireType.LengthDelimited ? this.#varint() : null;
    const field = {
      number: Math.floor(tag / 8),
      wire,
      tag: this.#chunk.slice(start - this.#start, this.at - this.#start),
      end: length === null ? this.#endOfScalar(wire) : this.at + length,
    };
    if (field.end > end) throw new RangeError(`premature end at byte ${end}`);
    return field;
  }

  /** The bytes up to `end`, which become the position. */
  async bytes(end: number): Promise<Uint8Array> {
    const length = end - this.at;
    this.#left -= length;
    if (this.#left < 0) throw new RangeError('it holds too much that is no weights');
    await this.#load(length);
    const bytes = this.#chunk.slice(this.at - this.#start, end - this.#start);
    if (bytes.length !== length) throw new RangeError(`premature end at byte ${this.#source.size}`);
    this.at = end;
    return bytes;
  }

  /** Makes so many bytes from the position available, as far as the file has them. */
  async #load(bytes: number): Promise<void> {
    const end = Math.min(this.at + bytes, this.#source.size);
    if (this.at >= this.#start && end <= this.#start + this.#chunk.length) return;
    const length = Math.min(Math.max(bytes, CHUNK_BYTES), this.#source.size - this.at);
    this.#chunk = await this.#source.read(this.at, length);
    this.#start = this.at;
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
  #endOfScalar(wire: WireType): number {
    if (wire === WireType.Bit64) return this.at + 8;
    if (wire === WireType.Bit32) return this.at + 4;
    if (wire !== WireType.Varint) throw new RangeError(`wire type ${wire} at byte ${this.at}`);
    const value = this.at;
    this.#varint();
    const end = this.at;
    this.at = value;
    return end;
  }
}
