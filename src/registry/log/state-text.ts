import { canonicalJson, gitBlobId } from '../../contracts/digest.ts';
import type { ModelState } from '../../contracts/model-state.ts';
import { isModelState } from './state-check.ts';

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

/**
 * Reads a state's text; null where it is not exactly what {@link stateText} writes. `blob` is git's id of the text where
 * that is known.
 */
export function parseState(text: string, blob?: string): ModelState | null {
  let state: unknown;
  try {
    state = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isModelState(state)) return null;
  keepLines(state);
  if (textOf(state) !== text) return null;
  written.set(state, { text, blob: blob ?? gitBlobId(Buffer.from(text)) });
  return state;
}

/** The parts of a state that was read are in canonical order, so they need not be put into it. */
function keepLines(state: ModelState): void {
  const keep = (item: object | null) => {
    if (item !== null) lines.set(item, JSON.stringify(item));
  };
  state.versions.forEach(keep);
  state.accepted.forEach(keep);
  for (const { held, verified, frozen } of Object.values(state.stages)) {
    keep(held);
    verified.forEach(keep);
    keep(frozen);
  }
}

function write(state: ModelState): Written {
  const known = written.get(state);
  if (known !== undefined) return known;
  const text = textOf(state);
  const made = { text, blob: gitBlobId(Buffer.from(text)) };
  written.set(state, made);
  return made;
}

function textOf(state: ModelState): string {
  const stages = Object.keys(state.stages)
    .sort()
    .map((name) => {
      const { held, verified, frozen } = state.stages[name]!;
      return `  ${JSON.stringify(name)}: {\n   "held": ${line(held)},\n   "verified": ${list(verified, '    ')},\n   "frozen": ${line(frozen)}\n  }`;
    });
  return [
    `{\n "schema": ${JSON.stringify(state.schema)}`,
    ` "model": ${JSON.stringify(state.model)}`,
    ` "n": ${state.n}`,
    ` "versions": ${list(state.versions, '  ')}`,
    ` "stages": {${stages.length === 0 ? '' : `\n${stages.join(',\n')}\n `}}`,
    ` "accepted": ${list(state.accepted, '  ')}\n}\n`,
  ].join(',\n');
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
