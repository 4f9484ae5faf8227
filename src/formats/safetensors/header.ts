import type { ByteSource } from '../byte-source.ts';
import { unreadable } from '../unreadable.ts';
import { JsonCursor } from './json-cursor.ts';

/** One tensor; its bytes are `begin` … `end`, counted from the end of the header. */
export interface TensorEntry {
  readonly name: string;
  /** `F32`, `BF16`, … */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  /** In the order of their bytes. */
  readonly tensors: readonly TensorEntry[];
  readonly metadata: ReadonlyMap<string, string>;
}

/** As the reference implementation. */
const MAX_HEADER_BYTES = 100_000_000;
const MAX_RANK = 100;
/** The length of the header, a little-endian 64-bit integer. */
const LENGTH_BYTES = 8;

/** Bits of one element. */
// prettier-ignore
const BITS: ReadonlyMap<string, number> = new Map([
  ['F4', 4], ['F6_E2M3', 6], ['F6_E3M2', 6], ['BOOL', 8], ['U8', 8], ['I8', 8], ['F8_E5M2', 8], ['F8_E4M3', 8],
  ['F8_E8M0', 8], ['F8_E4M3FNUZ', 8], ['F8_E5M2FNUZ', 8], ['I16', 16], ['U16', 16], ['F16', 16], ['BF16', 16],
  ['I32', 32], ['U32', 32], ['F32', 32], ['C64', 64], ['F64', 64], ['I64', 64], ['U64', 64],
]);

/**
 * Reads and checks the header of a safetensors file (format and limits of huggingface/safetensors, tensor.rs); the
 * tensors themselves are not read, however large they are. Stricter than upstream where a file could mean two things:
 * a key twice, an unknown key, a number that is not a plain integer.
 *
 * Throws InputError MODEL_UNREADABLE, naming the file and the reason: header longer than 100 MB or than the file, not
 * JSON of the expected form, a type that is not known, bytes that do not fit type and shape, overlaps, holes, bytes
 * that belong to no tensor.
 */
export async function readSafetensorsHeader(source: ByteSource, file: string): Promise<SafetensorsHeader> {
  const length = headerLength(await source.read(0, LENGTH_BYTES), source.size);
  if (length === null) throw refusal(file, 'its header would be longer than the file or than 100 MB');
  const bytes = await source.read(LENGTH_BYTES, length);
  if (bytes.length !== length) throw refusal(file, 'it is truncated');
  try {
    const header = parseHeader(bytes);
    checkLayout(header.tensors, source.size - LENGTH_BYTES - length);
    return header;
  } catch (error) {
    throw refusal(file, error instanceof Error ? error.message : 'unknown');
  }
}

/**
 * Bytes of the header that the first eight bytes of a file announce; null where it would be empty, above 100 MB or
 * longer than the file of `size` bytes.
 */
export function headerLength(head: Uint8Array, size: number): number | null {
  if (head.length < LENGTH_BYTES) return null;
  const length = Number(new DataView(head.buffer, head.byteOffset, LENGTH_BYTES).getBigUint64(0, true));
  return length < 2 || length > MAX_HEADER_BYTES || length > size - LENGTH_BYTES ? null : length;
}

function parseHeader(bytes: Uint8Array): SafetensorsHeader {
  if (bytes[0] !== '{'.charCodeAt(0)) throw new SyntaxError('its header does not start with {');
  const tensors: TensorEntry[] = [];
  const metadata = new Map<string, string>();
  const json = new JsonCursor(bytes);
  json.object((name) => {
    if (name === '__metadata__') json.object((key) => metadata.set(key, json.text()));
    else tensors.push(readTensor(json, name));
  });
  json.end();
  // Older writers did not list tensors in the order of their bytes.
  tensors.sort((a, b) => a.begin - b.begin || a.end - b.end);
  return { tensors, metadata };
}

function readTensor(json: JsonCursor, name: string): TensorEntry {
  const said: { dtype?: string; shape?: number[]; offsets?: number[] } = {};
  json.object((key) => {
    if (key === 'dtype') said.dtype = json.text();
    else if (key === 'shape') said.shape = json.integers(MAX_RANK);
    else if (key === 'data_offsets') said.offsets = json.integers(2);
    else throw new SyntaxError(`${shown(name)} says something unknown: ${shown(key)}`);
  });
  const { dtype, shape, offsets: [begin, end] = [] } = said;
  if (dtype === undefined || shape === undefined || begin === undefined || end === undefined)
    throw new SyntaxError(`${shown(name)} lacks its dtype, shape or two data_offsets`);
  return { name, dtype, shape, begin, end };
}

/** Each tensor starts where the last one ended, is as long as its type and shape say, and the last ends the file. */
function checkLayout(tensors: readonly TensorEntry[], dataBytes: number): void {
  let at = 0;
  for (const { name, dtype, shape, begin, end } of tensors) {
    if (begin !== at || end < begin)
      throw new RangeError(`${shown(name)} lies at ${begin} … ${end}, expected to start at ${at}`);
    const bytes = byteLength(dtype, shape);
    if (bytes === null)
      throw new RangeError(`${shown(name)} has no size: ${shown(dtype)} [${shape.join(', ')}]`);
    if (bytes !== end - begin)
      throw new RangeError(`${shown(name)} has ${end - begin} bytes, its type and shape say ${bytes}`);
    at = end;
  }
  if (at !== dataBytes) throw new RangeError(`its tensors end at byte ${at} of ${dataBytes}`);
}

/** Null for an unknown type, for more than 2^53 bits, and where the last byte would be shared. */
function byteLength(dtype: string, shape: readonly number[]): number | null {
  let bits = BITS.get(dtype) ?? NaN;
  for (const size of shape) {
    bits *= size;
    if (!Number.isSafeInteger(bits)) return null;
  }
  return bits % 8 === 0 ? bits / 8 : null;
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}

function refusal(file: string, reason: string): Error {
  return unreadable(file, reason, 'Save it again with the safetensors library.');
}
