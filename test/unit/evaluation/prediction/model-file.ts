import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** The smallest bytes that pass for an ONNX model: a version and a graph of the given nodes. */
export function modelFile(nodes: readonly Uint8Array[]): Uint8Array {
  const graph = Buffer.concat(nodes.map((node) => lengthDelimited(1, node)));
  return Buffer.concat([
    new BinaryWriter().tag(1, WireType.Varint).int32(9).finish(),
    lengthDelimited(7, graph),
  ]);
}

function lengthDelimited(number: number, value: Uint8Array): Uint8Array {
  return new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(value).finish();
}
