import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

import type { ByteSource } from '../byte-source.ts';
import { unreadable } from '../unreadable.ts';
import { FieldReader } from './field-reader.ts';

type Message = 'model' | 'graph' | 'node' | 'attribute' | 'tensor' | 'sparse' | 'function' | 'training';

/** Fields of each message of onnx.proto that hold further messages with tensors, and those that hold values only. */
const INSIDE: Readonly<Record<Message, Readonly<Record<number, Message | 'values'>>>> = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  // prettier-ignore
  attribute: {
    4: 'values', 5: 'tensor', 6: 'graph', 7: 'values', 8: 'values', 9: 'values', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse',
  },
  // prettier-ignore
  tensor: { 4: 'values', 5: 'values', 6: 'values', 7: 'values', 9: 'values', 10: 'values', 11: 'values' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  function: { 7: 'node', 11: 'attribute' },
  training: { 1: 'graph', 2: 'graph' },
};

/** Looking into smaller messages costs more than it saves. */
const SMALL_BYTES = 1024;
/** Graph, node, attribute, and again: 32 subgraphs, as `readOnnxFile`. */
const MAX_DEPTH = 100;
/** Nodes and names of the largest models take a tenth of it. */
const MAX_KEPT_BYTES = 64 * 2 ** 20;
const MAX_FIELDS = 5_000_000;

/**
 * The bytes of an ONNX file without its weights and the values of its attributes (trees of a forest among them): what
 * external data and the signature are read from, in memory that does not grow with the weights. The file is read once
 * from start to end, values are passed over.
 * Throws InputError MODEL_UNREADABLE, naming the file and the reason: truncated, no protobuf message, nested too deep,
 * more than 64 MiB that are no values. Messages of `small` bytes and less are kept as they are.
 */
export async function readWithoutWeights(
  source: ByteSource,
  file: string,
  small = SMALL_BYTES,
): Promise<Uint8Array> {
  try {
    return await new Copy(source, small).message('model', source.size, 0);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw unreadable(file, `it is truncated or no ONNX file (${error.message})`);
  }
}

class Copy {
  readonly #reader: FieldReader;
  readonly #small: number;
  #left = MAX_KEPT_BYTES;
  #fields = 0;

  constructor(source: ByteSource, small: number) {
    this.#reader = new FieldReader(source);
    this.#small = small;
  }

  /** The message from the position to `end`, copied in stretches between what is left out or looked into. */
  async message(kind: Message, end: number, depth: number): Promise<Uint8Array> {
    if (depth > MAX_DEPTH) throw new RangeError('subgraphs are nested too deep');
    const reader = this.#reader;
    const parts: Uint8Array[] = [];
    let kept = reader.at;
    while (reader.at < end) {
      if (reader.isLow) await reader.fill();
      this.#fields += 1;
      if (this.#fields > MAX_FIELDS) throw new RangeError(`more than ${MAX_FIELDS} fields`);
      const start = reader.at;
      const field = reader.field(end);
      const inside = field.delimited ? INSIDE[kind][field.number] : undefined;
      if (inside === undefined || field.end - start <= this.#small) {
        reader.at = field.end;
        continue;
      }
      parts.push(await this.#keep(kept, start));
      if (inside === 'values') reader.at = field.end;
      else {
        const inner = await this.message(inside, field.end, depth + 1);
        parts.push(new BinaryWriter().tag(field.number, WireType.LengthDelimited).bytes(inner).finish());
      }
      kept = field.end;
    }
    parts.push(await this.#keep(kept, end));
    return Buffer.concat(parts);
  }

  async #keep(start: number, end: number): Promise<Uint8Array> {
    this.#left -= end - start;
    if (this.#left < 0) throw new RangeError(`more than ${MAX_KEPT_BYTES} bytes are no weights`);
    return start === end ? new Uint8Array() : await this.#reader.bytes(start, end);
  }
}
