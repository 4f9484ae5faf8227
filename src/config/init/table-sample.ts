import { constants, gunzipSync } from 'node:zlib';

/** The first rows of a CSV, read leniently: only to guess from. */
export interface TableSample {
  /** Null where the file has no header line. */
  readonly header: readonly string[] | null;
  readonly rows: readonly (readonly string[])[];
}

const DELIMITERS = [',', ';', '\t', '|'] as const;

/** A sample from the first bytes of a CSV (`.gz` too); null when it does not look like a table. Never throws. */
export function sampleCsv(bytes: Uint8Array): TableSample | null {
  const text = decode(bytes);
  if (text === null || text.includes('\0')) return null;
  const delimiter = mostFrequent(text.slice(0, text.indexOf('\n') === -1 ? undefined : text.indexOf('\n')));
  const records = parseRecords(text, delimiter).slice(0, 2_000);
  const [first] = records;
  if (first === undefined) return null;
  const rows = records.slice(1).filter((row) => row.length === first.length);
  if (first.every((cell) => isNumber(cell)) && rows.length > 0)
    return { header: null, rows: [first, ...rows] };
  const header = first.map((cell) => cell.trim());
  // Names of a real header are unique and short; else this is prose that only ends in .csv.
  if (new Set(header).size !== header.length || header.some((name) => name.length > 120)) return null;
  return { header, rows };
}

function decode(bytes: Uint8Array): string | null {
  try {
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const plain = isGzip
      ? gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 64 * 1024 * 1024 })
      : bytes;
    return new TextDecoder().decode(plain.subarray(0, 1_048_576));
  } catch {
    return null;
  }
}

function mostFrequent(line: string): string {
  const counts = DELIMITERS.map((delimiter) => [line.split(delimiter).length, delimiter] as const);
  return counts.reduce((best, next) => (next[0] > best[0] ? next : best))[1];
}

/** Splits into records with quotes as in RFC 4180; the last record may be cut off and is left out. */
function parseRecords(text: string, delimiter: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let cell = '';
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const character = text.charAt(i);
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = false;
    } else if (character === '"' && cell === '') quoted = true;
    else if (character === delimiter) {
      record.push(cell);
      cell = '';
    } else if (character === '\n') {
      record.push(cell.replace(/\r$/, ''));
      if (record.length > 1 || record[0] !== '') records.push(record);
      [record, cell] = [[], ''];
    } else cell += character;
  }
  return records;
}

function isNumber(cell: string): boolean {
  return cell.trim() !== '' && Number.isFinite(Number(cell));
}

/** What the sample's cells of one column look like. */
export interface ColumnSample {
  readonly values: readonly string[];
  readonly distinct: number;
  readonly numeric: boolean;
  /** Most cells are dates or timestamps. */
  readonly dates: boolean;
}

/** Column `index` of a sample; empty cells are left out. */
export function columnSample(sample: TableSample, index: number): ColumnSample {
  const values = sample.rows
    .map((row) => row[index]?.trim() ?? '')
    .filter((cell) => cell !== '' && !/^(?:NA|NaN|null|\?)$/i.test(cell));
  return {
    values,
    distinct: new Set(values).size,
    numeric: values.length > 0 && values.every((value) => isNumber(value)),
    dates:
      values.length > 0 &&
      values.every((value) =>
        /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?$|^\d{1,2}\/\d{1,2}\/\d{4}/.test(value),
      ),
  };
}
