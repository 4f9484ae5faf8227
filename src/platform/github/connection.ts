import { setTimeout as wait } from 'node:timers/promises';

import { LRUCache } from 'lru-cache';

import { PlatformError } from '../../contracts/errors.ts';
import { Refused, type Api, type ApiParameters } from './api.ts';

export interface ConnectionOptions {
  readonly owner: string;
  readonly repo: string;
  /** This machine's clock; GitHub's is told from its answers. Default: the real one. */
  readonly now?: () => Date;
  /** Waits between tries of a read. */
  readonly sleep?: (ms: number) => Promise<void>;
}

type Keyed<Item> = (item: Item) => number | string;

/** One repository behind an Api: where it is, how it is read, what time it is there. */
export interface Connection {
  readonly owner: string;
  readonly repo: string;
  /** One write, one try. */
  readonly write: Api;
  /** A read: up to three tries. Null for 404. */
  get<Data>(route: string, parameters?: ApiParameters): Promise<Data | null>;
  /** As {@link get}, remembered by ETag: an unchanged answer costs nothing of the rate limit. */
  unchanged<Data>(route: string, parameters?: ApiParameters): Promise<Data | null>;
  /** All items of a list, each once, in the order of the pages; empty for 404. */
  list<Item>(
    route: string,
    parameters: ApiParameters,
    keyed: Keyed<Item>,
    options?: ListOptions,
  ): Promise<readonly Item[]>;
  now(): Date;
  calls(): number;
}

export interface ListOptions {
  /** Where the items stand under a name (`check_runs`). */
  readonly member?: string;
  /** How many there are at least; fewer are read once more. */
  readonly atLeast?: number;
  /** Remember the first page by its ETag. */
  readonly etag?: boolean;
}

const PAGE = 100;
const PAUSES_MS = [200, 1000];
/** A list of several pages can shift while it is read: it is read until two readings agree, at most so often. */
const READINGS = 3;

/** Counts calls, follows GitHub's clock, repeats reads (never writes), and holds lists together. */
export function connection(api: Api, options: ConnectionOptions): Connection {
  const { owner, repo, now = () => new Date(), sleep = (ms) => wait(ms) } = options;
  const etags = new LRUCache<string, { readonly etag: string; readonly data: unknown }>({ max: 500 });
  let calls = 0;
  let ahead = 0;

  const write: Api = async (route, parameters = {}) => {
    calls++;
    const here = route.includes('{owner}') ? { owner, repo } : {};
    const answer = await api(route, { ...here, ...parameters });
    const date = Date.parse(answer.headers['date'] ?? '');
    if (Number.isFinite(date)) ahead = date - now().getTime();
    return answer;
  };

  async function read(route: string, parameters: ApiParameters): ReturnType<Api> {
    for (const pause of PAUSES_MS) {
      try {
        return await write(route, parameters);
      } catch (error) {
        if (!(error instanceof PlatformError && error.code === 'NETWORK')) throw error;
        await sleep(pause);
      }
    }
    return await write(route, parameters);
  }

  async function get<Data>(route: string, parameters: ApiParameters = {}): Promise<Data | null> {
    try {
      return (await read(route, parameters)).data as Data;
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return null;
      throw error;
    }
  }

  async function unchanged<Data>(route: string, parameters: ApiParameters = {}): Promise<Data | null> {
    const key = `${route} ${JSON.stringify(parameters)}`;
    const known = etags.get(key);
    try {
      const headers = known === undefined ? {} : { headers: { 'if-none-match': known.etag } };
      const answer = await read(route, { ...parameters, ...headers });
      if (answer.status === 304 && known !== undefined) return known.data as Data;
      const etag = answer.headers['etag'];
      if (etag === undefined) etags.delete(key);
      else etags.set(key, { etag, data: answer.data });
      return answer.data as Data;
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return null;
      throw error;
    }
  }

  async function reading<Item>(
    route: string,
    parameters: ApiParameters,
    keyed: Keyed<Item>,
    { member, etag = false }: ListOptions,
  ): Promise<{ items: readonly Item[]; pages: number }> {
    const items = new Map<number | string, Item>();
    for (let page = 1; ; page++) {
      const values = { ...parameters, per_page: PAGE, ...(page === 1 ? {} : { page }) };
      const data = await (etag && page === 1
        ? unchanged<unknown>(route, values)
        : get<unknown>(route, values));
      const part = itemsOf<Item>(data, member);
      for (const item of part) items.set(keyed(item), item);
      if (part.length < PAGE) return { items: [...items.values()], pages: page };
    }
  }

  async function list<Item>(
    route: string,
    parameters: ApiParameters,
    keyed: Keyed<Item>,
    asked: ListOptions = {},
  ): Promise<readonly Item[]> {
    let last = await reading(route, parameters, keyed, asked);
    for (let again = 1; again < READINGS; again++) {
      const short = last.items.length < (asked.atLeast ?? 0) && again === 1;
      if (last.pages === 1 && !short) break;
      const next = await reading(route, parameters, keyed, asked);
      const agree = sameKeys(last.items, next.items, keyed);
      last = next;
      if (agree) break;
    }
    return last.items;
  }

  return {
    owner,
    repo,
    write,
    get,
    unchanged,
    list,
    now: () => new Date(now().getTime() + ahead),
    calls: () => calls,
  };
}

function itemsOf<Item>(data: unknown, member: string | undefined): readonly Item[] {
  if (data === null) return [];
  const items = member === undefined ? data : (data as Record<string, unknown>)[member];
  return Array.isArray(items) ? (items as readonly Item[]) : [];
}

function sameKeys<Item>(one: readonly Item[], other: readonly Item[], keyed: Keyed<Item>): boolean {
  if (one.length !== other.length) return false;
  const keys = new Set(one.map(keyed));
  return other.every((item) => keys.has(keyed(item)));
}
