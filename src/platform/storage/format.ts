import { InputError } from '../../contracts/errors.ts';
import { headOf, isGzip } from './byte-source.ts';

export type TableFormat = 'csv' | 'parquet' | 'arrow' | 'jsonl';

const EXTENSIONS: Readonly<Record<string, TableFormat>> = {
  csv: 'csv',
  tsv: 'csv',
  txt: 'csv',
  data: 'csv',
  parquet: 'parquet',
  pq: 'parquet',
  arrow: 'arrow',
  feather: 'arrow',
  ipc: 'arrow',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
};

/** First bytes of files that are no tables we read, and what to do with them. */
const FOREIGN: readonly { readonly magic: string; readonly name: string; readonly hint: string }[] = [
  {
    magic: 'PK\x03\x04',
    name: 'a zip archive (or an Excel workbook)',
    hint: 'Unpack it; save a workbook as CSV.',
  },
  { magic: '\xd0\xcf\x11\xe0', name: 'an old Excel workbook', hint: 'Save it as CSV.' },
  { magic: '\x80\x04\x95', name: 'a Python pickle', hint: 'Write it with DataFrame.to_parquet or to_csv.' },
  { magic: '\x80\x05\x95', name: 'a Python pickle', hint: 'Write it with DataFrame.to_parquet or to_csv.' },
  { magic: '\x93NUMPY', name: 'a NumPy array', hint: 'Write it with DataFrame.to_parquet or to_csv.' },
  { magic: '\x89HDF', name: 'an HDF5 file', hint: 'Write it with DataFrame.to_parquet or to_csv.' },
  { magic: 'SQLite format 3', name: 'an SQLite database', hint: 'Export the table as CSV.' },
  {
    magic: 'FEA1',
    name: 'a Feather version 1 file',
    hint: 'Write it with version=2 (the default of pyarrow.feather).',
  },
  { magic: 'BZh', name: 'bzip2 data', hint: 'Unpack it, or pack it with gzip.' },
  { magic: '\xfd7zXZ', name: 'xz data', hint: 'Unpack it, or pack it with gzip.' },
  { magic: '\x28\xb5\x2f\xfd', name: 'zstd data', hint: 'Unpack it, or pack it with gzip.' },
  { magic: 'version https://git-lfs', name: 'a Git LFS pointer', hint: 'Fetch the content: git lfs pull.' },
  { magic: '%PDF', name: 'a PDF', hint: 'Save the table as CSV.' },
];

function byExtension(file: string): TableFormat | null {
  const extension = /\.([^./]+?)(?:\.gz)?$/i.exec(file)?.[1]?.toLowerCase() ?? '';
  return EXTENSIONS[extension] ?? null;
}

function mismatch(name: string, found: string, expected: string): InputError {
  const message = `${name} is ${found}, expected ${expected}`;
  return new InputError({
    code: 'FORMAT_UNKNOWN',
    message,
    file: name,
    hint: 'Give the file its right extension, or name the format with `format`.',
  });
}

/** `ARROW1` is the file format, four 0xff the stream format. */
function byMagic(head: string): TableFormat | null {
  if (head.startsWith('PAR1') || head.startsWith('PARE')) return 'parquet';
  return head.startsWith('ARROW1') || head.startsWith('\xff\xff\xff\xff') ? 'arrow' : null;
}

const NAMES: Readonly<Record<TableFormat, string>> = {
  csv: 'CSV',
  parquet: 'a Parquet file',
  arrow: 'an Arrow file',
  jsonl: 'JSON Lines',
};

function foreign(text: string, name: string): InputError | null {
  const known = FOREIGN.find(({ magic }) => text.startsWith(magic));
  if (known === undefined) return null;
  const message = `${name} is ${known.name}, expected CSV, Parquet, Arrow or JSON Lines`;
  return new InputError({ code: 'FORMAT_UNKNOWN', message, file: name, hint: known.hint });
}

/** Refuses a file whose first bytes lack what its format begins with. */
function refuseBinary(head: Buffer, said: 'parquet' | 'arrow', name: string): never {
  if (isGzip(head)) throw mismatch(name, 'gzip data', `${NAMES[said]}, which packs by itself`);
  const message = `${name} is not ${NAMES[said]}: its first bytes are ${JSON.stringify(head.toString('latin1', 0, 8))}`;
  const hint = 'Write the file again, or name its format with `format`.';
  throw new InputError({ code: 'FORMAT_BROKEN', message, file: name, hint });
}

/**
 * Format of a file: the declared one, that of its extension, or that of its first bytes; these must not contradict each other.
 * `name` is how messages call it. Throws InputError FORMAT_UNKNOWN, FORMAT_BROKEN, FILE_EMPTY, FILE_NOT_FOUND,
 * FILE_UNREADABLE.
 */
export async function formatOfFile(
  file: string,
  declared: TableFormat | undefined,
  name: string,
): Promise<TableFormat> {
  const { head, size } = await headOf(file, 24, name);
  if (size === 0)
    throw new InputError({
      code: 'FILE_EMPTY',
      message: `${name} is empty`,
      file: name,
      hint: 'Expected a table with rows.',
    });
  const text = head.toString('latin1');
  const stranger = foreign(text, name);
  if (stranger !== null) throw stranger;
  const seen = byMagic(text);
  const said = declared ?? byExtension(file);
  if (seen !== null) {
    if (said === null || said === seen) return seen;
    throw mismatch(
      name,
      NAMES[seen],
      `${NAMES[said]} ${declared === undefined ? 'by its extension' : 'as declared'}`,
    );
  }
  if (said === 'parquet' || said === 'arrow') refuseBinary(head, said, name);
  if (said !== null) return said;
  if (/^\s*\{/.test(text)) return 'jsonl';
  const hint =
    'Use .csv, .tsv, .parquet, .arrow, .feather or .jsonl (text formats may be .gz), or name the format with `format`.';
  throw new InputError({
    code: 'FORMAT_UNKNOWN',
    message: `the format of ${name} cannot be told by its extension`,
    file: name,
    hint,
  });
}
