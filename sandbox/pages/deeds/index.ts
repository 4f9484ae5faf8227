import type { Hono } from 'hono';

import type { Sandbox } from '../../index.ts';
import { PageError, type PageContext, type Variables } from '../page.ts';
import { leaveNotice, NOBODY, rememberUser, type Sessions } from '../session.ts';
import { conversationDeeds } from './conversations.ts';
import type { Call, Deed, Deeds } from './deed.ts';
import { pullDeeds } from './pulls.ts';
import { runDeeds } from './runs.ts';
import { settingDeeds } from './settings.ts';

/** Every form by its address. */
const DEEDS: Deeds = { ...conversationDeeds, ...pullDeeds, ...runDeeds, ...settingDeeds };

/**
 * What forms do. Each is one or several calls of the API as the user who looks, so that what is allowed there is allowed
 * here; its refusal is shown on the page one came from.
 */
export function deedRoutes(app: Hono<{ Variables: Variables }>, sandbox: Sandbox, session: Sessions): void {
  app.post('/-/user', async (c) => {
    const form = await formOf(c);
    const login = form.get('login') ?? '';
    const known = login === NOBODY || session.people().some((account) => account.login === login);
    if (!known) throw new PageError(422, 'There is nobody of that name.');
    rememberUser(c, login);
    return c.redirect(back(form), 303);
  });
  for (const [path, deed] of Object.entries(DEEDS))
    app.post(path, async (c) => {
      const form = await formOf(c);
      return c.redirect(perform(c, sandbox, session, deed, form), 303);
    });
}

/** The fields of a form. @throws PageError 422 for anything else */
export async function formOf(c: PageContext): Promise<URLSearchParams> {
  const type = c.req.header('content-type') ?? '';
  if (!type.startsWith('application/x-www-form-urlencoded'))
    throw new PageError(422, 'Only forms of these pages are taken.');
  return new URLSearchParams(await c.req.text());
}

/** Where a form came from: a path of this server. */
function back(form: URLSearchParams): string {
  const path = form.get('back') ?? '/';
  return /^\/(?![/\\])/.test(path) ? path : '/';
}

function perform(
  c: PageContext,
  sandbox: Sandbox,
  session: Sessions,
  deed: Deed,
  form: URLSearchParams,
): string {
  const page = c.get('page');
  const params = c.req.param() as Readonly<Record<string, string>>;
  const repo = `/repos/${encodeURIComponent(params['owner'] ?? '')}/${encodeURIComponent(params['repo'] ?? '')}`;
  const calls = deed.calls({ page, params, form, repo, text: (name) => form.get(name) ?? '' });
  let answer: unknown;
  for (const call of calls) {
    const result = callAs(sandbox, session.tokenOf(page.user), call);
    if (result.refusal !== undefined) {
      leaveNotice(c, { kind: 'failed', text: result.refusal });
      return back(form);
    }
    answer = result.body;
  }
  if (deed.done !== undefined) leaveNotice(c, { kind: 'done', text: deed.done });
  return deed.to?.(params, answer as never) ?? back(form);
}

/** One call of the API; a refusal in GitHub's own words. */
export function callAs(
  sandbox: Sandbox,
  token: string | undefined,
  call: Call,
): { readonly body: unknown; readonly refusal: string | undefined } {
  const { api, graphql } = sandbox.core.urls;
  const response = sandbox.handle({
    ...(call.method === 'GRAPHQL'
      ? { method: 'POST', url: graphql }
      : { method: call.method, url: api + call.path }),
    headers: {
      'user-agent': 'pages',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  });
  const text = typeof response.body === 'string' ? response.body : '';
  const json = response.headers['content-type']?.startsWith('application/json') === true;
  const body = json && text !== '' ? (JSON.parse(text) as unknown) : undefined;
  if (response.status < 400) return { body, refusal: graphqlRefusal(body) };
  return { body, refusal: wordsOf(body, response.status) };
}

interface Refused {
  readonly message?: string;
  readonly errors?: readonly (
    string | { readonly message?: string; readonly field?: string; readonly code?: string }
  )[];
}

function wordsOf(body: unknown, status: number): string {
  const { message = `The API answered ${status}`, errors = [] } = (body ?? {}) as Refused;
  const more = errors.map((error) =>
    typeof error === 'string' ? error : (error.message ?? `${error.field ?? ''} ${error.code ?? ''}`.trim()),
  );
  return [message.trim(), ...more].join('\n');
}

/** GraphQL tells refusals in an answer of status 200. */
function graphqlRefusal(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('errors' in body) || !('data' in body)) return undefined;
  const { errors } = body as { errors?: readonly { message: string }[] };
  return errors?.map(({ message }) => message).join('\n');
}
