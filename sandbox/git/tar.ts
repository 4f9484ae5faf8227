/** Trees as tar files, byte for byte those of `git archive`. Format: POSIX.1-2001 pax, ustar headers. */
import { node } from './graph.ts';
import { type ObjectStore, readBody } from './objects.ts';
import { walkTree } from './tree.ts';
import { DIRECTORY, SUBMODULE, SYMLINK, type TreeMode } from './tree-object.ts';

const RECORD = 512;
/** Tar files end with zeros up to a multiple of this. */
const BLOCK = RECORD * 20;
const NAME = 100;
const PREFIX = 155;

interface Entry {
  readonly type: '0' | '2' | '5' | 'g' | 'x';
  readonly name: string;
  readonly prefix?: string;
  readonly mode: number;
  readonly size: number;
  readonly time: number;
  readonly link?: string;
}

function header({ type, name, prefix = '', mode, size, time, link = '' }: Entry): Buffer {
  const bytes = Buffer.alloc(RECORD);
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');
  bytes.write(name, 0, NAME);
  bytes.write(octal(mode, 7), 100);
  bytes.write(octal(0, 7), 108);
  bytes.write(octal(0, 7), 116);
  bytes.write(octal(size, 11), 124);
  bytes.write(octal(time, 11), 136);
  bytes.fill(' ', 148, 156);
  bytes.write(type, 156);
  bytes.write(link, 157, NAME);
  bytes.write('ustar', 257);
  bytes.write('00', 263);
  bytes.write('root', 265);
  bytes.write('root', 297);
  bytes.write(octal(0, 7), 329);
  bytes.write(octal(0, 7), 337);
  bytes.write(prefix, 345, PREFIX);
  let sum = 0;
  for (const byte of bytes) sum += byte;
  bytes.write(`${octal(sum, 7)}\0`, 148);
  return bytes;
}

function padded(body: Buffer): Buffer[] {
  const rest = body.length % RECORD;
  return rest === 0 ? [body] : [body, Buffer.alloc(RECORD - rest)];
}

/** `<length> key=value\n`, where the length counts itself. */
function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + 1;
  while (rest + String(length).length !== length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

/** Where a long path is cut in two at a slash; undefined where it does not fit that way. */
function split(path: string): { prefix: string; name: string } | undefined {
  const bytes = Buffer.from(path);
  if (bytes.length <= NAME) return { prefix: '', name: path };
  const end = bytes[bytes.length - 1] === 0x2f ? bytes.length - 1 : bytes.length;
  let slash = Math.min(PREFIX, end - 1);
  while (slash > 0 && bytes[slash] !== 0x2f) slash--;
  if (slash <= 0 || bytes.length - slash - 1 > NAME) return undefined;
  return { prefix: bytes.toString('utf8', 0, slash), name: bytes.toString('utf8', slash + 1) };
}

interface File {
  readonly path: string;
  readonly id: string;
  readonly mode: TreeMode;
  readonly body: Buffer;
}

function entry({ path, id, mode, body }: File, time: number): Buffer[] {
  const directory = mode === DIRECTORY || mode === SUBMODULE;
  const link = mode === SYMLINK ? body.toString('utf8') : undefined;
  const bits = directory || mode === '100755' ? 0o775 : link === undefined ? 0o664 : 0o777;
  const cut = split(path);
  const longLink = link !== undefined && Buffer.byteLength(link) > NAME;
  const records =
    (cut === undefined ? paxRecord('path', path) : '') + (longLink ? paxRecord('linkpath', link) : '');
  const parts: Buffer[] = [];
  if (records !== '') {
    const extended = Buffer.from(records);
    parts.push(
      header({ type: 'x', name: `${id}.paxheader`, mode: 0o666, size: extended.length, time }),
      ...padded(extended),
    );
  }
  parts.push(
    header({
      type: directory ? '5' : link === undefined ? '0' : '2',
      ...(cut ?? { name: `${id}.data` }),
      mode: bits,
      size: directory || link !== undefined ? 0 : body.length,
      time,
      ...(link === undefined ? {} : { link: longLink ? `see ${id}.paxheader` : link }),
    }),
  );
  if (!directory && link === undefined) parts.push(...padded(body));
  return parts;
}

/** All files of a commit below `prefix/`, as `git archive --format=tar --prefix=prefix/` writes them. */
export function tarOf(store: ObjectStore, commit: string, prefix: string): Buffer {
  const { tree, time } = node(store, commit);
  const comment = Buffer.from(paxRecord('comment', commit));
  const parts = [
    header({ type: 'g', name: 'pax_global_header', mode: 0o666, size: comment.length, time }),
    ...padded(comment),
    ...entry({ path: `${prefix}/`, id: tree, mode: DIRECTORY, body: Buffer.alloc(0) }, time),
  ];
  for (const { path, mode, id } of walkTree(store, tree)) {
    const directory = mode === DIRECTORY || mode === SUBMODULE;
    const body = directory ? Buffer.alloc(0) : readBody(store, id, 'blob');
    parts.push(...entry({ path: `${prefix}/${path}${directory ? '/' : ''}`, id, mode, body }, time));
  }
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  // At least two empty records end the file.
  const end = Math.ceil((size + 2 * RECORD) / BLOCK) * BLOCK;
  return Buffer.concat([...parts, Buffer.alloc(end - size)]);
}
