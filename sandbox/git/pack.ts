/**
 * Reads objects out of pack files: index version 2, offset and reference deltas.
 * Format: https://git-scm.com/docs/gitformat-pack
 */
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { boundedCache, type Cache } from './lru.ts';
import type { ObjectType, StoredObject } from './objects.ts';

export interface Pack {
  /** Where the object starts in the pack, or undefined when the pack has none of that id. */
  offset(id: string): number | undefined;
  /** The object there; `base` finds what a delta refers to by id. */
  read(offset: number, base: (id: string) => StoredObject | undefined): StoredObject;
  close(): void;
}

const TYPES: Readonly<Record<number, ObjectType>> = { 1: 'commit', 2: 'tree', 3: 'blob', 4: 'tag' };
const OFFSET_DELTA = 6;
const REFERENCE_DELTA = 7;
const INDEX_MAGIC = 0xff744f63;
const FANOUT_AT = 8;
const NAMES_AT = FANOUT_AT + 256 * 4;
/** Bases of deltas that are kept: versions of one file or directory lean on each other. */
const BASE_BYTES = 8 << 20;
/** Longest entry header: type and size (10 bytes), then a base id or offset. */
const HEADER_ROOM = 32;

/** Bytes a deflated text of this size cannot exceed. */
const deflated = (size: number): number => size + (size >> 3) + 128;

interface EntryHead {
  readonly type: number;
  readonly size: number;
  /** Where the bytes after the size begin. */
  readonly next: number;
}

function entryHead(bytes: Buffer): EntryHead {
  let byte = bytes[0]!;
  const type = (byte >> 4) & 7;
  let size = byte & 15;
  let factor = 16;
  let next = 1;
  while ((byte & 0x80) !== 0) {
    byte = bytes[next++]!;
    size += (byte & 0x7f) * factor;
    factor *= 128;
  }
  return { type, size, next };
}

/** How far before the delta its base begins, and where the delta's bytes begin. */
function baseDistance(bytes: Buffer, at: number): { distance: number; next: number } {
  let byte = bytes[at]!;
  let distance = byte & 0x7f;
  let next = at + 1;
  while ((byte & 0x80) !== 0) {
    byte = bytes[next++]!;
    distance = (distance + 1) * 128 + (byte & 0x7f);
  }
  return { distance, next };
}

/** Builds the text a delta describes: pieces copied from the base, pieces of its own. */
export function applyDelta(base: Buffer, delta: Buffer): Buffer {
  let at = 0;
  const size = (): number => {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = delta[at++]!;
      value += (byte & 0x7f) * factor;
      if ((byte & 0x80) === 0) return value;
      factor *= 128;
    }
  };
  const bits = (mask: number, count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++) if ((mask & (1 << i)) !== 0) value += delta[at++]! * 2 ** (8 * i);
    return value;
  };
  if (size() !== base.length) throw new Error('a delta does not fit its base');
  const result = Buffer.allocUnsafe(size());
  let filled = 0;
  while (at < delta.length) {
    const command = delta[at++]!;
    if ((command & 0x80) === 0) {
      delta.copy(result, filled, at, at + command);
      at += command;
      filled += command;
    } else {
      const from = bits(command, 4);
      const length = bits(command >> 4, 3) || 0x10000;
      base.copy(result, filled, from, from + length);
      filled += length;
    }
  }
  if (filled !== result.length) throw new Error('a delta ends early');
  return result;
}

/** Finds ids in a pack's index file. */
function packIndex(path: string): (id: string) => number | undefined {
  const index = readFileSync(path);
  if (index.readUInt32BE(0) !== INDEX_MAGIC || index.readUInt32BE(4) !== 2)
    throw new Error(`${path} is no pack index of version 2`);
  const count = index.readUInt32BE(NAMES_AT - 4);
  const offsetsAt = NAMES_AT + count * 24;
  const largeAt = offsetsAt + count * 4;
  return (id) => {
    const wanted = Buffer.from(id, 'hex');
    const first = wanted[0]!;
    let low = first === 0 ? 0 : index.readUInt32BE(FANOUT_AT + (first - 1) * 4);
    let high = index.readUInt32BE(FANOUT_AT + first * 4);
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = NAMES_AT + middle * 20;
      const order = index.compare(wanted, 0, 20, at, at + 20);
      if (order === 0) {
        const offset = index.readUInt32BE(offsetsAt + middle * 4);
        if (offset < 0x80000000) return offset;
        return Number(index.readBigUInt64BE(largeAt + (offset - 0x80000000) * 8));
      }
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return undefined;
  };
}

/** Open pack files, the one asked for last at the end: a network of forks may have hundreds of packs. */
const openFiles = new Map<string, number>();
const MOST_OPEN = 32;

function openFile(path: string): number {
  const known = openFiles.get(path);
  if (known !== undefined) {
    openFiles.delete(path);
    openFiles.set(path, known);
    return known;
  }
  const file = openSync(path, 'r');
  openFiles.set(path, file);
  for (const [oldest, old] of openFiles) {
    if (openFiles.size <= MOST_OPEN) break;
    openFiles.delete(oldest);
    closeSync(old);
  }
  return file;
}

/** Opens `<name>.pack` beside its index `<name>.idx`; `name` is the path without the ending. */
export function openPack(name: string): Pack {
  const path = `${name}.pack`;
  const find = packIndex(`${name}.idx`);
  const bases = boundedCache<StoredObject>(BASE_BYTES);
  const end = statSync(path).size;
  return {
    offset: find,
    read: (offset, base) => readEntry({ name, path, end, bases, base }, offset),
    close: () => {
      const file = openFiles.get(path);
      if (file === undefined) return;
      openFiles.delete(path);
      closeSync(file);
    },
  };
}

interface OpenPack {
  readonly name: string;
  readonly path: string;
  readonly end: number;
  readonly bases: Cache<StoredObject>;
  readonly base: (id: string) => StoredObject | undefined;
}

function bytesAt({ path, end }: OpenPack, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(Math.min(length, end - offset));
  return bytes.subarray(0, readSync(openFile(path), bytes, 0, bytes.length, offset));
}

function readBase(pack: OpenPack, offset: number): StoredObject {
  const key = String(offset);
  const known = pack.bases.get(key);
  if (known !== undefined) return known;
  const object = readEntry(pack, offset);
  pack.bases.set(key, object, object.body.length + HEADER_ROOM);
  return object;
}

function readEntry(pack: OpenPack, offset: number): StoredObject {
  const head = bytesAt(pack, offset, HEADER_ROOM);
  const { type, size, next } = entryHead(head);
  const body = (skip: number): Buffer => inflateSync(bytesAt(pack, offset + skip, deflated(size)));
  const plain = TYPES[type];
  if (plain !== undefined) return { type: plain, body: body(next) };
  if (type === OFFSET_DELTA) {
    const { distance, next: deltaAt } = baseDistance(head, next);
    const under = readBase(pack, offset - distance);
    return { type: under.type, body: applyDelta(under.body, body(deltaAt)) };
  }
  if (type !== REFERENCE_DELTA) throw new Error(`${pack.name}.pack holds an entry of unknown type`);
  const id = head.toString('hex', next, next + 20);
  const under = pack.base(id);
  if (under === undefined) throw new Error(`object ${id}, base of a delta, is missing`);
  return { type: under.type, body: applyDelta(under.body, body(next + 20)) };
}
