import { canonicalJson, gitBlobId } from '../../contracts/digest.ts';
import { ModelState } from '../../contracts/model-state.ts';

/** A model's state as the text of `models/<model>.json`: one version, span or acceptance a line, so that diffs are small. */

interface Written {
  readonly text: string;
  readonly blob: string;
}

/** States and their parts are never changed, and one entry touches few of them. */
const lines = new WeakMap<object, string>();
const written = new WeakMap<ModelState, Written>();

/** The text of a state; equal states have equal texts. */
export function stateText(state: ModelState): string {
  return write(state).text;
}

/** Git's id of the blob that holds a state. */
export function stateBlob(state: ModelState): string {
  return write(state).blob;
}

/** Reads a state's text; null where it is not exactly what {@link stateText} writes. */
export function parseState(text: string): ModelState | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const state = ModelState.safeParse(value);
  if (!state.success) return null;
  keepLines(state.data, value as ModelState);
  return state.data;
}

/**
 * Most of a state stays as it was read. What has its members in order is canonical as JSON.stringify prints it, which
 * is much faster than sorting them again.
 */
function keepLines(state: ModelState, read: ModelState): void {
  const keep = (items: readonly object[], sources: readonly object[]): void => {
    for (const [at, item] of items.entries())
      if (isInOrder(sources[at])) lines.set(item, JSON.stringify(sources[at]));
  };
  keep(state.versions, read.versions);
  for (const [name, { verified }] of Object.entries(state.stages))
    keep(verified, read.stages[name]!.verified);
}

/** Whether the members of a value and of all within it stand in the order of canonical JSON. */
function isInOrder(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isInOrder);
  let before = '';
  for (const [name, inner] of Object.entries(value)) {
    if (name < before || !isInOrder(inner)) return false;
    before = name;
  }
  return true;
}

function write(state: ModelState): Written {
  const known = written.get(state);
  if (known !== undefined) return known;
  const stages = Object.keys(state.stages)
    .sort()
    .map((name) => {
      const { held, verified, frozen } = state.stages[name]!;
      return `  ${JSON.stringify(name)}: {\n   "held": ${line(held)},\n   "verified": ${list(verified, '    ')},\n   "frozen": ${line(frozen)}\n  }`;
    });
  const text = [
    `{\n "schema": ${JSON.stringify(state.schema)}`,
    ` "model": ${JSON.stringify(state.model)}`,
    ` "n": ${state.n}`,
    ` "versions": ${list(state.versions, '  ')}`,
    ` "stages": {${stages.length === 0 ? '' : `\n${stages.join(',\n')}\n `}}`,
    ` "accepted": ${list(state.accepted, '  ')}\n}\n`,
  ].join(',\n');
  const made = { text, blob: gitBlobId(Buffer.from(text)) };
  written.set(state, made);
  return made;
}

function list(items: readonly object[], indent: string): string {
  if (items.length === 0) return '[]';
  return `[\n${items.map((item) => indent + line(item)).join(',\n')}\n${indent.slice(1)}]`;
}

function line(item: object | null): string {
  if (item === null) return 'null';
  let text = lines.get(item);
  if (text === undefined) lines.set(item, (text = canonicalJson(item)));
  return text;
}
