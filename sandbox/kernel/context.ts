import type { Operation } from '../contract/index.ts';
import type { Account } from '../state/accounts.ts';
import type { Repository } from '../state/repositories.ts';
import type { Tables } from '../state/tables.ts';
import { canonicalView, now, type Core, type View } from './core.ts';
import { emit, type EventInput } from './events.ts';
import { ApiError, notFound, requiresAuthentication } from './errors.ts';
import type { Identity } from './identity.ts';
import type { ApiRequest, BlobBody, StoredBlob } from './message.ts';
import { pageOf, type PageWindow, type Reply } from './page.ts';
import type { Urls } from './urls.ts';

export type { Reply } from './page.ts';

export type Handler = (c: Context) => Reply;
/** Handlers of a family by operationId. */
export type Routes = Readonly<Record<string, Handler>>;

/** One request on its way: who asks what, and how to answer. It is a View, so views take it as it is. */
export class Context implements View {
  readonly core: Core;
  readonly tables: Tables;
  readonly urls: Urls;
  readonly viewer: Identity;
  readonly operation: Operation;
  readonly request: ApiRequest;
  /** Path without prefix, and the raw query: links are made of them. */
  readonly path: string;
  readonly search: URLSearchParams;
  /** Coerced by the contract. */
  params: Readonly<Record<string, unknown>> = {};
  query: Readonly<Record<string, unknown>> = {};
  body: Readonly<Record<string, unknown>> = {};
  #repository: Repository | undefined;
  #account: Account | null | undefined;

  constructor(init: {
    core: Core;
    urls: Urls;
    viewer: Identity;
    operation: Operation;
    request: ApiRequest;
    path: string;
    search: URLSearchParams;
  }) {
    this.core = init.core;
    this.tables = init.core.tables;
    this.urls = init.urls;
    this.viewer = init.viewer;
    this.operation = init.operation;
    this.request = init.request;
    this.path = init.path;
    this.search = init.search;
  }

  /** The repository of the path; the pipeline has checked that the caller may know of it. */
  get repo(): Repository {
    const id = this.#repository?.id;
    if (id === undefined) throw new Error(`${this.operation.id} has no repository in its path`);
    return this.tables.repositories.require(id);
  }

  set repo(repository: Repository) {
    this.#repository = repository;
  }

  /** Who acts: the user, or the bot of an App. Throws 401 for nobody. */
  get actor(): Account {
    const account = this.me;
    if (account === null) throw requiresAuthentication();
    return account;
  }

  /** Who acts, null for nobody and for an App's own JWT. */
  get me(): Account | null {
    this.#account ??= accountOf(this.core, this.viewer);
    return this.#account;
  }

  /** Time of this request. */
  get now(): string {
    return now(this.core);
  }

  /** A path parameter as text. */
  text(name: string): string {
    return String(this.params[name]);
  }

  /** A path parameter as number. */
  number(name: string): number {
    return Number(this.params[name]);
  }

  /** The validated body in the shape the handler knows from GitHub's description. */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the contract has checked the shape
  input<Body>(): Body {
    return this.body as Body;
  }

  /** A query value; undefined where it was not given and has no default. */
  ask(name: string): string | undefined {
    const value = this.query[name] as string | number | boolean | undefined;
    return value === undefined ? undefined : String(value);
  }

  /** The uploaded bytes, streamed to the blob store before. */
  get upload(): StoredBlob {
    const body = this.request.body;
    if (typeof body === 'object' && 'blob' in body) return body;
    return this.core.blobs.put(typeof body === 'string' ? Buffer.from(body) : (body ?? new Uint8Array()));
  }

  /** Which form of the resource the Accept header asks for: json, raw, html, text, full, diff, patch, sha, object, octet-stream. */
  get media(): string {
    const accept = this.request.headers['accept'] ?? '';
    for (const part of accept.split(',')) {
      const type = part.trim().split(';')[0] ?? '';
      if (type === 'application/octet-stream') return 'octet-stream';
      const match =
        /^application\/vnd\.github(?:\.v3)?\.(raw|html|text|full|diff|patch|sha|object)(?:\+json)?$/.exec(
          type,
        );
      if (match !== null) return match[1]!;
    }
    return 'json';
  }

  emit(event: Omit<EventInput, 'sender' | 'by'> & { readonly sender?: Account }): void {
    emit(this.core, { sender: event.sender ?? this.actor, by: this.viewer, ...event });
  }

  /** 200 with JSON. */
  ok(body: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
    return { status: 200, body, headers };
  }

  /** 201 with JSON and where it lives. */
  created(body: unknown, location = (body as { url?: unknown }).url): Reply {
    return { status: 201, body, headers: typeof location === 'string' ? { location } : {} };
  }

  accepted(body: unknown = {}): Reply {
    return { status: 202, body };
  }

  noContent(): Reply {
    return { status: 204 };
  }

  redirect(location: string, status = 302): Reply {
    return { status, headers: { location } };
  }

  raw(
    type: string,
    body: string | Uint8Array | BlobBody,
    headers: Readonly<Record<string, string>> = {},
  ): Reply {
    return { status: 200, raw: { type, body }, headers };
  }

  /** One page of rows with its Link header. `wrap` puts the items where GitHub has them beside `total_count`. */
  page<Row>(
    rows: readonly Row[] | PageWindow<Row>,
    view: (row: Row) => unknown,
    wrap?: (items: unknown[], total: number) => unknown,
  ): Reply {
    return pageOf(this, rows, view, wrap);
  }

  /** The row, or 404. */
  found<Row>(row: Row | undefined): Row {
    if (row === undefined) throw notFound();
    return row;
  }

  /** What the canonical observer would render: for payloads and stored texts. */
  get canonical(): View {
    return canonicalView(this.core);
  }
}

/** The account behind an identity; null for nobody and for an App's JWT. */
export function accountOf(core: Core, identity: Identity): Account | null {
  switch (identity.kind) {
    case 'anonymous':
    case 'app':
      return null;
    case 'user':
      return core.tables.accounts.require(identity.userId);
    case 'installation':
      return core.tables.accounts.require(core.tables.apps.require(identity.appId).botId);
    case 'job': {
      const bot = core.tables.accounts.find('login', 'github-actions[bot]');
      if (bot === undefined) throw new ApiError(500, 'the github-actions App is missing');
      return bot;
    }
  }
}
