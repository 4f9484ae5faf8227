import type { ByteSource } from '../../registry/ports.ts';
import { Limited, Refused, unclear, type ApiAnswer } from './api.ts';
import { limitOf } from './octokit-api.ts';

/** Moves the bytes of release assets: too large for `Api`, whose bodies are in memory. */
export interface AssetBytes {
  /** One POST of all bytes to an upload address. Errors as those of `Api`. */
  upload(url: string, source: ByteSource): Promise<ApiAnswer>;
  /** Bytes from `start` on. Throws PlatformError NETWORK when they end early. */
  download(url: string, start: number): AsyncIterable<Uint8Array>;
}

export interface HttpAssetBytesOptions {
  readonly token: string | (() => Promise<string>);
  readonly userAgent: string;
  readonly fetch?: typeof fetch;
  /** A transfer that makes no progress for this long counts as broken. Default one minute. */
  readonly stallMs?: number;
}

const UPLOAD = 'POST {upload_url}';
const DOWNLOAD = 'GET /repos/{owner}/{repo}/releases/assets/{asset_id}';

/**
 * Over HTTP, as streams, each try once. The token goes to GitHub's own addresses only: the signed address that a
 * download is redirected to gets none.
 */
export function httpAssetBytes(options: HttpAssetBytesOptions): AssetBytes {
  return {
    upload: (url, source) => upload(options, url, source),
    download: (url, start) => download(options, url, start),
  };
}

async function headersOf(options: HttpAssetBytesOptions): Promise<Record<string, string>> {
  const token = typeof options.token === 'string' ? options.token : await options.token();
  return {
    authorization: `token ${token}`,
    'user-agent': options.userAgent,
    'x-github-api-version': '2022-11-28',
  };
}

/** Aborts when `touch` was not called for `ms`. */
function watchdog(ms: number): { readonly signal: AbortSignal; touch(): void; end(): void } {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new Error(`no progress for ${Math.round(ms / 1000)} s`));
  }, ms);
  return {
    signal: controller.signal,
    touch: () => void timer.refresh(),
    end: () => {
      clearTimeout(timer);
    },
  };
}

async function upload(options: HttpAssetBytesOptions, url: string, source: ByteSource): Promise<ApiAnswer> {
  const dog = watchdog(options.stallMs ?? 60_000);
  // An error of the file itself is told as it is; everything else leaves open whether the asset is there.
  const broken: unknown[] = [];
  async function* bytes(): AsyncIterable<Uint8Array> {
    try {
      for await (const chunk of source.read()) {
        dog.touch();
        yield chunk;
      }
    } catch (error) {
      broken.push(error);
      throw error;
    }
  }
  try {
    const response = await (options.fetch ?? fetch)(url, {
      method: 'POST',
      headers: {
        ...(await headersOf(options)),
        accept: 'application/vnd.github+json',
        'content-type': 'application/octet-stream',
        'content-length': String(source.bytes),
      },
      body: ReadableStream.from(bytes()),
      duplex: 'half',
      redirect: 'error',
      signal: dog.signal,
    });
    return await answerOf(UPLOAD, response);
  } catch (error) {
    if (broken.length > 0) throw broken[0];
    throw coded(UPLOAD, error);
  } finally {
    dog.end();
  }
}

async function* download(
  options: HttpAssetBytesOptions,
  url: string,
  start: number,
): AsyncIterable<Uint8Array> {
  const dog = watchdog(options.stallMs ?? 60_000);
  try {
    const response = await follow(options, url, start, dog.signal);
    const { body } = response;
    if (body === null) throw unclear(DOWNLOAD, 'the answer has no bytes');
    // Whoever ignores the range sends everything.
    let skip = response.status === 206 ? 0 : start;
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      dog.touch();
      if (skip < chunk.length) yield skip === 0 ? chunk : chunk.subarray(skip);
      skip = Math.max(0, skip - chunk.length);
    }
  } catch (error) {
    throw coded(DOWNLOAD, error);
  } finally {
    dog.end();
  }
}

async function follow(
  options: HttpAssetBytesOptions,
  url: string,
  start: number,
  signal: AbortSignal,
): Promise<Response> {
  const send = options.fetch ?? fetch;
  const range = {
    accept: 'application/octet-stream',
    'accept-encoding': 'identity',
    ...(start === 0 ? {} : { range: `bytes=${start}-` }),
  };
  const first = await send(url, {
    headers: { ...(await headersOf(options)), ...range },
    redirect: 'manual',
    signal,
  });
  const location = first.headers.get('location');
  const response =
    first.status >= 300 && first.status < 400 && location !== null
      ? await send(new URL(location, url), {
          headers: { 'user-agent': options.userAgent, ...range },
          signal,
        })
      : first;
  if (!response.ok) await answerOf(DOWNLOAD, response);
  return response;
}

/** The answer of a call with a JSON body, or the error that its status is. */
async function answerOf(route: string, response: Response): Promise<ApiAnswer> {
  const headers = Object.fromEntries(response.headers);
  const text = await response.text();
  const { status } = response;
  if (response.ok) return { status, headers, data: JSON.parse(text) as unknown };
  const limit = limitOf(status, headers, text);
  if (limit !== null) throw new Limited(route, limit);
  if (status >= 500) throw unclear(route, `GitHub answered ${status}`);
  throw new Refused(route, status, text.slice(0, 300));
}

function coded(route: string, error: unknown): Error {
  if (error instanceof Error && 'problems' in error) return error;
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return unclear(route, `${error instanceof Error ? error.message : 'no answer'}${cause}`, error);
}
