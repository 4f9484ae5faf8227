/** The client's side of the artifact and cache services: calls, and bytes to and from signed addresses. */
import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { ActionFailure, type Kit } from './kit.ts';

export type Service = 'ArtifactService' | 'CacheService';

/** Larger files go in blocks of this size. */
const BLOCK = 64 * 2 ** 20;

/** A call that the service refused; the text is what the toolkit says then. */
export class CallRefused extends ActionFailure {
  readonly status: number;
  constructor(method: string, status: number, statusText: string, message: string) {
    super(
      `Failed to ${method}: Received non-retryable error: Failed request: (${status}) ${statusText}: ${message}`,
    );
    this.status = status;
  }
}

/** Calls a method of a service. @throws CallRefused */
export async function call(
  kit: Kit,
  service: Service,
  method: string,
  input: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const { origin } = new URL(kit.required('ACTIONS_RESULTS_URL'));
  const response = await fetch(`${origin}/twirp/github.actions.results.api.v1.${service}/${method}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${kit.required('ACTIONS_RUNTIME_TOKEN')}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(input),
  });
  const answer = (await response.json()) as Readonly<Record<string, unknown>>;
  if (response.ok) return answer;
  throw new CallRefused(method, response.status, response.statusText, String(answer['msg']));
}

/** The run and job that the runtime token names. */
export function backendIds(kit: Kit): {
  workflow_run_backend_id: string;
  workflow_job_run_backend_id: string;
} {
  const [, claims = ''] = kit.required('ACTIONS_RUNTIME_TOKEN').split('.');
  const { scp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { scp: string };
  const [, run = '', job = ''] = /Actions\.Results:([^:\s]+):([^:\s]+)/.exec(scp) ?? [];
  return { workflow_run_backend_id: run, workflow_job_run_backend_id: job };
}

/** Uploads a file to a signed address. */
export async function upload(url: string, file: string): Promise<void> {
  const { size } = statSync(file);
  if (size <= BLOCK) {
    await put(url, createReadStream(file), size, { 'x-ms-blob-type': 'BlockBlob' });
    return;
  }
  const ids: string[] = [];
  for (let start = 0; start < size; start += BLOCK) {
    const id = Buffer.from(String(ids.length).padStart(8, '0')).toString('base64');
    const end = Math.min(start + BLOCK, size);
    await put(
      `${url}&comp=block&blockid=${encodeURIComponent(id)}`,
      createReadStream(file, { start, end: end - 1 }),
      end - start,
    );
    ids.push(id);
  }
  const list = `<BlockList>${ids.map((id) => `<Latest>${id}</Latest>`).join('')}</BlockList>`;
  await put(`${url}&comp=blocklist`, Readable.from([Buffer.from(list)]), Buffer.byteLength(list));
}

async function put(
  url: string,
  body: Readable,
  length: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const response = await fetch(url, {
    method: 'PUT',
    headers: { ...headers, 'content-length': String(length) },
    body: Readable.toWeb(body) as ReadableStream,
    duplex: 'half',
  });
  if (!response.ok) throw new ActionFailure(`Upload failed: ${response.status} ${await response.text()}`);
}

export interface Downloaded {
  readonly type: string;
  /** Name of `Content-Disposition`. */
  readonly fileName: string | undefined;
}

/** Downloads from an address into a file. */
export async function download(url: string, file: string): Promise<Downloaded> {
  const response = await fetch(url);
  if (!response.ok || response.body === null) {
    throw new ActionFailure(
      `Unexpected HTTP response from blob storage: ${response.status} ${response.statusText}`,
    );
  }
  await pipeline(Readable.fromWeb(response.body), createWriteStream(file));
  const disposition = response.headers.get('content-disposition') ?? '';
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  return {
    type: response.headers.get('content-type') ?? '',
    fileName: encoded === undefined ? undefined : decodeURIComponent(encoded),
  };
}
