import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** Consumes exactly its field's value from the reader. */
type Handler = (reader: BinaryReader, wire: WireType) => void;

/** Handlers by field number. */
export type Fields = Readonly<Record<number, Handler>>;

/** Visits the fields of one message; what has no handler, or not the expected wire type, is passed over. */
export function visitFields(bytes: Uint8Array, fields: Fields): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wire] = reader.tag();
    const handler = fields[number];
    if (handler === undefined) skipField(reader, wire);
    else handler(reader, wire);
    if (reader.pos > reader.len) throw new RangeError(`premature end at byte ${reader.len}`);
  }
}

/** As BinaryReader.skip, without a view per skipped element; groups, which ONNX never uses, are refused. */
export function skipField(reader: BinaryReader, wire: WireType): void {
  switch (wire) {
    case WireType.Varint:
      // Of all varint readers this one makes no value.
      reader.bool();
      return;
    case WireType.Bit64:
      reader.pos += 8;
      return;
    case WireType.LengthDelimited: {
      const length = reader.uint32();
      reader.pos += length;
      return;
    }
    case WireType.Bit32:
      reader.pos += 4;
      return;
    default:
      throw new Error(`wire type ${wire} at byte ${reader.pos}`);
  }
}

/** Handler of a length-delimited field. */
export function onBytes(take: (value: Uint8Array) => void): Handler {
  return (reader, wire) => {
    if (wire === WireType.LengthDelimited) take(reader.bytes());
    else skipField(reader, wire);
  };
}

/** Handler of a text field. */
export function onText(take: (value: string) => void): Handler {
  return (reader, wire) => {
    if (wire === WireType.LengthDelimited) take(reader.string());
    else skipField(reader, wire);
  };
}

/** Handler of a single int32 or int64 field, as the nearest double. */
export function onInteger(take: (value: number) => void): Handler {
  return (reader, wire) => {
    if (wire === WireType.Varint) take(Number(reader.int64()));
    else skipField(reader, wire);
  };
}

/** Handler of a repeated int64 field, packed or not. */
export function onIntegers(take: (value: string) => void): Handler {
  return (reader, wire) => {
    if (wire === WireType.Varint) take(reader.int64().toString());
    else if (wire === WireType.LengthDelimited) {
      const packed = new BinaryReader(reader.bytes());
      while (packed.pos < packed.len) take(packed.int64().toString());
    } else skipField(reader, wire);
  };
}
