import { identify, refundNotModified } from '../access/index.ts';
import { operationOf, type Operation } from '../contract/index.ts';
import { faultyAsk } from '../faults/ask.ts';
import type { Faults } from '../faults/index.ts';
import type { Core } from '../kernel/core.ts';
import { ApiError } from '../kernel/errors.ts';
import type { ApiRequest } from '../kernel/message.ts';
import type { Reply } from '../kernel/page.ts';
import { ask, entityTag, type Validation } from '../kernel/pipeline.ts';

export interface PortOptions {
  readonly token: string;
  readonly owner: string;
  readonly repo: string;
  readonly faults?: Faults;
  /** `requests` holds every input to GitHub's description, as HTTP does; `nothing` is for trusted callers. */
  readonly validation?: Validation;
}

/** Values of the path and the query. */
export type Values = Readonly<Record<string, string | number | boolean | undefined>>;
/** Body of a write. */
export type Body = Readonly<Record<string, unknown>>;

const PAGE = 100;

/** Operations of one repository by their ids, for one token. */
export class PortCalls {
  protected readonly core: Core;
  readonly #options: PortOptions;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(core: Core, options: PortOptions) {
    this.core = core;
    this.#options = options;
    this.#headers = { authorization: `Bearer ${options.token}` };
  }

  /**
   * Any operation by its id: `values` are those of the path and the query, `body` is that of a write.
   * Gives the body of the answer.
   */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- who asks knows the form
  ask<Result>(operation: string, values: Values = {}, body?: Body): Result {
    return this.call(operation, values, body).body as Result;
  }

  /** Time of the sandbox in milliseconds since 1970: what the header `Date` of an answer says. */
  get now(): number {
    return this.core.clock.now();
  }

  /**
   * A read with its entity tag. Undefined where `etag` is that of the answer still (304), which the rate limit does not
   * count.
   */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- who asks knows the form
  askIfChanged<Result>(
    etag: string | undefined,
    operation: string,
    values: Values = {},
  ): { readonly etag: string; readonly result: Result } | undefined {
    const result = this.ask<Result>(operation, values);
    const now = entityTag(JSON.stringify(result));
    if (now !== etag) return { etag: now, result };
    refundNotModified(this.core, identify(this.core, this.#headers));
    return undefined;
  }

  /** One operation with its whole reply. */
  protected call(
    id: string,
    values: Values,
    body: Body | undefined,
    more: { headers?: Readonly<Record<string, string>>; body?: Uint8Array } = {},
  ): Reply {
    const operation = operationOf(id);
    if (operation === undefined) throw new Error(`GitHub has no operation ${id}`);
    const { owner, repo, token, faults, validation = 'requests' } = this.#options;
    const params: Record<string, string> = { owner, repo };
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(values)) {
      if (value === undefined) continue;
      if (operation.path.includes(`{${name}}`)) params[name] = String(value);
      else search.set(name, String(value));
    }
    const request: ApiRequest = {
      method: operation.method,
      url: operation.path,
      headers: { ...this.#headers, ...more.headers },
      ...(more.body === undefined ? {} : { body: more.body }),
    };
    const run = (page?: number) => {
      if (page !== undefined && page > 1) search.set('page', String(page));
      return ask(this.core, { operation, params, search, body, request }, validation);
    };
    if (faults === undefined) return run();
    return faultyAsk(faults, callOf(operation, token), Number(search.get('page') ?? 1), run);
  }

  /** All items of a list, page by page. */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- who asks knows the form
  protected every<Item>(operation: string, values: Values = {}, member?: string): readonly Item[] {
    const items: Item[] = [];
    for (let page = 1; ; page++) {
      const paged = page === 1 ? { ...values, per_page: PAGE } : { ...values, per_page: PAGE, page };
      const body = this.ask<unknown>(operation, paged);
      const part = (
        member === undefined ? body : (body as Record<string, unknown>)[member]
      ) as readonly Item[];
      items.push(...part);
      if (part.length < PAGE) return items;
    }
  }

  /** The result, undefined for 404. */
  protected found<Result>(get: () => Result): Result | undefined {
    try {
      return get();
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }
}

function callOf({ id, method, path }: Operation, caller: string) {
  return { operation: id, method, path, writes: method !== 'GET', caller };
}
