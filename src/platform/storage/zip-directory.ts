import type { FileHandle } from 'node:fs/promises';

import { InputError } from '../../contracts/errors.ts';

/**
 * What a zip file says it holds, read from its central directory and held against the local headers. The format:
 * PKWARE APPNOTE.TXT 6.3.10, sections 4.3 (structure) and 4.4 (fields).
 */

/** What is taken from an archive of somebody else's. Bytes are unpacked ones. */
export interface ZipLimits {
  readonly entries: number;
  readonly entryBytes: number;
  readonly totalBytes: number;
  /** Unpacked bytes for each packed one, of entries above 1 MiB. */
  readonly ratio: number;
}

export interface ZipEntry {
  /** Relative, with `/`, checked: nothing in it leads out of a folder. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link';
  readonly deflated: boolean;
  readonly packed: number;
  readonly bytes: number;
  readonly crc32: number;
  /** Where its packed bytes begin in the archive. */
  readonly start: number;
}

const END = { signature: 0x06054b50, bytes: 22, longestComment: 0xffff } as const;
const CENTRAL = { signature: 0x02014b50, bytes: 46 } as const;
const LOCAL = { signature: 0x04034b50, bytes: 30 } as const;
const FLAG = { encrypted: 1 << 0, sizesBehind: 1 << 3, strong: 1 << 6, masked: 1 << 13 } as const;
const STORED = 0;
const DEFLATED = 8;
const ZIP64 = 0xffffffff;
const UNIX = 3;
/** Upper half of the external attributes of archives made on Unix: st_mode. */
const MODE = { type: 0o170000, file: 0o100000, folder: 0o040000, link: 0o120000 } as const;
/** More than a thousand names of the longest paths need; a directory is read into memory. */
const DIRECTORY_BYTES = 16 * 1024 * 1024;
const LONGEST_PATH = 1000;
/** Bytes of one name that file systems take. */
const LONGEST_NAME = 255;
const SMALL = 1024 * 1024;

/** An archive that is not unpacked, and why. */
export function refusedArchive(message: string): InputError {
  return new InputError({ code: 'ARTIFACT_REFUSED', message: `the archive ${message}` });
}

/**
 * All entries of an archive, or InputError ARTIFACT_REFUSED: encrypted, in parts, zip64, lying about sizes, with
 * overlapping entries, names that lead elsewhere or occur twice, or beyond the limits. No packed byte is read.
 */
export async function readZipDirectory(
  archive: FileHandle,
  size: number,
  limits: ZipLimits,
): Promise<readonly ZipEntry[]> {
  const { directory, count, at } = await directoryOf(archive, size);
  if (count > limits.entries)
    throw refusedArchive(`holds ${count} entries, at most ${limits.entries} are taken`);
  const heads = centralHeads(directory, count);
  checkSizes(heads, limits);
  checkNames(heads);
  const entries: ZipEntry[] = [];
  const ranges: [number, number][] = [];
  for (const head of heads) {
    const start = await localStart(archive, head, at);
    if (start + head.packed > at) throw refusedArchive(`says that ${named(head.path)} lies outside of it`);
    ranges.push([head.offset, start + head.packed]);
    const { path, kind, method, packed, bytes, crc32 } = head;
    entries.push({ path, kind, deflated: method === DEFLATED, packed, bytes, crc32, start });
  }
  checkOverlaps(ranges);
  return entries;
}

