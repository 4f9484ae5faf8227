import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

import type { ByteSource } from '../byte-source.ts';
import { unreadable } from '../unreadable.ts';
import { FieldReader } from './field-reader.ts';

type Message = 'model' | 'graph' | 'node' | 'attribute' | 'tensor' | 'sparse' | 'function' | 'training';

/** Fields of each message of onnx.proto that hold further messages with tensors, and those that hold numbers only. */
const INSIDE: Readonly<Record<Message, Readonly<Record<number, Message | 'numbers'>>>> = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 7: 'numbers', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  tensor: {
    4: 'numbers',
    5: 'numbers',
    6: 'numbers',
    7: 'numbers',
    9: 'numbers',
    10: 'numbers',
    11: 'numbers',
  },
  sparse: { 1: 'tensor', 2: 'tensor' },
  function: { 7: 'node', 11: 'attribute' },
  training: { 1: 'graph', 2: 'graph' },
};

/** Graph, node, attribute, and again: 32 subgraphs, as `readOnnxFile`. */
const MAX_DEPTH = 100;
const MAX_KEPT_BYTES = 512 * 2 ** 20;

/**
 * The bytes of an ONNX file without the numbers in its tensors: what `readOnnxFile` and `readOnnxSignature` ask of a
 * model, in memory that does not grow with its weights. The file is read once from start to end, numbers are passed over.
 * Throws InputError MODEL_UNREADABLE, naming the file and the reason: truncated, no protobuf message, nested too deep,
 * more than 512 MiB that are no numbers.
 */
export async function readWithoutWeights(source: ByteSource, file: string): Promise<Uint8Array> {
  try {
    return await copy(new FieldReader(source, MAX_KEPT_BYTES), source.size, 'model', 0);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw unreadable(file, `it is truncated or no ONNX file (${error.message})`);
  }
}

async function copy(reader: FieldReader, end: number, message: Message, depth: number): Promise<Uint8Array> {
  if (depth > MAX_DEPTH) throw new RangeError('subgraphs are nested too deep');
  const parts: Uint8Array[] = [];
  while (reader.at < end) {
    const field = await reader.field(end);
    const inside = field.wire === WireType.LengthDelimited ? INSIDE[message][field.number] : undefined;
    if (inside === 'numbers') reader.at = field.end;
    else if (inside === undefined) parts.push(field.tag, await reader.bytes(field.end));
    else {
      const inner = await copy(reader, field.end, inside, depth + 1);
      parts.push(
        new BinaryWriter().tag(field.number, WireType.LengthDelimited).uint32(inner.length).finish(),
        inner,
      );
    }
  }
  return Buffer.concat(parts);
}
