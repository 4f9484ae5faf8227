import { RISKY_FORMATS } from '../../contracts/model-formats.ts';
import type { FileFormat, RiskyFormat } from '../../contracts/model-formats.ts';
import type { ByteSource } from '../byte-source.ts';
import { readContent } from './content.ts';
import { formatOfName } from './names.ts';
import { isText } from './text.ts';
import type { Ends } from './text.ts';

/** What a file is taken for. */
export interface Identified {
  readonly format: FileFormat;
  /** False where loading the file may run code or its loader trusts it. Advice: `checkFormats` is the gate. */
  readonly safe: boolean;
  /** What speaks for it, to be read after the file's name: `holds a pickle of protocol 4, although its name says onnx`. */
  readonly why: string;
}

/** Bytes from the start and from the end of a file that are looked at: a zip's end record lies in the last 65,557. */
export const HEAD_BYTES = 65_536;
export const TAIL_BYTES = 65_557;

/** Formats that one text can be called at the same time. */
const TEXTS: ReadonlySet<FileFormat> = new Set<FileFormat>([
  'text',
  'csv',
  'json',
  'yaml',
  'markdown',
  'xgboost-json',
  'catboost-json',
  'lightgbm-text',
]);
/** YAML tags and JSON keys that readers with the wrong switch turn into calls, and Keras' layers of code. */
const CALLING_TEXT =
  /!!python\/|tag:yaml\.org,2002:python\/|"py\/(?:object|reduce|function|type)|"class_name"\s*:\s*"Lambda"/;

/**
 * Tells what a file is from its first and last bytes (HEAD_BYTES and TAIL_BYTES of them, the whole file where it is
 * smaller), its size and its name. Nothing is executed, unpacked or unpickled. Where bytes and name disagree the answer
 * is the more dangerous of both, and `unknown` where both are harmless. Never throws.
 */
export function identify(head: Uint8Array, tail: Uint8Array, size: number, name: string): Identified {
  const ends = { head, tail, size };
  const text = isText(ends);
  const named = formatOfName(name);
  const { format: held, found } = readContent(ends, text) ?? plainText(ends, named);
  const format = agreed(held, named);
  const safe = !isRisky(format);
  const expected = named === null || named === held || (TEXTS.has(named) && TEXTS.has(held));
  return { format, safe, why: `holds ${found}${expected ? '' : `, although its name says ${named}`}` };
}

/** As `identify`, for a file that is read here: two reads, whatever its size. */
export async function identifyFile(source: ByteSource, name: string): Promise<Identified> {
  const head = await source.read(0, Math.min(source.size, HEAD_BYTES));
  const start = Math.max(0, source.size - TAIL_BYTES);
  const tail = await source.read(start, source.size - start);
  return identify(head, tail, source.size, name);
}

/** Text that is no model: its name decides what kind, as long as its beginning does not contradict. */
function plainText({ head, tail }: Ends, named: FileFormat | null): { format: FileFormat; found: string } {
  const start = Buffer.from(head).toString('utf8');
  const structured = named === 'yaml' || named === 'json' || /^\s*[[{]/.test(start);
  if (structured && (CALLING_TEXT.test(start) || CALLING_TEXT.test(Buffer.from(tail).toString('utf8'))))
    return { format: 'code', found: 'text that makes some readers run code' };
  if (named === 'json' && !/^\s*(?:[[{"\-\dtfn]|$)/.test(start)) return { format: 'unknown', found: 'text' };
  const format = named !== null && TEXTS.has(named) ? named : structured ? 'json' : 'text';
  return { format, found: format };
}

/** The more dangerous of two answers; a container's own name says more than that it is one. */
function agreed(held: FileFormat, named: FileFormat | null): FileFormat {
  if (named === null || named === held) return held;
  const [ofBytes, ofName] = [danger(held), danger(named)];
  if (ofBytes === 0 && ofName === 0) return TEXTS.has(held) && TEXTS.has(named) ? held : 'unknown';
  const vague = held === 'pickle' || held === 'archive' || held === 'compressed';
  return ofName > ofBytes || (ofName === ofBytes && vague) ? named : held;
}

const RUNS_CODE: ReadonlySet<FileFormat> = new Set<FileFormat>([
  'pickle',
  'joblib',
  'torch',
  'code',
  'executable',
]);
const LOADERS_TRUST: ReadonlySet<FileFormat> = new Set<FileFormat>([
  'xgboost-ubj',
  'catboost-cbm',
  'gguf',
  'unknown',
]);

/** 0 data, 1 trusted by its loader or not known, 2 may run code, 3 runs code. */
function danger(format: FileFormat): number {
  if (!isRisky(format)) return 0;
  return RUNS_CODE.has(format) ? 3 : LOADERS_TRUST.has(format) ? 1 : 2;
}

/** True for formats that are refused unless the config names them. */
export function isRisky(format: FileFormat): format is RiskyFormat {
  return Object.hasOwn(RISKY_FORMATS, format);
}