async function directoryOf(
  archive: FileHandle,
  size: number,
): Promise<{ directory: Buffer; count: number; at: number }> {
  const length = Math.min(size, END.bytes + END.longestComment);
  const tail = await readAt(archive, size - length, length);
  let end = tail.length - END.bytes;
  // The comment must reach exactly to the end of the file, so that there is one end and not several.
  while (end >= 0 && !(tail.readUInt32LE(end) === END.signature && endsAt(tail, end))) end -= 1;
  if (end < 0) throw refusedArchive('is no zip file, or it is cut off');
  const [disk, first, here, count] = [4, 6, 8, 10].map((field) => tail.readUInt16LE(end + field));
  const bytes = tail.readUInt32LE(end + 12);
  const at = tail.readUInt32LE(end + 16);
  if (count === 0xffff || bytes === ZIP64 || at === ZIP64)
    throw refusedArchive('is zip64: larger than what is taken');
  if (disk !== 0 || first !== 0 || here !== count) throw refusedArchive('is one part of several');
  if (at + bytes !== size - length + end) throw refusedArchive('holds something between its parts');
  if (bytes > DIRECTORY_BYTES) throw refusedArchive('has a directory larger than what is taken');
  return { directory: await readAt(archive, at, bytes), count: count ?? 0, at };
}

function endsAt(tail: Buffer, end: number): boolean {
  return end + END.bytes + tail.readUInt16LE(end + 20) === tail.length;
}

interface CentralHead {
  readonly path: string;
  readonly kind: ZipEntry['kind'];
  readonly rawName: Buffer;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly packed: number;
  readonly bytes: number;
  readonly offset: number;
}

function centralHeads(directory: Buffer, count: number): readonly CentralHead[] {
  const heads: CentralHead[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + CENTRAL.bytes > directory.length || directory.readUInt32LE(at) !== CENTRAL.signature)
      throw refusedArchive('has a damaged directory');
    const [name, extra, comment] = [28, 30, 32].map((field) => directory.readUInt16LE(at + field));
    const next = at + CENTRAL.bytes + name! + extra! + comment!;
    if (next > directory.length) throw refusedArchive('has a damaged directory');
    heads.push(centralHead(directory.subarray(at, next), name!));
    at = next;
  }
  if (at !== directory.length) throw refusedArchive('has a damaged directory');
  return heads;
}

function centralHead(head: Buffer, nameBytes: number): CentralHead {
  const rawName = head.subarray(CENTRAL.bytes, CENTRAL.bytes + nameBytes);
  const path = pathOf(rawName);
  const flags = head.readUInt16LE(8);
  if ((flags & (FLAG.encrypted | FLAG.strong | FLAG.masked)) !== 0)
    throw refusedArchive(`holds ${named(path)}, which is encrypted`);
  const method = head.readUInt16LE(10);
  if (method !== STORED && method !== DEFLATED)
    throw refusedArchive(`holds ${named(path)}, packed by method ${method}; stored and deflated are taken`);
  const [crc32, packed, bytes] = [16, 20, 24].map((field) => head.readUInt32LE(field));
  const offset = head.readUInt32LE(42);
  if ([packed, bytes, offset].includes(ZIP64)) throw refusedArchive('is zip64: larger than what is taken');
  const kind = kindOf(head, path);
  if (method === STORED && packed !== bytes) throw refusedArchive(`lies about the size of ${named(path)}`);
  if (kind === 'folder' && bytes !== 0) throw refusedArchive(`holds the folder ${named(path)} with content`);
  return {
    path: path.replace(/\/$/, ''),
    kind,
    rawName,
    flags,
    method,
    crc32: crc32!,
    packed: packed!,
    bytes: bytes!,
    offset,
  };
}

function kindOf(head: Buffer, path: string): ZipEntry['kind'] {
  const isFolder = path.endsWith('/');
  const mode = head.readUInt8(5) === UNIX ? head.readUInt16LE(40) & MODE.type : 0;
  if (mode === MODE.link) return 'link';
  if (mode === 0) return isFolder ? 'folder' : 'file';
  if (mode === (isFolder ? MODE.folder : MODE.file)) return isFolder ? 'folder' : 'file';
  throw refusedArchive(`holds ${named(path)}, which is neither a file nor a folder`);
}

