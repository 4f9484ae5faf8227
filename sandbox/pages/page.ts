import type { Context } from 'hono';
import { raw, type html } from 'hono/html';

import { canSee, may } from '../access/index.ts';
import type { Core, View } from '../kernel/core.ts';
import type { Identity, Role } from '../kernel/identity.ts';
import type { Account } from '../state/accounts.ts';
import type { Repository } from '../state/repositories.ts';

/** A piece of a page; texts in it are escaped. */
export type Html = ReturnType<typeof html>;

/** A page that is not what was asked for. */
export class PageError extends Error {
  override readonly name = 'PageError';
  readonly status: 400 | 403 | 404 | 422;

  constructor(status: 400 | 403 | 404 | 422, message: string) {
    super(message);
    this.status = status;
  }
}

/** One request for a page: what is asked, by which of the people here. */
export interface Page {
  readonly core: Core;
  /** Renders addresses of this server, as the user sees things. */
  readonly view: View;
  /** Null for a visitor who is nobody. */
  readonly user: Account | null;
  readonly people: readonly Account[];
  readonly url: URL;
  /** What the last action had to say. */
  readonly notice: Notice | null;
}

export interface Notice {
  readonly kind: 'done' | 'failed';
  readonly text: string;
}

/** What hono keeps for a request. */
export interface Variables {
  page: Page;
}

export type PageContext = Context<{ Variables: Variables }>;

/** The viewer's identity. */
export function viewerOf(page: Page): Identity {
  return page.view.viewer;
}

/** The repository of the path. @throws PageError 404 where it is not there or not for this viewer */
export function repositoryOf(c: PageContext): Repository {
  const page = c.get('page');
  const { accounts, repositories } = page.core.tables;
  const owner = accounts.find('login', (c.req.param('owner') ?? '').toLowerCase());
  const name = (c.req.param('repo') ?? '').toLowerCase();
  const repository = owner && repositories.find('name', `${owner.id}/${name}`);
  if (repository === undefined || !canSee(page.core, viewerOf(page), repository)) throw notHere();
  return repository;
}

/** 404 as a page. */
export function notHere(): PageError {
  return new PageError(404, 'This page does not exist, or it is not yours to see.');
}

/** May the viewer do what takes this role here? */
export function mayHere(page: Page, repository: Repository, role: Role): boolean {
  return may(page.core, viewerOf(page), repository, role, 'metadata', 'read');
}

/** The row, or the page that says it is not there. */
export function found<Row>(row: Row | undefined | null): Row {
  if (row === undefined || row === null) throw notHere();
  return row;
}

/** A list of pieces one after the other. */
export function each<Item>(
  items: readonly Item[],
  show: (item: Item, at: number) => Html | string,
): (Html | string)[] {
  return items.map(show);
}

/** Shows a piece only where the condition holds. */
export function when(condition: boolean, show: () => Html): Html | string {
  return condition ? show() : '';
}

/** Text that is HTML already. */
export function trusted(text: string): Html {
  return raw(text);
}

/** A path with every part encoded, `/` kept. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
