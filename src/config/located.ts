/** A YAML value that remembers where it stands. Offsets count UTF-16 units from the start of the text. */

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Entry {
  readonly key: Span;
  readonly value: Located;
}

export type Located =
  | {
      readonly kind: 'map';
      readonly span: Span;
      readonly size: number;
      readonly entries: ReadonlyMap<string, Entry>;
    }
  | { readonly kind: 'list'; readonly span: Span; readonly size: number; readonly items: readonly Located[] }
  | { readonly kind: 'scalar'; readonly span: Span; readonly size: 1; readonly value: unknown };

export type Path = readonly (string | number)[];

/** Mappings whose keys are the user's own names: an empty value there is a mistake, elsewhere it means "not set". */
const OWN_NAMES: ReadonlySet<string> = new Set(['models', 'suites', 'stages', 'columns']);

/** True for a value that was left empty (`gates:`) or written as null. */
export function isEmpty(located: Located | undefined): boolean {
  return located?.kind === 'scalar' && (located.value === null || located.value === undefined);
}

/** The value as plain data. Empty values are left out, so that `gates:` with nothing behind it means "not set". */
export function toPlain(located: Located, parentKey = ''): unknown {
  if (located.kind === 'scalar') return located.value;
  if (located.kind === 'list') return located.items.map((item) => toPlain(item));
  const plain: Record<string, unknown> = {};
  for (const [key, { value }] of located.entries) {
    if (isEmpty(value)) {
      if (parentKey === 'env') plain[key] = '';
      else if (OWN_NAMES.has(parentKey)) plain[key] = null;
      continue;
    }
    plain[key] = toPlain(value, key);
  }
  return plain;
}

/** `over` on top of `base`: mappings merge key by key, anything else replaces; an empty value replaces nothing. */
export function mergeLocated(base: Located, over: Located): Located {
  if (isEmpty(over)) return base;
  if (base.kind !== 'map' || over.kind !== 'map') return over;
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const below = entries.get(key);
    if (below === undefined) entries.set(key, entry);
    else
      entries.set(key, {
        key: isEmpty(entry.value) ? below.key : entry.key,
        value: mergeLocated(below.value, entry.value),
      });
  }
  return mapOf(entries, over.span);
}

/** A mapping with its size (number of values in it, aliases counted as often as they are used). */
export function mapOf(entries: ReadonlyMap<string, Entry>, span: Span): Located {
  let size = 1;
  for (const { value } of entries.values()) size += value.size;
  return { kind: 'map', span, size, entries };
}

/** A list with its size. */
export function listOf(items: readonly Located[], span: Span): Located {
  return { kind: 'list', span, size: items.reduce((sum, item) => sum + item.size, 1), items };
}

/** The child of a mapping, undefined where there is none. */
export function child(located: Located | undefined, key: string): Located | undefined {
  return located?.kind === 'map' ? located.entries.get(key)?.value : undefined;
}

/** Descends along keys; undefined where the path ends early. */
export function at(located: Located | undefined, path: Path): Located | undefined {
  let here = located;
  for (const step of path) {
    if (here?.kind === 'map') here = here.entries.get(String(step))?.value;
    else if (here?.kind === 'list' && typeof step === 'number') here = here.items[step];
    else return undefined;
  }
  return here;
}

/** Children of a mapping by name; empty for anything else. */
export function entriesOf(located: Located | undefined): readonly (readonly [string, Located])[] {
  return located?.kind === 'map' ? [...located.entries].map(([key, { value }]) => [key, value] as const) : [];
}

/** Items of a list; a single value counts as a list of one, nothing as an empty one. */
export function itemsOf(located: Located | undefined): readonly Located[] {
  if (located === undefined || isEmpty(located)) return [];
  return located.kind === 'list' ? located.items : [located];
}

/** The text of a text scalar, undefined for anything else. */
export function textOf(located: Located | undefined): string | undefined {
  return located?.kind === 'scalar' && typeof located.value === 'string' ? located.value : undefined;
}

/** The number of a number scalar, undefined for anything else. */
export function numberOf(located: Located | undefined): number | undefined {
  return located?.kind === 'scalar' && typeof located.value === 'number' ? located.value : undefined;
}

/** Where a path stands: its value; its key where the value is empty; the nearest parent where it is missing. */
export function spanAt(root: Located, path: Path): Span {
  let here: Located = root;
  let span = root.span;
  for (const step of path) {
    if (here.kind === 'map') {
      const entry = here.entries.get(String(step));
      if (entry === undefined) return span;
      span = entry.value.kind === 'scalar' && !isEmpty(entry.value) ? entry.value.span : entry.key;
      here = entry.value;
    } else if (here.kind === 'list' && typeof step === 'number') {
      const item: Located | undefined = here.items[step];
      if (item === undefined) return span;
      here = item;
      span = item.span;
    } else return span;
  }
  return span;
}

/** Where the key at the end of a path stands. */
export function keySpanAt(root: Located, path: Path): Span {
  const parent = at(root, path.slice(0, -1));
  const entry = parent?.kind === 'map' ? parent.entries.get(String(path.at(-1))) : undefined;
  return entry?.key ?? spanAt(root, path);
}