function pathOf(rawName: Buffer): string {
  let path: string;
  try {
    path = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(rawName);
  } catch {
    throw refusedArchive('holds a name that is not UTF-8');
  }
  const parts = path.replace(/\/$/, '').split('/');
  const leadsAway = parts.some(
    (part) => part === '' || part === '.' || part === '..' || Buffer.byteLength(part) > LONGEST_NAME,
  );
  if (leadsAway || path.length > LONGEST_PATH || /[\\:\p{Cc}]/u.test(path))
    throw refusedArchive(`holds the name ${named(path)}; expected a relative path with / and without ..`);
  return path;
}

function checkSizes(heads: readonly CentralHead[], limits: ZipLimits): void {
  let total = 0;
  for (const { path, bytes, packed } of heads) {
    total += bytes;
    if (bytes > limits.entryBytes)
      throw refusedArchive(`holds ${named(path)} of ${bytes} bytes, at most ${limits.entryBytes} are taken`);
    if (bytes > SMALL && bytes > packed * limits.ratio)
      throw refusedArchive(`holds ${named(path)}, ${packed} bytes that unpack to ${bytes}`);
  }
  if (total > limits.totalBytes)
    throw refusedArchive(`unpacks to ${total} bytes, at most ${limits.totalBytes} are taken`);
}

/** One name, one entry; also where a file system does not tell large letters from small ones. */
function checkNames(heads: readonly CentralHead[]): void {
  const files = new Set<string>();
  const folders = new Set<string>();
  const folded = (path: string): string => path.normalize('NFC').toLowerCase();
  for (const { path, kind } of heads) {
    const seen = kind === 'folder' ? folders : files;
    if (seen.has(folded(path))) throw refusedArchive(`holds ${named(path)} twice`);
    seen.add(folded(path));
  }
  for (const { path } of heads)
    for (let cut = path.indexOf('/'); cut !== -1; cut = path.indexOf('/', cut + 1))
      folders.add(folded(path.slice(0, cut)));
  for (const path of files)
    if (folders.has(path)) throw refusedArchive(`holds ${named(path)} as file and folder`);
}

/** The local header must say what the directory says: other programs read that one. */
async function localStart(archive: FileHandle, head: CentralHead, end: number): Promise<number> {
  const { offset, rawName, flags, method } = head;
  if (offset + LOCAL.bytes + rawName.length > end)
    throw refusedArchive(`says that ${named(head.path)} lies outside of it`);
  const local = await readAt(archive, offset, LOCAL.bytes + rawName.length);
  const differs =
    local.readUInt32LE(0) !== LOCAL.signature ||
    local.readUInt16LE(8) !== method ||
    local.readUInt16LE(26) !== rawName.length ||
    !local.subarray(LOCAL.bytes).equals(rawName) ||
    (local.readUInt16LE(6) & FLAG.encrypted) !== 0;
  const behind = (flags & FLAG.sizesBehind) !== 0;
  const sizes = [local.readUInt32LE(14), local.readUInt32LE(18), local.readUInt32LE(22)];
  const told = [head.crc32, head.packed, head.bytes];
  const lies = sizes.some((size, index) => size !== told[index] && !(behind && size === 0));
  if (differs || lies) throw refusedArchive(`says two things about ${named(head.path)}`);
  return offset + LOCAL.bytes + rawName.length + local.readUInt16LE(28);
}

function checkOverlaps(ranges: [number, number][]): void {
  ranges.sort(([one], [other]) => one - other);
  for (const [index, [start]] of ranges.entries()) {
    const before = ranges[index - 1];
    if (before !== undefined && start < before[1]) throw refusedArchive('holds entries that overlap');
  }
}

async function readAt(archive: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await archive.read(buffer, read, length - read, position + read);
    if (bytesRead === 0) throw refusedArchive('is cut off');
    read += bytesRead;
  }
  return buffer;
}

/** A name of somebody else's, inert and short. */
function named(path: string): string {
  return JSON.stringify(path.length > 100 ? `${path.slice(0, 100)}…` : path);
}
