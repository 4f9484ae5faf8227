import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

import type { OnnxFile } from '../../formats/index.ts';
import { isZipMap, onText, readNodeHead, visitFields } from '../../formats/index.ts';

const GRAPH = 7;
const NODE = 1;
const OUTPUT = 12;

/**
 * Takes the ZipMap nodes out of a model: the output that was a sequence of maps becomes the tensor [N, K] that the
 * node read, under that tensor's name, exactly what skl2onnx writes with `zipmap=False`. All other bytes stay as they
 * are. `file` must be what `readOnnxFile` found in these bytes.
 */
export function stripZipMaps(bytes: Uint8Array, file: OnnxFile): Uint8Array {
  if (file.zipMaps.length === 0) return bytes;
  return rewriteFields(bytes, (number, value) =>
    number === GRAPH && value !== null ? rewriteGraph(value, file) : value,
  );
}

function rewriteGraph(graph: Uint8Array, file: OnnxFile): Uint8Array {
  const tensorOf = new Map(file.zipMaps.map((zip) => [zip.output, zip.input]));
  const written = new Set<string>();
  visitFields(graph, {
    [OUTPUT]: (reader) => {
      const name = outputName(reader.bytes());
      if (!tensorOf.has(name)) written.add(name);
    },
  });
  return rewriteFields(graph, (number, value) => {
    if (value === null) return null;
    if (number === NODE) {
      const head = readNodeHead(value);
      return isZipMap(head) && tensorOf.has(head.outputs[0] ?? '') ? DROP : value;
    }
    if (number !== OUTPUT) return value;
    const tensor = tensorOf.get(outputName(value));
    if (tensor === undefined) return value;
    // Two outputs of one name are not allowed: the tensor may already be an output of its own.
    if (written.has(tensor)) return DROP;
    written.add(tensor);
    return floatTensor(tensor);
  });
}

function outputName(valueInfo: Uint8Array): string {
  let name = '';
  visitFields(valueInfo, { 1: onText((text) => (name = text)) });
  return name;
}

/** `ValueInfoProto` of a float tensor whose shape the runtime infers. */
function floatTensor(name: string): Uint8Array {
  const FLOAT = 1;
  const elements = new BinaryWriter().tag(1, WireType.Varint).int32(FLOAT).finish();
  const type = new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(elements).finish();
  return new BinaryWriter()
    .tag(1, WireType.LengthDelimited)
    .string(name)
    .tag(2, WireType.LengthDelimited)
    .bytes(type)
    .finish();
}

const DROP = Symbol('drop');

/** Copies a message; `edit` sees each length-delimited field's value (null for others, which stay as they are). */
function rewriteFields(
  message: Uint8Array,
  edit: (number: number, value: Uint8Array | null) => Uint8Array | typeof DROP | null,
): Uint8Array {
  const reader = new BinaryReader(message);
  const parts: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [number, wire] = reader.tag();
    const value = wire === WireType.LengthDelimited ? reader.bytes() : null;
    if (value === null) reader.skip(wire, number);
    const edited = edit(number, value);
    if (edited === DROP) continue;
    if (edited === value || edited === null) parts.push(message.subarray(start, reader.pos));
    else
      parts.push(
        new BinaryWriter().tag(number, WireType.LengthDelimited).uint32(edited.length).finish(),
        edited,
      );
  }
  return Buffer.concat(parts);
}
