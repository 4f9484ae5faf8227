import type { SignatureValue } from '../../contracts/signature.ts';
import { onBytes, onInteger, onText, visitFields } from './fields.ts';
import type { Fields } from './fields.ts';

/** `TensorProto.DataType` of onnx.proto, by number. */
// prettier-ignore
const ELEMENTS = [
  'undefined', 'float32', 'uint8', 'int8', 'uint16', 'int16', 'int32', 'int64', 'string', 'bool', 'float16', 'float64',
  'uint32', 'uint64', 'complex64', 'complex128', 'bfloat16', 'float8e4m3fn', 'float8e4m3fnuz', 'float8e5m2',
  'float8e5m2fnuz', 'uint4', 'int4', 'float4e2m1', 'float8e8m0', 'uint2', 'int2', 'float6e2m3', 'float6e3m2',
];

const MAX_NAME = 1000;
const MAX_RANK = 100;
/** Sequences of maps of … : exporters write two levels. */
const MAX_NESTING = 8;

type Shape = SignatureValue['shape'];
type TypeAndShape = Pick<SignatureValue, 'type' | 'shape'>;

/** Name, type and shape of a `ValueInfoProto`. Throws Error where it is damaged or says something twice. */
export function readValue(bytes: Uint8Array): SignatureValue {
  let name = '';
  let value: TypeAndShape = { type: 'undefined', shape: null };
  visitOnce(bytes, {
    1: onText((text) => (name = bounded(text))),
    2: onBytes((type) => (value = readType(type, 0))),
  });
  if (name === '') throw new Error('an input or output has no name');
  return { name, ...value };
}

/** A `TypeProto`: only tensors, and optional tensors, have a shape. */
function readType(bytes: Uint8Array, depth: number): TypeAndShape {
  if (depth > MAX_NESTING) throw new RangeError(`types are nested deeper than ${MAX_NESTING}`);
  const kinds: TypeAndShape[] = [];
  const found = (type: string, shape: Shape = null): void => void kinds.push({ type, shape });
  const inner = (type: Uint8Array): TypeAndShape => readType(type, depth + 1);
  visitOnce(bytes, {
    1: onBytes((tensor) => kinds.push(readTensorType(tensor))),
    4: onBytes((sequence) => found(`sequence(${readElement(sequence, 1, inner).type})`)),
    5: onBytes((map) => {
      let key = '';
      visitFields(map, { 1: onInteger((number) => (key = elementName(number))) });
      found(`map(${key}, ${readElement(map, 2, inner).type})`);
    }),
    7: onBytes((opaque) => found(readOpaque(opaque))),
    8: onBytes((sparse) => {
      const { type, shape } = readTensorType(sparse);
      found(`sparse(${type})`, shape);
    }),
    9: onBytes((optional) => {
      const { type, shape } = readElement(optional, 1, inner);
      found(`optional(${type})`, shape);
    }),
  });
  if (kinds.length > 1) throw new Error('an input or output has two types');
  return kinds[0] ?? { type: 'undefined', shape: null };
}

function readElement(
  bytes: Uint8Array,
  field: number,
  read: (type: Uint8Array) => TypeAndShape,
): TypeAndShape {
  let element: TypeAndShape = { type: 'undefined', shape: null };
  visitOnce(bytes, { [field]: onBytes((type) => (element = read(type))) });
  return element;
}

function readTensorType(bytes: Uint8Array): TypeAndShape {
  let type = 'undefined';
  let shape: Shape = null;
  visitOnce(bytes, {
    1: onInteger((number) => (type = elementName(number))),
    2: onBytes((dimensions) => (shape = readShape(dimensions))),
  });
  return { type, shape };
}

function readShape(bytes: Uint8Array): Shape {
  const shape: (number | string | null)[] = [];
  visitFields(bytes, {
    1: onBytes((dimension) => {
      let size: number | string | null = null;
      visitFields(dimension, {
        // Some exporters write -1 where they do not know the size.
        1: onInteger((value) => (size = Number.isSafeInteger(value) && value >= 0 ? value : null)),
        2: onText((name) => (size = bounded(name) || null)),
      });
      if (shape.push(size) > MAX_RANK) throw new RangeError(`a tensor has more than ${MAX_RANK} dimensions`);
    }),
  });
  return shape;
}

function readOpaque(bytes: Uint8Array): string {
  let [domain, name] = ['', ''];
  visitOnce(bytes, {
    1: onText((text) => (domain = bounded(text))),
    2: onText((text) => (name = bounded(text))),
  });
  return `opaque(${domain}, ${name})`;
}

function elementName(number: number): string {
  return ELEMENTS[number] ?? `element-${number}`;
}

/** As visitFields; a field that stands twice is refused, because readers differ in which one they believe. */
function visitOnce(bytes: Uint8Array, fields: Fields): void {
  const seen = new Set<string>();
  visitFields(
    bytes,
    Object.fromEntries(
      Object.entries(fields).map(([number, handler]) => [
        number,
        (reader, wire): void => {
          if (seen.has(number)) throw new Error('an input or output declares one thing twice');
          seen.add(number);
          handler(reader, wire);
        },
      ]),
    ),
  );
}

/** Refuses names that no tool writes, before they end up in manifests. */
export function bounded(name: string): string {
  if (name.length > MAX_NAME) throw new RangeError(`a name is longer than ${MAX_NAME} characters`);
  return name;
}
