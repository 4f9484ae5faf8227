import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

import { CancelledError, InputError, isCodedError } from '../../contracts/errors.ts';
import { Limited, Refused, unclear } from './api.ts';
import { limitOf } from './octokit-api.ts';
import { plainGet, type Get } from './plain-get.ts';

export interface ArchivesOptions {
  readonly token: string | (() => Promise<string>);
  readonly userAgent: string;
  readonly fetch?: Get;
  /** A transfer may take this long in all. Default ten minutes. */
  readonly timeoutMs?: number;
}

export interface Wanted {
  /** How errors call it: the documented route. */
  readonly route: string;
  readonly url: string;
  readonly file: string;
  readonly mostBytes: number;
  /** Hex SHA-256 it must have; null where nobody says. */
  readonly sha256: string | null;
  readonly signal?: AbortSignal;
}

/** Writes an archive that GitHub keeps elsewhere into a file. */
export type Archives = (wanted: Wanted) => Promise<void>;

/**
 * Archives of GitHub over HTTP, one try each. The token goes to GitHub's own address only: the signed one that it
 * redirects to gets none. More bytes than asked for are never written.
 *
 * @throws InputError ARTIFACT_REFUSED (too large), DIGEST_MISMATCH
 * @throws Refused, Limited, PlatformError NETWORK as Api does
 */
export function httpArchives(options: ArchivesOptions): Archives {
  return async (wanted) => {
    const timeout = AbortSignal.timeout(options.timeoutMs ?? 10 * 60_000);
    const signal = wanted.signal === undefined ? timeout : AbortSignal.any([timeout, wanted.signal]);
    try {
      const response = await follow(options, wanted, signal);
      if (!response.ok) throw await refusal(wanted.route, response);
      if (response.body === null) throw unclear(wanted.route, 'the answer has no bytes');
      await save(response.body, wanted, signal);
    } catch (error) {
      if (wanted.signal?.aborted === true) throw new CancelledError();
      if (isCodedError(error)) throw error;
      throw unclear(wanted.route, error instanceof Error ? error.message : 'no answer', error);
    }
  };
}

async function follow(options: ArchivesOptions, { url }: Wanted, signal: AbortSignal): Promise<Response> {
  const send = options.fetch ?? plainGet;
  const token = typeof options.token === 'string' ? options.token : await options.token();
  const headers = { 'user-agent': options.userAgent, 'accept-encoding': 'identity' };
  const first = await send(url, {
    headers: { ...headers, authorization: `token ${token}`, accept: 'application/vnd.github+json' },
    redirect: 'manual',
    signal,
  });
  const location = first.headers.get('location');
  if (first.status < 300 || first.status >= 400 || location === null) return first;
  return await send(new URL(location, url), { headers, redirect: 'error', signal });
}

async function save(
  body: AsyncIterable<Uint8Array>,
  { route, file, mostBytes, sha256 }: Wanted,
  signal: AbortSignal,
): Promise<void> {
  const digest = createHash('sha256');
  let bytes = 0;
  async function* counted(): AsyncIterable<Uint8Array> {
    for await (const chunk of body) {
      bytes += chunk.length;
      if (bytes > mostBytes) throw tooLarge(`more than ${mostBytes} bytes came for ${route}`);
      digest.update(chunk);
      yield chunk;
    }
  }
  await pipeline(counted, createWriteStream(file, { flags: 'wx', mode: 0o600 }), { signal });
  const found = digest.digest('hex');
  if (sha256 === null || sha256 === found) return;
  const message = `what came for ${route} has digest ${found}, GitHub says ${sha256}`;
  throw new InputError({ code: 'DIGEST_MISMATCH', message });
}

/** Bytes beyond what is taken. */
export function tooLarge(message: string): InputError {
  return new InputError({ code: 'ARTIFACT_REFUSED', message });
}

async function refusal(route: string, response: Response): Promise<Error> {
  const text = (await response.text()).slice(0, 300);
  const limit = limitOf(response.status, Object.fromEntries(response.headers), text);
  if (limit !== null) return new Limited(route, limit);
  if (response.status >= 500) return unclear(route, `GitHub answered ${response.status}`);
  return new Refused(route, response.status, text);
}
