import { createHmac, timingSafeEqual } from 'node:crypto';

import { isoTime } from '../../kernel/environment.ts';
import { type Core, randomHex } from '../../kernel/core.ts';

const HOUR = 3_600_000;

/** The secret of this sandbox; made on first use, inside a transaction. */
function secret(core: Core): string {
  const row = core.tables.resultsKeys.get(1);
  return (row ?? core.tables.resultsKeys.put({ id: 1, secret: randomHex(core, 32) })).secret;
}

function mac(core: Core, text: string): string {
  return createHmac('sha256', secret(core)).update(text).digest('hex');
}

/** Equal without telling by its time where they differ. */
function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** What a signed address allows. */
export type BlobAccess = 'read' | 'write';

/**
 * Path and query that let their bearer read or write one blob for an hour. Three segments, as Azure Storage has on
 * an IP address (account, container, blob); no `=` inside a value: the Azure client drops padding.
 */
export function signedPath(core: Core, path: string, access: BlobAccess): string {
  const until = isoTime(core.clock.now() + HOUR);
  const query = new URLSearchParams({
    se: until,
    sp: access,
    sig: mac(core, `${path}\n${access}\n${until}`),
  });
  return `${path}?${query.toString()}`;
}

/** Is this an address that `signedPath` gave for that access, and not expired? */
export function signedFor(core: Core, url: URL, access: BlobAccess): boolean {
  const until = url.searchParams.get('se') ?? '';
  const expected = mac(core, `${url.pathname}\n${access}\n${until}`);
  return same(url.searchParams.get('sig') ?? '', expected) && until > isoTime(core.clock.now());
}

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A JSON Web Token (RFC 7519) signed with HS256. Only inside a transaction. */
export function signToken(core: Core, claims: Readonly<Record<string, unknown>>): string {
  const content = `${base64url({ typ: 'JWT', alg: 'HS256' })}.${base64url(claims)}`;
  return `${content}.${tokenMac(core, content)}`;
}

/** Claims of a token that `signToken` made and that has not expired, else undefined. */
export function readToken(core: Core, token: string): Readonly<Record<string, unknown>> | undefined {
  const at = token.lastIndexOf('.');
  const content = token.slice(0, at);
  if (at < 0 || !same(token.slice(at + 1), tokenMac(core, content))) return undefined;
  const claims = JSON.parse(Buffer.from(content.split('.')[1] ?? '', 'base64url').toString()) as {
    exp: number;
  };
  return claims.exp * 1000 > core.clock.now() ? { ...claims } : undefined;
}

function tokenMac(core: Core, content: string): string {
  return createHmac('sha256', secret(core)).update(content).digest('base64url');
}
