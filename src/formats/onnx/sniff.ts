import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** Fields of `ModelProto` by number, with their wire type. */
const MODEL_FIELDS: ReadonlyMap<number, WireType> = new Map([
  [1, WireType.Varint],
  ...[2, 3, 4, 6, 7, 8, 14, 20, 25, 26].map((field) => [field, WireType.LengthDelimited] as const),
  [5, WireType.Varint],
]);
const MAX_IR_VERSION = 1000;

/**
 * True when bytes look like an ONNX model. The first few kilobytes of the file are enough; nothing is trusted of them,
 * and nothing is thrown. No CSV, Parquet, Arrow, JSON Lines or gzip file looks like one.
 */
export function isOnnxFile(bytes: Uint8Array): boolean {
  let version = false;
  let fields = 0;
  try {
    const reader = new BinaryReader(bytes);
    while (reader.pos < reader.len && fields < 16) {
      const [number, wire] = reader.tag();
      if (MODEL_FIELDS.get(number) !== wire) return false;
      if (number === 1) {
        const value = Number(reader.int64());
        if (value < 1 || value > MAX_IR_VERSION) return false;
        version = true;
      } else if (wire === WireType.Varint) reader.int64();
      else {
        // The graph is usually longer than the bytes at hand.
        const length = reader.uint32();
        reader.pos += length;
      }
      fields += 1;
    }
  } catch {
    return version && fields >= 2;
  }
  return version && fields >= 2;
}
