import { data } from '@actions/expressions';

/** What an expression yields, as plain JSON. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

/** Plain JSON → the data of GitHub's expression library. Undefined and functions count as null. */
export function toData(value: unknown): data.ExpressionData {
  if (typeof value === 'string') return new data.StringData(value);
  if (typeof value === 'number') return new data.NumberData(value);
  if (typeof value === 'boolean') return new data.BooleanData(value);
  if (Array.isArray(value)) return new data.Array(...value.map(toData));
  if (typeof value === 'object' && value !== null)
    return new data.Dictionary(
      ...Object.entries(value).map(([key, entry]) => ({ key, value: toData(entry) })),
    );
  return new data.Null();
}

/** The data of GitHub's expression library → plain JSON. */
export function fromData(value: data.ExpressionData): Value {
  if (
    value instanceof data.StringData ||
    value instanceof data.NumberData ||
    value instanceof data.BooleanData
  )
    return value.value;
  if (value instanceof data.Array) return value.values().map(fromData);
  if (value instanceof data.Dictionary)
    return Object.fromEntries(value.pairs().map((pair) => [pair.key, fromData(pair.value)]));
  return null;
}

/** A context that is converted when an expression first asks for it: event payloads are large. */
export class LazyContexts extends data.Dictionary {
  readonly #contexts: Readonly<Record<string, unknown>>;
  readonly #converted = new Map<string, data.ExpressionData>();

  constructor(contexts: Readonly<Record<string, unknown>>) {
    super();
    this.#contexts = contexts;
  }

  override get(name: string): data.ExpressionData {
    const key = name.toLowerCase();
    let value = this.#converted.get(key);
    if (value === undefined) this.#converted.set(key, (value = toData(this.#contexts[key])));
    return value;
  }
}
