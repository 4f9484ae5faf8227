import { readFileSync } from 'node:fs';

import type { Hono } from 'hono';

import type { Variables } from './page.ts';

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

/** Style, script and pictures. */
export function assetRoutes(app: Hono<{ Variables: Variables }>): void {
  const file = (path: string, type: string, body: () => string) => {
    let text: string | undefined;
    app.get(path, (c) => {
      text ??= body();
      return c.body(text, 200, { 'content-type': type, 'cache-control': 'no-cache' });
    });
  };
  file('/-/style.css', 'text/css; charset=utf-8', () => read('style.css'));
  file('/-/browser.js', 'text/javascript; charset=utf-8', () => read('browser.js'));
  file('/-/icon.svg', 'image/svg+xml', () => drawing('S', 212));
  app.get('/favicon.ico', (c) => c.redirect('/-/icon.svg', 301));
  app.get('/avatars/:id', (c) => {
    const account = c.get('page').core.tables.accounts.get(Number(c.req.param('id')));
    const letter = account === undefined ? '?' : account.login.charAt(0).toUpperCase();
    const type = { 'content-type': 'image/svg+xml', 'cache-control': 'max-age=3600' };
    return c.body(drawing(letter, account === undefined ? 0 : hueOf(account.login)), 200, type);
  });
}

/** A hue for a name: the same on every machine. */
function hueOf(name: string): number {
  let sum = 7;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)!) % 3600;
  return sum % 360;
}

function drawing(letter: string, hue: number): string {
  const text = /^[A-Z0-9]$/.test(letter) ? letter : '?';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" rx="9" fill="hsl(${hue} 45% 42%)"/><text x="20" y="28" font-family="sans-serif" font-size="22" font-weight="700" fill="#fff" text-anchor="middle">${text}</text></svg>`;
}
