import type { FileFormat } from '../../contracts/model-formats.ts';
import { textAt } from './text.ts';

/** What bytes are found to be, whatever the file's name. */
export interface Content {
  readonly format: FileFormat;
  /** In words: `an ELF program or library`. */
  readonly found: string;
}

type Beginning = readonly [start: string, format: FileFormat, found: string];

// prettier-ignore
const PROGRAMS: readonly Beginning[] = [
  ['\x7fELF', 'executable', 'an ELF program or library'],
  ['\xfe\xed\xfa\xce', 'executable', 'a Mach-O program or library'],
  ['\xfe\xed\xfa\xcf', 'executable', 'a Mach-O program or library'],
  ['\xce\xfa\xed\xfe', 'executable', 'a Mach-O program or library'],
  ['\xcf\xfa\xed\xfe', 'executable', 'a Mach-O program or library'],
  ['\xca\xfe\xba\xbe', 'executable', 'a Mach-O or Java program'],
  ['\0asm', 'executable', 'a WebAssembly program'],
  ['!<arch>\n', 'executable', 'a static library'],
];

// prettier-ignore
const CONTAINERS: readonly Beginning[] = [
  ['7z\xbc\xaf\x27\x1c', 'archive', 'a 7z archive'],
  ['Rar!\x1a\x07', 'archive', 'a RAR archive'],
  ['\x1f\x8b\x08', 'compressed', 'gzip'],
  ['BZh', 'compressed', 'bzip2'],
  ['\xfd7zXZ\0', 'compressed', 'xz'],
  ['\x28\xb5\x2f\xfd', 'compressed', 'zstd'],
  ['\x04\x22\x4d\x18', 'compressed', 'lz4'],
  ['GGUF', 'gguf', 'GGUF'],
  ['CBM1', 'catboost-cbm', 'a CatBoost model in its binary format'],
  ['\x93NUMPY', 'numpy', 'a NumPy array'],
];
const HDF5 = '\x89HDF\r\n\x1a\n';

/** Machine code and scripts. */
export function programOf(head: Uint8Array): Content | null {
  const start = textAt(head, 0, 64);
  // Where the header of a Windows program lies.
  const header = start.startsWith('MZ') && start.length === 64 ? Buffer.from(head).readUInt32LE(60) : null;
  if (header !== null && textAt(head, header, 4) === 'PE\0\0')
    return { format: 'executable', found: 'a Windows program or library' };
  if (/^#![^\0]/.test(start)) return { format: 'code', found: 'a script' };
  // Magic number of the version, \r\n, flags 0 to 3 (PEP 552).
  // eslint-disable-next-line no-control-regex -- a binary header
  if (/^..\r\n[\0-\x03]\0\0\0/s.test(start)) return { format: 'code', found: 'compiled Python' };
  return beginning(start, PROGRAMS);
}

/** Binary formats that hide what they hold, and those whose loaders trust them. */
export function containerOf(head: Uint8Array): Content | null {
  // HDF5 may stand behind a block of the user's own: at 512, 1024, 2048, … bytes.
  for (let at = 0; at < head.length; at = Math.max(512, 2 * at))
    if (textAt(head, at, HDF5.length) === HDF5) return { format: 'hdf5', found: 'HDF5' };
  return beginning(textAt(head, 0, 64), CONTAINERS);
}

/** What remains where no format was recognised: compression without a magic number of its own, or nothing known. */
export function looseOf(head: Uint8Array): Content {
  const start = textAt(head, 0, 8);
  // LZMA alone: the usual properties, then a dictionary of 64 KiB and more (lzma-file-format.txt).
  if (/^\x5d\0\0/.test(start)) return { format: 'compressed', found: 'lzma' };
  // Deflate with a window of 32 KiB, at any level (RFC 1950).
  // eslint-disable-next-line no-control-regex -- a binary header
  if (/^x[\x01^\x9c\xda]/.test(start)) return { format: 'compressed', found: 'zlib' };
  return { format: 'unknown', found: 'bytes that are not recognised' };
}

function beginning(start: string, list: readonly Beginning[]): Content | null {
  const [, format, found] = list.find(([magic]) => start.startsWith(magic)) ?? [];
  return format === undefined || found === undefined ? null : { format, found };
}
