import { pagesApp } from '../../../sandbox/pages/index.ts';
import type { PullWorld } from '../pulls/world.ts';
import type { Who } from '../world.ts';

export const ORIGIN = 'http://127.0.0.1:8787';

/** A visitor of a sandbox's pages, with a cookie jar of its own. */
export function visitor(world: PullWorld) {
  const app = pagesApp(world.sandbox);
  const cookies = new Map<string, string>();
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = new Headers(init.headers);
    if (cookie !== '') headers.set('cookie', cookie);
    const response = await app(new Request(ORIGIN + path, { ...init, headers }));
    for (const text of response.headers.getSetCookie()) {
      const [name, value] = text.split(';')[0]!.split('=') as [string, string];
      cookies.set(name, value);
    }
    return response;
  };
  const get = async (path: string): Promise<string> => (await ask(path)).text();
  const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
    ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: ORIGIN, ...headers },
      body: new URLSearchParams(form).toString(),
    });
  const be = (login: Who | '-') => post('/-/user', { login, back: '/' });
  return { ...world, ask, get, post, be };
}
