import { getCookie, setCookie } from 'hono/cookie';

import { addToken } from '../access/index.ts';
import type { Sandbox } from '../index.ts';
import type { Identity } from '../kernel/identity.ts';
import { SAMPLE_SCOPES } from '../seed.ts';
import type { Account } from '../state/accounts.ts';
import { isOwnHost } from '../http/hosts.ts';
import type { Notice, PageContext } from './page.ts';

const USER_COOKIE = 'sandbox_user';
const NOTICE_COOKIE = 'sandbox_notice';
/** The value of the cookie for a visitor who is nobody. */
export const NOBODY = '-';
/** How long a page's token is good for. */
const TOKEN_HOURS = 12;
const MOST_PEOPLE = 20;

const STRICT = { path: '/', httpOnly: true, sameSite: 'Strict' } as const;

/** Who looks at pages, and by which token they act. */
export interface Sessions {
  /** People to switch between. */
  people(): Account[];
  /** Who the visitor said to be; the first of the people before that. */
  userOf(c: PageContext): Account | null;
  identityOf(user: Account | null): Identity;
  /** Text of the user's token; undefined for nobody. */
  tokenOf(user: Account | null): string | undefined;
}

/** Sessions without passwords: everybody on this machine may be any of the sample people. */
export function sessions({ core }: Sandbox): Sessions {
  const tokens = new Map<number, { text: string; until: number }>();
  const people = (): Account[] => core.tables.accounts.where('type', 'User').slice(0, MOST_PEOPLE);
  const tokenOf = (user: Account | null): string | undefined => {
    if (user === null) return undefined;
    const known = tokens.get(user.id);
    if (known !== undefined && known.until > core.clock.now()) return known.text;
    const until = core.clock.now() + TOKEN_HOURS * 3_600_000;
    const expiresAt = new Date(until).toISOString().replace(/\.\d+Z$/, 'Z');
    const text = core.store.transaction(() =>
      addToken(core, user.id, { scopes: SAMPLE_SCOPES }, { expiresAt }),
    );
    // The token is thrown away a minute before the API would refuse it.
    tokens.set(user.id, { text, until: until - 60_000 });
    return text;
  };
  return {
    people,
    tokenOf,
    userOf: (c) => {
      const wanted = getCookie(c, USER_COOKIE);
      if (wanted === NOBODY) return null;
      const all = people();
      return all.find(({ login }) => login === wanted) ?? all[0] ?? null;
    },
    identityOf: (user) =>
      user === null
        ? { kind: 'anonymous' }
        : { kind: 'user', userId: user.id, tokenId: 0, scopes: SAMPLE_SCOPES },
  };
}

/** Remembers who the visitor is from now on. */
export function rememberUser(c: PageContext, login: string): void {
  setCookie(c, USER_COOKIE, login, STRICT);
}

/** Leaves a word for the next page. */
export function leaveNotice(c: PageContext, notice: Notice): void {
  setCookie(c, NOTICE_COOKIE, `${notice.kind}:${notice.text.slice(0, 1500)}`, { ...STRICT, maxAge: 30 });
}

/** Takes the word that was left; it is shown once. */
export function takeNotice(c: PageContext): Notice | null {
  const text = getCookie(c, NOTICE_COOKIE);
  const match = /^(done|failed):(.*)$/s.exec(text ?? '');
  if (match === null) return null;
  setCookie(c, NOTICE_COOKIE, '', { ...STRICT, maxAge: 0 });
  return { kind: match[1] as Notice['kind'], text: match[2]! };
}

/**
 * Why a request must not be answered: a name that is not this machine's (a page of the internet could resolve its own to
 * it), or a form that another site's page sent.
 */
export function foreign(request: Request): string | undefined {
  const url = new URL(request.url);
  const host = request.headers.get('host') ?? url.host;
  if (!isOwnHost(host)) return 'This is not a name of this sandbox.';
  if (request.method === 'GET' || request.method === 'HEAD') return undefined;
  // An App's own page sends its manifest here: https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
  if (/^\/(?:organizations\/[^/]+\/)?settings\/apps\/new$/.test(url.pathname)) return undefined;
  const site = request.headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin') return 'Forms of other sites are not taken.';
  const origin = request.headers.get('origin') ?? request.headers.get('referer');
  if (origin === null || !URL.canParse(origin) || new URL(origin).host !== host)
    return 'Forms of other sites are not taken.';
  return undefined;
}
