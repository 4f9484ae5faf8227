import { authorize } from '../access/index.ts';
import { checkRequest, operationOf } from '../contract/index.ts';
import { accountOf, Context, type Reply } from '../kernel/context.ts';
import type { Core, View } from '../kernel/core.ts';
import { ApiError } from '../kernel/errors.ts';
import type { Identity } from '../kernel/identity.ts';
import type { ApiRequest } from '../kernel/message.ts';
import type { Urls } from '../kernel/urls.ts';
import { handlerOf } from '../routes/index.ts';
import type { Account } from '../state/accounts.ts';
import type { Repository } from '../state/repositories.ts';
import type { Tables } from '../state/tables.ts';

export interface RestInput {
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

/**
 * One GraphQL request: who asks, and the REST operations it is answered with. Whatever both APIs do is done by the
 * REST operation, so that permission, validation, rules and events are the same.
 */
export class Asking implements View {
  readonly core: Core;
  readonly tables: Tables;
  readonly urls: Urls;
  readonly viewer: Identity;
  readonly request: ApiRequest;
  readonly #answers = new Map<string, unknown>();

  constructor(init: { core: Core; urls: Urls; viewer: Identity; request: ApiRequest }) {
    this.core = init.core;
    this.tables = init.core.tables;
    this.urls = init.urls;
    this.viewer = init.viewer;
    this.request = init.request;
  }

  /** The account that asks; null for an App's own JWT. */
  get account(): Account | null {
    return accountOf(this.core, this.viewer);
  }

  /** The same, by the name a REST request has for it. */
  get me(): Account | null {
    return this.account;
  }

  /** Something may have changed: nothing that was read before holds. */
  forget(): void {
    this.#answers.clear();
  }

  /** The body of the answer of a REST operation that reads. The same question is asked once. @throws ApiError */
  read(id: string, repository?: Repository, input: RestInput = {}): unknown {
    const key = JSON.stringify([id, repository?.id, input.params, input.query]);
    if (!this.#answers.has(key)) this.#answers.set(key, this.run(id, repository, input).body);
    return this.#answers.get(key);
  }

  /** Like `read`; undefined where the answer is that there is nothing to be seen. */
  find(id: string, repository?: Repository, input: RestInput = {}): unknown {
    try {
      return this.read(id, repository, input);
    } catch (error) {
      if (error instanceof ApiError && [403, 404, 409].includes(error.status)) return undefined;
      throw error;
    }
  }

  /** All items of a list, page by page; `key` names the member that holds them where the list is wrapped. */
  list(id: string, repository?: Repository, input: RestInput = {}, key?: string): unknown[] {
    const items: unknown[] = [];
    for (let page = 1; ; page += 1) {
      const body = this.read(id, repository, { ...input, query: { ...input.query, per_page: 100, page } });
      const part = (key === undefined ? body : (body as Record<string, unknown>)[key]) as unknown[];
      items.push(...part);
      if (part.length < 100) return items;
    }
  }

  /** May the caller do what the operation does? @throws ApiError where not */
  allow(id: string, repository?: Repository): void {
    const key = `may ${id} ${repository?.id ?? ''}`;
    if (this.#answers.has(key)) return;
    const { c } = this.#context(id, repository, {});
    authorize(c, undefined);
    this.#answers.set(key, true);
  }

  /** Does what a REST operation does, as this caller. @throws ApiError where it refuses */
  run(id: string, repository: Repository | undefined, input: RestInput): Reply {
    const { c, operation, params, search } = this.#context(id, repository, input);
    const handler = handlerOf(id);
    if (handler === undefined) throw new ApiError(501, `The sandbox does not support ${id}`);
    return this.core.store.transaction(() => {
      authorize(c, input.body);
      const checked = checkRequest(operation, { params, query: search, body: input.body });
      if (checked.problems.length > 0)
        throw new ApiError(422, checked.problems.map(({ message }) => message).join('\n'));
      c.params = checked.params;
      c.query = checked.query;
      c.body = (checked.body ?? {}) as Readonly<Record<string, unknown>>;
      return handler(c);
    });
  }

  #context(id: string, repository: Repository | undefined, input: RestInput) {
    const operation = operationOf(id);
    if (operation === undefined) throw new Error(`GitHub has no operation ${id}`);
    const params = textParameters(this.#repositoryParameters(repository), input.params);
    const search = searchOf(input.query);
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(params[name] ?? ''),
    );
    const { core, urls, viewer, request } = this;
    const c = new Context({ core, urls, viewer, operation, request, path, search });
    c.params = params;
    if (repository !== undefined) c.repo = repository;
    return { c, operation, params, search };
  }

  #repositoryParameters(repository: Repository | undefined): Record<string, string> {
    if (repository === undefined) return {};
    return { owner: this.tables.accounts.require(repository.ownerId).login, repo: repository.name };
  }
}

function textParameters(first: Record<string, string>, more: RestInput['params']): Record<string, string> {
  const given = Object.entries(more ?? {}).map(([name, value]) => [name, String(value)]);
  return { ...first, ...(Object.fromEntries(given) as Record<string, string>) };
}

function searchOf(query: RestInput['query']): URLSearchParams {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined && value !== null) search.set(name, String(value));
  return search;
}
