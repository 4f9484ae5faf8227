import type { Digest } from '../../contracts/digest.ts';
import { parseGtoTag, printGtoTag } from './grammar.ts';

/** What the tag of a version carries. */
export interface VersionTag {
  readonly model: string;
  /** With its `v`. */
  readonly version: string;
  /** Digest of manifest.json. */
  readonly manifest: Digest;
  readonly trainKey: Digest;
}

/** Largest message in bytes. */
const LARGEST = 4096;
const TRAILER = /^(slipway-manifest|slipway-train-key): ([0-9a-f]{64})$/gm;

/**
 * Name and message of a version's tag: one line for people, then trailers. `headline` is cut to one line so that the
 * message stays within 4 KiB and cannot pose as a trailer.
 */
export function printVersionTag(tag: VersionTag, headline = ''): { name: string; message: string } {
  const { model, version, manifest, trainKey } = tag;
  const trailers = `\n\nslipway-manifest: ${manifest}\nslipway-train-key: ${trainKey}\n`;
  // eslint-disable-next-line no-control-regex -- a line for people holds no control characters
  const said = headline.replace(/[\s\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
  const line = said === '' ? `${model} ${version}` : `${model} ${version}: ${said}`;
  const first = cut(line, LARGEST - Buffer.byteLength(trailers));
  return { name: printGtoTag({ kind: 'register', artifact: model, version }), message: first + trailers };
}

function cut(text: string, bytes: number): string {
  let [kept, used] = ['', 0];
  for (const letter of text) {
    used += Buffer.byteLength(letter);
    if (used > bytes) break;
    kept += letter;
  }
  return kept;
}

/** Reads it back; null for tags of other tools, and where a trailer is missing, doubled or no digest. */
export function readVersionTag(name: string, message: string): VersionTag | null {
  const said = parseGtoTag(name);
  if (said?.kind !== 'register' || said.counter !== undefined) return null;
  // A signature is appended to the message.
  const text = message.split(/^-----BEGIN /m)[0] ?? '';
  const found = [...(text.trimEnd().split('\n\n').at(-1)?.matchAll(TRAILER) ?? [])];
  const values = new Map(found.map(([, key = '', value = '']) => [key, value]));
  const [manifest, trainKey] = [values.get('slipway-manifest'), values.get('slipway-train-key')];
  if (found.length !== 2 || manifest === undefined || trainKey === undefined) return null;
  return { model: said.artifact, version: said.version, manifest, trainKey };
}
