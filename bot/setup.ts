import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { InputError, PlatformError } from '../src/contracts/errors.ts';
import { Refused, type Api } from '../src/platform/github/api.ts';
import { EVENTS, PERMISSIONS } from './permissions.ts';
import { WEBHOOK_PATH } from './server.ts';

/** What GitHub gives for the code of a confirmed manifest, once. */
export interface NewApp {
  readonly id: number;
  readonly slug: string;
  readonly html_url: string;
  readonly pem: string;
  readonly webhook_secret: string;
}

export interface SetupOptions {
  readonly name: string;
  /** Where GitHub delivers: the bot's public address. */
  readonly webhookUrl: string;
  /** Root of GitHub's pages, without a trailing slash. */
  readonly web: string;
  /** Owner of the App; null: the person who confirms. */
  readonly organization: string | null;
  /** GitHub's API, asked by nobody: the code is the secret. */
  readonly api: Api;
  readonly signal: AbortSignal;
  /** Told the address to open. */
  open(url: string): void;
}

/** GitHub takes the code for an hour. */
const TIMEOUT_MS = 60 * 60_000;

/**
 * The App's manifest: no permission and no event beyond what the bot uses.
 * https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
 */
export function manifest(name: string, webhookUrl: string, redirectUrl: string): object {
  return {
    name,
    url: webhookUrl,
    hook_attributes: { url: webhookUrl, active: true },
    redirect_url: redirectUrl,
    public: false,
    default_permissions: Object.fromEntries(
      Object.entries(PERMISSIONS).map(([permission, { level }]) => [permission, level]),
    ),
    default_events: [...EVENTS],
  };
}

/** The bot's door at an address; a path that is given stays. @throws InputError USAGE it cannot be GitHub's to call */
export function webhookAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isHere = url !== null && /^(?:127\.0\.0\.1|localhost)$/.test(url.hostname);
  if (url === null || (url.protocol !== 'https:' && !(url.protocol === 'http:' && isHere))) {
    throw new InputError({
      code: 'USAGE',
      message: `--webhook-url: expected an address such as https://bot.example.com, found "${text}"`,
      hint: 'GitHub delivers there: the bot’s public address, with https',
    });
  }
  if (url.pathname === '/') url.pathname = WEBHOOK_PATH;
  return url.href;
}

/**
 * Shows a page on this machine that sends the manifest to GitHub, takes the code back and trades it for the App's key.
 * Only an answer with this page's own state is taken; nothing is written.
 *
 * @throws PlatformError GITHUB_REFUSED the code was not taken · the signal's reason · CANCELLED after an hour
 */
export async function createAppByManifest(options: SetupOptions): Promise<NewApp> {
  const state = randomBytes(24).toString('base64url');
  const made = Promise.withResolvers<NewApp>();
  const server = createServer((request, response) => {
    answer(options, state, request, response).then(
      (app) => {
        if (app !== null) made.resolve(app);
      },
      (error: unknown) => {
        page(response, 502, 'GitHub did not make the App. The terminal says why.');
        made.reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const give = () => made.reject(reasonOf(options.signal));
  signal.addEventListener('abort', give, { once: true });
  try {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    options.open(addressOf(server));
    return await made.promise;
  } finally {
    signal.removeEventListener('abort', give);
    server.close();
    server.closeIdleConnections();
  }
}

function reasonOf(stopped: AbortSignal): Error {
  if (stopped.aborted && stopped.reason instanceof Error) return stopped.reason;
  return new PlatformError({
    code: 'CANCELLED',
    message: 'nobody confirmed the App within an hour',
    hint: 'run slipway bot setup again',
  });
}

function addressOf(server: ReturnType<typeof createServer>): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Gives the App once GitHub sent the browser back with a code. */
async function answer(
  options: SetupOptions,
  state: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<NewApp | null> {
  const host = request.headers.host ?? '';
  // A name that somebody points at this machine is no way in.
  if (!/^127\.0\.0\.1:\d+$/.test(host))
    return page(response, 421, 'Open the address that the terminal shows.');
  const url = new URL(request.url ?? '/', `http://${host}`);
  if (request.method === 'GET' && url.pathname === '/') {
    return page(response, 200, form(options, state, `${url.origin}/done`), options.web);
  }
  if (request.method !== 'GET' || url.pathname !== '/done')
    return page(response, 404, 'There is nothing here.');
  const code = url.searchParams.get('code') ?? '';
  if (!isSame(url.searchParams.get('state') ?? '', state) || !/^[\w-]{1,200}$/.test(code)) {
    return page(response, 403, 'This answer does not belong to the question asked here. Nothing was made.');
  }
  const app = await convert(options.api, code);
  const install = escaped(`${app.html_url}/installations/new`);
  page(
    response,
    200,
    `<p>The App is made. Now <a href="${install}">install it</a>; the terminal has the rest.</p>`,
  );
  return app;
}

/** Asked by nobody: the code is the secret. */
async function convert(api: Api, code: string): Promise<NewApp> {
  try {
    return (
      await api('POST /app-manifests/{code}/conversions', { code, headers: { authorization: undefined } })
    ).data as NewApp;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new Refused(
      'POST /app-manifests/{code}/conversions',
      error.status,
      error.said,
      'codes are good once, for an hour: run slipway bot setup again',
    );
  }
}

function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function form(
  { name, webhookUrl, web, organization }: SetupOptions,
  state: string,
  redirect: string,
): string {
  const owner = organization === null ? '' : `/organizations/${encodeURIComponent(organization)}`;
  const action = escaped(`${web}${owner}/settings/apps/new?state=${state}`);
  const rows = Object.entries(PERMISSIONS)
    .map(([permission, { level, why }]) => `<tr><td>${permission}<td>${level}<td>${escaped(why)}`)
    .join('');
  return `<h1>${escaped(name)}</h1><p>GitHub will ask you to confirm an App with these permissions and no others:</p>
<table>${rows}</table><form method="post" action="${action}">
<input type="hidden" name="manifest" value="${escaped(JSON.stringify(manifest(name, webhookUrl, redirect)))}">
<button>Go on to GitHub</button></form>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

function page(response: ServerResponse, status: number, body: string, formAction = "'none'"): null {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; form-action ${formAction}; frame-ancestors 'none'; base-uri 'none'`,
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    connection: 'close',
  });
  response.end(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>Slipway</title><style>body{font:16px system-ui;margin:3rem auto;max-width:44rem}td{padding:.2rem .8rem .2rem 0}</style>${body}</html>`,
  );
  return null;
}
