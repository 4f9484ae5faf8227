import { crc32, deflateRawSync } from 'node:zlib';

/** One entry of an archive; whatever is given is written as it is, true or not. */
export interface Piece {
  readonly name: string | Buffer;
  readonly content?: Buffer | string;
  /** Unix st_mode; default a plain file. */
  readonly mode?: number;
  readonly flags?: number;
  readonly method?: number;
  /** Claimed sizes and checksum, in the directory and, unless `local` says otherwise, in the local header. */
  readonly bytes?: number;
  readonly packed?: number;
  readonly crc?: number;
  readonly offset?: number;
  readonly local?: { readonly name?: string; readonly bytes?: number; readonly method?: number };
}

export interface Envelope {
  /** Entries that the end of the archive claims. */
  readonly count?: number;
}

/** Bytes of a zip archive, by PKWARE's APPNOTE 4.3: also such as no program writes. */
export function zipOf(pieces: readonly Piece[], envelope: Envelope = {}): Buffer {
  const locals: Buffer[] = [];
  const heads: Buffer[] = [];
  let at = 0;
  for (const piece of pieces) {
    const { local, head } = entryOf(piece, at);
    locals.push(local);
    heads.push(head);
    at += local.length;
  }
  const directory = Buffer.concat(heads);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(envelope.count ?? pieces.length, 8);
  end.writeUInt16LE(envelope.count ?? pieces.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, directory, end]);
}

function entryOf(piece: Piece, at: number): { local: Buffer; head: Buffer } {
  const content = Buffer.from(piece.content ?? '');
  const method = piece.method ?? 8;
  const data = method === 8 ? deflateRawSync(content) : content;
  const name = Buffer.from(piece.name as string);
  const claims = {
    crc: piece.crc ?? crc32(content),
    packed: piece.packed ?? data.length,
    bytes: piece.bytes ?? content.length,
  };
  const localName = piece.local?.name === undefined ? name : Buffer.from(piece.local.name);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(piece.flags ?? 0x800, 6);
  local.writeUInt16LE(piece.local?.method ?? method, 8);
  local.writeUInt32LE(claims.crc, 14);
  local.writeUInt32LE(claims.packed, 18);
  local.writeUInt32LE(piece.local?.bytes ?? claims.bytes, 22);
  local.writeUInt16LE(localName.length, 26);
  const head = Buffer.alloc(46);
  head.writeUInt32LE(0x02014b50, 0);
  head.writeUInt16LE((3 << 8) | 20, 4);
  head.writeUInt16LE(piece.flags ?? 0x800, 8);
  head.writeUInt16LE(method, 10);
  head.writeUInt32LE(claims.crc, 16);
  head.writeUInt32LE(claims.packed, 20);
  head.writeUInt32LE(claims.bytes, 24);
  head.writeUInt16LE(name.length, 28);
  head.writeUInt32LE(((piece.mode ?? 0o100644) * 2 ** 16) >>> 0, 38);
  head.writeUInt32LE(piece.offset ?? at, 42);
  return { local: Buffer.concat([local, localName, data]), head: Buffer.concat([head, name]) };
}
