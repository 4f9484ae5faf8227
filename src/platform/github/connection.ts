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
  /** A read: up to three tries. Null for 404 and 410. */
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
  readonly now: () => Date;
  readonly calls: () => number;
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
  return new Calls(api, options);
}

class Calls implements Connection {
  readonly owner: string;
  readonly repo: string;
  readonly #api: Api;
  readonly #clock: () => Date;
  readonly #sleep: (ms: number) => Promise<void>;
  // By size, not by number: for a number of items an LRUCache takes all the room at once.
  readonly #etags = new LRUCache<string, { readonly etag: string; readonly data: unknown }>({
    maxSize: 500,
    sizeCalculation: () => 1,
  });
  #calls = 0;
  #ahead = 0;

  constructor(api: Api, { owner, repo, now, sleep }: ConnectionOptions) {
    this.owner = owner;
    this.repo = repo;
    this.#api = api;
    this.#clock = now ?? (() => new Date());
    this.#sleep = sleep ?? ((ms) => wait(ms));
  }

  readonly write: Api = async (route, parameters = {}) => {
    this.#calls++;
    const here = route.includes('{owner}') ? { owner: this.owner, repo: this.repo } : {};
    const answer = await this.#api(route, { ...here, ...parameters });
    const date = Date.parse(answer.headers['date'] ?? '');
    if (Number.isFinite(date)) this.#ahead = date - this.#clock().getTime();
    return answer;
  };

  readonly now = (): Date => new Date(this.#clock().getTime() + this.#ahead);

  readonly calls = (): number => this.#calls;

  async get<Data>(route: string, parameters: ApiParameters = {}): Promise<Data | null> {
    return await orNothing(async () => (await this.#read(route, parameters)).data as Data);
  }

  async unchanged<Data>(route: string, parameters: ApiParameters = {}): Promise<Data | null> {
    const key = `${route} ${JSON.stringify(parameters)}`;
    const known = this.#etags.get(key);
    const headers = known === undefined ? {} : { headers: { 'if-none-match': known.etag } };
    return await orNothing(async () => {
      const answer = await this.#read(route, { ...parameters, ...headers });
      if (answer.status === 304 && known !== undefined) return known.data as Data;
      const etag = answer.headers['etag'];
      if (etag === undefined) this.#etags.delete(key);
      else this.#etags.set(key, { etag, data: answer.data });
      return answer.data as Data;
    });
  }

  async list<Item>(
    route: string,
    parameters: ApiParameters,
    keyed: Keyed<Item>,
    asked: ListOptions = {},
  ): Promise<readonly Item[]> {
    let last = await this.#reading(route, parameters, keyed, asked);
    for (let again = 1; again < READINGS; again++) {
      const short = last.items.length < (asked.atLeast ?? 0) && again === 1;
      if (last.pages === 1 && !short) break;
      const next = await this.#reading(route, parameters, keyed, asked);
      const agree = sameKeys(last.items, next.items, keyed);
      last = next;
      if (agree) break;
    }
    return last.items;
  }

  async #read(route: string, parameters: ApiParameters): ReturnType<Api> {
    for (const pause of PAUSES_MS) {
      try {
        return await this.write(route, parameters);
      } catch (error) {
        if (!(error instanceof PlatformError && error.code === 'NETWORK')) throw error;
        await this.#sleep(pause);
      }
    }
    return await this.write(route, parameters);
  }

  async #reading<Item>(
    route: string,
    parameters: ApiParameters,
    keyed: Keyed<Item>,
    { member, etag = false }: ListOptions,
  ): Promise<{ items: readonly Item[]; pages: number }> {
    const items = new Map<number | string, Item>();
    for (let page = 1; ; page++) {
      const values = { ...parameters, per_page: PAGE, ...(page === 1 ? {} : { page }) };
      const known = etag && page === 1;
      const data = known ? await this.unchanged(route, values) : await this.get(route, values);
      const part = itemsOf(data, member) as readonly Item[];
      for (const item of part) items.set(keyed(item), item);
      if (part.length < PAGE) return { items: [...items.values()], pages: page };
    }
  }
}

/** Null for what GitHub does not know (404) or knows to be deleted (410). */
async function orNothing<Data>(ask: () => Promise<Data>): Promise<Data | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Refused && (error.status === 404 || error.status === 410)) return null;
    throw error;
  }
}

function itemsOf(data: unknown, member: string | undefined): readonly unknown[] {
  if (data === null) return [];
  const items = member === undefined ? data : (data as Record<string, unknown>)[member];
  return Array.isArray(items) ? items : [];
}

function sameKeys<Item>(one: readonly Item[], other: readonly Item[], keyed: Keyed<Item>): boolean {
  if (one.length !== other.length) return false;
  const keys = new Set(one.map(keyed));
  return other.every((item) => keys.has(keyed(item)));
}
