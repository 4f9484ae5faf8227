import { html } from 'hono/html';

import { finishManifest, startManifest } from '../../access/apps.ts';
import { slugOf } from '../../access/accounts.ts';
import type { Account, App } from '../../state/accounts.ts';
import { document } from '../layout.ts';
import { each, found, PageError, type Html, type Page, type PageContext } from '../page.ts';
import { hidden } from '../parts/pieces.ts';
import { managed } from './access.ts';

/** What an App says of itself. https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest */
export interface Manifest {
  readonly name: string;
  readonly url: string;
  readonly redirect_url?: string;
  readonly hook_attributes?: { readonly url?: string; readonly active?: boolean };
  readonly default_permissions?: Readonly<Record<string, string>>;
  readonly default_events?: readonly string[];
}

/** Reads a manifest. @throws PageError 422 for what is none, or a name that is taken */
export function readManifest(page: Page, text: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new PageError(422, 'The manifest is not JSON.');
  }
  const { name, url, redirect_url: redirect } = (value ?? {}) as Partial<Manifest>;
  if (typeof name !== 'string' || slugOf(name) === '') throw new PageError(422, 'The manifest has no name.');
  if (typeof url !== 'string' || !isWeb(url)) throw new PageError(422, 'The manifest has no url.');
  if (redirect !== undefined && !isWeb(redirect)) throw new PageError(422, 'redirect_url is no address.');
  if (page.core.tables.apps.find('slug', slugOf(name)) !== undefined)
    throw new PageError(422, `The name ${name} is already taken.`);
  return value as Manifest;
}

function isWeb(address: string): boolean {
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
}

const EXAMPLE = `{
  "name": "my-app",
  "url": "http://127.0.0.1:3000",
  "hook_attributes": { "url": "http://127.0.0.1:3000/" },
  "default_permissions": { "contents": "write", "pull_requests": "write", "metadata": "read" },
  "default_events": ["pull_request", "push"]
}`;

/** The form to register an App by a manifest that one writes oneself. */
export function newAppPage(c: PageContext): Html {
  const page = c.get('page');
  return document(page, {
    title: 'New App',
    body: html`<h1>New App</h1>
      <form class="box inside" method="post" action="${page.url.pathname}">
        <label class="field"
          >Manifest <textarea class="mono" name="manifest" rows="12" spellcheck="false">${EXAMPLE}</textarea>
        </label>
        <button class="primary">Continue</button>
      </form>`,
  });
}

/**
 * Shows what a manifest asks for. Other sites send people here with a form, so this changes nothing: the button does.
 */
export function confirmPage(c: PageContext, form: URLSearchParams): Html {
  const page = c.get('page');
  const text = form.get('manifest') ?? '';
  const manifest = readManifest(page, text);
  const organization = c.req.param('org');
  const owners = managed(page).filter(({ login }) => organization === undefined || login === organization);
  const state = form.get('state') ?? page.url.searchParams.get('state') ?? '';
  const permissions = Object.entries(manifest.default_permissions ?? {});
  return document(page, {
    title: `Register ${manifest.name}`,
    body: html`<h1>Register ${manifest.name}</h1>
      <form class="box inside" method="post" action="/settings/apps/register">
        ${hidden({ manifest: text, state })}
        <dl class="facts">
          <dt>Home</dt>
          <dd>${manifest.url}</dd>
          <dt>Webhook</dt>
          <dd>${manifest.hook_attributes?.url ?? 'none'}</dd>
          <dt>Permissions</dt>
          <dd>${permissions.map(([name, access]) => `${name}: ${access}`).join(', ') || 'none'}</dd>
          <dt>Events</dt>
          <dd>${(manifest.default_events ?? []).join(', ') || 'none'}</dd>
        </dl>
        <p></p>
        <label class="field"
          >Owner
          <select name="owner">
            ${each(owners, ({ id, login }) => html`<option value="${id}">${login}</option>`)}
          </select></label
        >
        <button class="primary">Create App</button>
      </form>`,
  });
}

/** Where a confirmed manifest leads: back to who sent it with a code, or to the App's credentials. */
export type Registered =
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'made'; readonly app: App; readonly pem: string };

/** Registers an App by a confirmed manifest. @throws PageError 403 for an owner one does not manage, 422 as `readManifest` */
export function register(page: Page, form: URLSearchParams): Registered {
  const manifest = readManifest(page, form.get('manifest') ?? '');
  const owner = managed(page).find(({ id }) => id === Number(form.get('owner')));
  if (owner === undefined) throw new PageError(403, 'You do not manage this account.');
  return page.core.store.transaction(() => registered(page, owner, manifest, form.get('state') ?? ''));
}

function registered(page: Page, owner: Account, manifest: Manifest, state: string): Registered {
  const code = startManifest(page.core, owner.id, { ...manifest });
  if (manifest.redirect_url === undefined) return { kind: 'made', ...finishManifest(page.core, code) };
  const to = new URL(manifest.redirect_url);
  to.searchParams.set('code', code);
  if (state !== '') to.searchParams.set('state', state);
  return { kind: 'redirect', to: to.href };
}

/** What an App needs to act, shown once. */
export function credentialsPage(page: Page, app: App, pem: string): Html {
  return document(page, {
    title: app.name,
    body: html`<h1>${app.name} is registered</h1>
      <p>The private key is shown here once and kept nowhere.</p>
      <div class="box inside">
        <dl class="facts">
          <dt>App ID</dt>
          <dd>${app.id}</dd>
          <dt>Webhook secret</dt>
          <dd><code>${app.webhookSecret ?? ''}</code></dd>
          <dt>Private key</dt>
          <dd><pre class="payload" tabindex="0">${pem}</pre></dd>
        </dl>
      </div>
      <a class="button primary" href="/apps/${found(app.slug)}/installations/new">Install it</a>`,
  });
}
