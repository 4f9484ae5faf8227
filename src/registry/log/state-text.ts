import { canonicalJson, gitBlobId } from '../../contracts/digest.ts';
import type { ModelState } from '../../contracts/model-state.ts';
import { isModelState, versionLines } from './state-check.ts';

/** A model's state as the text of `models/<model>.json`: one version, span or acceptance a line, so that diffs are small. */

/** States and their parts are never changed, and one entry touches few of them. */
const lines = new WeakMap<object, string>();
const blobs = new WeakMap<ModelState, string>();
/** The lines of a list, by its last item: most lists are a known one, or that and one item more. */
const known = new WeakMap<object, { readonly items: readonly object[]; readonly text: string }>();

/** The text of a state; equal states have equal texts. */
export function stateText(state: ModelState): string {
  return partsOf(state, line).join('');
}

/** Git's id of the blob that holds a state. */
export function stateBlob(state: ModelState): string {
  let blob = blobs.get(state);
  if (blob === undefined) blobs.set(state, (blob = gitBlobId(stateText(state))));
  return blob;
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
  const versions = versionLines(text);
  if (!isModelState(state, versions !== null)) return null;
  if (versions !== null) keepList(state.versions, text.slice(versions.from, versions.to));
  // What passed is in canonical order.
  if (!isJoined(text, partsOf(state, JSON.stringify))) return null;
  blobs.set(state, blob ?? gitBlobId(text));
  return state;
}

/** True for the parts joined, without joining them. */
function isJoined(text: string, parts: readonly string[]): boolean {
  let at = 0;
  for (const part of parts) {
    if (!text.startsWith(part, at)) return false;
    at += part.length;
  }
  return at === text.length;
}

type Line = (item: object | null) => string;

/** The text in parts, the versions' lines as one of them: they are most of it. */
function partsOf(state: ModelState, line: Line): readonly string[] {
  const stages = Object.keys(state.stages)
    .sort()
    .map((name) => {
      const { held, verified, withdrawn, frozen } = state.stages[name]!;
      const parts = [
        `"held": ${line(held)}`,
        `"verified": ${list(verified, '    ', line)}`,
        `"withdrawn": ${list(withdrawn, '    ', line)}`,
        `"frozen": ${line(frozen)}`,
      ];
      return `  ${JSON.stringify(name)}: {\n   ${parts.join(',\n   ')}\n  }`;
    });
  return [
    `{\n "schema": ${JSON.stringify(state.schema)},\n "model": ${JSON.stringify(state.model)},\n "n": ${state.n},\n`,
    ' "versions": ',
    ...listParts(state.versions, '  ', line),
    `,\n "stages": {${stages.length === 0 ? '' : `\n${stages.join(',\n')}\n `}},\n`,
    ` "accepted": ${list(state.accepted, '  ', line)}\n}\n`,
  ];
}

function list(items: readonly object[], indent: string, line: Line): string {
  return listParts(items, indent, line).join('');
}

function listParts(items: readonly object[], indent: string, line: Line): readonly string[] {
  if (items.length === 0) return ['[]'];
  return ['[\n', linesOf(items, indent, line), `\n${indent.slice(1)}]`];
}

function linesOf(items: readonly object[], indent: string, line: Line): string {
  const same = known.get(items.at(-1)!);
  if (same !== undefined && begins(items, same.items) && items.length === same.items.length) return same.text;
  const before = items.length > 1 ? known.get(items.at(-2)!) : undefined;
  const text =
    before !== undefined && before.items.length === items.length - 1 && begins(items, before.items)
      ? `${before.text},\n${indent}${line(items.at(-1)!)}`
      : items.map((item) => indent + line(item)).join(',\n');
  keepList(items, text);
  return text;
}

function begins(items: readonly object[], first: readonly object[]): boolean {
  return first.every((item, at) => item === items[at]);
}

function keepList(items: readonly object[], text: string): void {
  const last: unknown = items.at(-1);
  if (typeof last === 'object' && last !== null) known.set(last, { items, text });
}

function line(item: object | null): string {
  if (item === null) return 'null';
  let text = lines.get(item);
  if (text === undefined)
    lines.set(item, (text = isPlain(item) ? JSON.stringify(item) : canonicalJson(item)));
  return text;
}

/** True for what JSON.stringify writes canonically: members in order, none of them more than a value. */
function isPlain(item: object): boolean {
  let before = '';
  for (const [name, value] of Object.entries(item) as [string, unknown][]) {
    if (name <= before || (typeof value === 'object' && value !== null)) return false;
    before = name;
  }
  return true;
}
