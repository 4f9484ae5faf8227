/** Reads zip archives by their central directory (APPNOTE 6.3 §4.3), also large ones (zip64), as streams. */
import {
  chmodSync,
  closeSync,
  createReadStream,
  createWriteStream,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';

import { ActionFailure } from './kit.ts';

interface Member {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  /** Where its local header begins. */
  readonly at: number;
  readonly mode: number;
}

const DIRECTORY_END = 0x06054b50;
const DIRECTORY64_LOCATOR = 0x07064b50;
const MEMBER = 0x02014b50;
const LOCAL_HEADER = 30;
const LONGEST_END = 22 + 0xffff;
const MAX32 = 0xffffffff;

/** Unpacks an archive into a folder. @throws ActionFailure for a damaged one, and for members that would leave the folder */
export async function readZip(archive: string, folder: string): Promise<void> {
  const file = openSync(archive, 'r');
  try {
    for (const member of members(file)) await unpack(file, archive, member, folder);
  } finally {
    closeSync(file);
  }
}

async function unpack(file: number, archive: string, member: Member, folder: string): Promise<void> {
  const target = join(folder, member.name);
  if (!`${target}/`.startsWith(`${folder}/`)) {
    throw new ActionFailure(`the archive names a file outside of its folder: ${member.name}`);
  }
  if (member.name.endsWith('/')) {
    mkdirSync(target, { recursive: true });
    return;
  }
  if (member.method !== 0 && member.method !== 8) throw damaged(`unknown compression of ${member.name}`);
  mkdirSync(dirname(target), { recursive: true });
  const header = bytes(file, member.at, LOCAL_HEADER);
  const start = member.at + LOCAL_HEADER + header.readUInt16LE(26) + header.readUInt16LE(28);
  const out = createWriteStream(target);
  if (member.packed === 0) await pipeline([], out);
  else {
    const packed = createReadStream(archive, { start, end: start + member.packed - 1 });
    await pipeline(packed, member.method === 8 ? createInflateRaw() : new PassThrough(), out);
  }
  if (member.mode !== 0) chmodSync(target, member.mode);
}

function* members(file: number): Generator<Member> {
  const { at, count, size } = directory(file);
  const entries = bytes(file, at, size);
  let offset = 0;
  for (let index = 0; index < count; index++) {
    if (offset + 46 > entries.length || entries.readUInt32LE(offset) !== MEMBER)
      throw damaged('its directory is broken');
    const names = entries.readUInt16LE(offset + 28);
    const extras = entries.readUInt16LE(offset + 30);
    const end = offset + 46 + names + extras;
    const wide = zip64(entries.subarray(offset + 46 + names, end), [
      entries.readUInt32LE(offset + 24),
      entries.readUInt32LE(offset + 20),
      entries.readUInt32LE(offset + 42),
    ]);
    yield {
      name: entries.toString('utf8', offset + 46, offset + 46 + names),
      method: entries.readUInt16LE(offset + 10),
      packed: wide[1]!,
      at: wide[2]!,
      mode: (entries.readUInt32LE(offset + 38) >>> 16) & 0o777,
    };
    offset = end + entries.readUInt16LE(offset + 32);
  }
}

/** Values that did not fit 32 bits stand in the extra field 1, in order. */
function zip64(extra: Buffer, values: readonly number[]): number[] {
  for (let offset = 0; offset + 4 <= extra.length;) {
    const size = extra.readUInt16LE(offset + 2);
    if (extra.readUInt16LE(offset) === 1) {
      let at = offset + 4;
      return values.map((value) => {
        if (value !== MAX32) return value;
        at += 8;
        return Number(extra.readBigUInt64LE(at - 8));
      });
    }
    offset += 4 + size;
  }
  return [...values];
}

function directory(file: number): { readonly at: number; readonly count: number; readonly size: number } {
  const { size } = fstatSync(file);
  const from = Math.max(0, size - LONGEST_END);
  const tail = bytes(file, from, size - from);
  let end = tail.length - 22;
  while (end >= 0 && tail.readUInt32LE(end) !== DIRECTORY_END) end--;
  if (end < 0) throw damaged('it has no directory');
  const found = {
    count: tail.readUInt16LE(end + 10),
    size: tail.readUInt32LE(end + 12),
    at: tail.readUInt32LE(end + 16),
  };
  const locator = end - 20;
  if (locator < 0 || tail.readUInt32LE(locator) !== DIRECTORY64_LOCATOR) return found;
  const end64 = bytes(file, Number(tail.readBigUInt64LE(locator + 8)), 56);
  return {
    count: Number(end64.readBigUInt64LE(32)),
    size: Number(end64.readBigUInt64LE(40)),
    at: Number(end64.readBigUInt64LE(48)),
  };
}

function bytes(file: number, at: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  if (readSync(file, buffer, 0, length, at) < length) throw damaged('it is too short');
  return buffer;
}

function damaged(how: string): ActionFailure {
  return new ActionFailure(`the archive cannot be read: ${how}`);
}
