import { describe, expect, it } from 'vitest';

import { answerResults, expireResults } from '../../../../sandbox/actions/results/index.ts';
import { backendIds, type ResultsJob } from '../../../../sandbox/actions/results/job.ts';
import { newServices, type Services } from './services.ts';

const DAY = 86_400_000;
const ARTIFACTS = '/twirp/github.actions.results.api.v1.ArtifactService';

// eslint-disable-next-line @typescript-eslint/require-await -- a body
async function* bodyOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

async function send(
  services: Services,
  method: string,
  url: string,
  body = '',
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Readonly<Record<string, string>>; text: string }> {
  const { core } = services.sandbox;
  const request = { method, url, headers: { host: '127.0.0.1:1', ...headers }, body: bodyOf(body) };
  const answer = await answerResults(core, services.find, request);
  const text =
    typeof answer.body === 'object' && 'blob' in answer.body
      ? Buffer.from(core.blobs.read(answer.body.blob, answer.body)).toString()
      : Buffer.from(answer.body ?? '').toString();
  return { status: answer.status, headers: answer.headers, text };
}

type Made = ReturnType<Services['job']>;

async function call(services: Services, { job, token }: Made, method: string, input: object) {
  const ids = backendIds(job);
  const body = { workflow_run_backend_id: ids.run, workflow_job_run_backend_id: ids.job, ...input };
  const answer = await send(services, 'POST', `${ARTIFACTS}/${method}`, JSON.stringify(body), {
    authorization: `Bearer ${token}`,
  });
  return { status: answer.status, body: JSON.parse(answer.text) as Record<string, string> };
}

/** Creates, uploads and seals an artifact. */
async function upload(services: Services, made: Made, name: string, content = name, input: object = {}) {
  const created = await call(services, made, 'CreateArtifact', { name, version: 7, ...input });
  if (created.status !== 200) return created;
  const url = new URL(created.body['signed_upload_url']!);
  const put = await send(services, 'PUT', url.pathname + url.search, content, {
    'x-ms-blob-type': 'BlockBlob',
  });
  expect(put.status).toBe(201);
  return call(services, made, 'FinalizeArtifact', { name, size: String(content.length) });
}

async function names(services: Services, made: Made): Promise<string[]> {
  const answer = await call(services, made, 'ListArtifacts', {});
  return (answer.body['artifacts'] as unknown as { name: string }[]).map((artifact) => artifact.name).sort();
}

describe('names', () => {
  it('are used once in an attempt of a run, whichever job asks', async () => {
    const services = newServices();
    const [one, two] = [services.job(), services.job()];
    expect(await upload(services, one, 'dist')).toMatchObject({ status: 200, body: { ok: true } });
    for (const made of [one, two]) {
      expect(await call(services, made, 'CreateArtifact', { name: 'dist', version: 7 })).toEqual({
        status: 409,
        body: {
          code: 'already_exists',
          msg: 'an artifact with this name already exists on the workflow run',
        },
      });
    }
    expect(await upload(services, services.job({ attempt: 2 }), 'dist')).toMatchObject({ status: 200 });
    expect(await upload(services, services.job({ runId: 11 }), 'dist')).toMatchObject({ status: 200 });
  });

  it('are free again after a deletion, and for the job whose upload broke', async () => {
    const services = newServices();
    const made = services.job();
    await call(services, made, 'CreateArtifact', { name: 'dist', version: 7 });
    expect(await upload(services, made, 'dist')).toMatchObject({ status: 200 });
    expect(await call(services, made, 'DeleteArtifact', { name: 'dist' })).toMatchObject({ status: 200 });
    expect(await names(services, made)).toEqual([]);
    expect(await upload(services, made, 'dist')).toMatchObject({ status: 200 });
  });

  it.each(['', 'a/b', 'a:b', 'a"b', 'a\nb', 'a*'])('%j is refused', async (name) => {
    const services = newServices();
    const answer = await call(services, services.job(), 'CreateArtifact', { name, version: 7 });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_argument' } });
  });
});

describe('an artifact', () => {
  it('never changes once it is sealed', async () => {
    const services = newServices();
    const made = services.job();
    const created = await call(services, made, 'CreateArtifact', { name: 'dist', version: 7 });
    const url = new URL(created.body['signed_upload_url']!);
    const put = (content: string) =>
      send(services, 'PUT', url.pathname + url.search, content, { 'x-ms-blob-type': 'BlockBlob' });
    expect(await put('one')).toMatchObject({ status: 201 });
    expect(await put('two!')).toMatchObject({ status: 201 });
    expect(await call(services, made, 'FinalizeArtifact', { name: 'dist', size: '4' })).toMatchObject({
      status: 200,
    });
    const refused = await put('three');
    expect(refused).toMatchObject({
      status: 409,
      headers: { 'x-ms-error-code': 'BlobImmutableDueToPolicy' },
    });
    expect(await call(services, made, 'FinalizeArtifact', { name: 'dist', size: '4' })).toMatchObject({
      status: 404,
    });
  });

  it('is sealed only with the size and digest that arrived', async () => {
    const services = newServices();
    const made = services.job();
    const created = await call(services, made, 'CreateArtifact', { name: 'dist', version: 7 });
    expect(await call(services, made, 'FinalizeArtifact', { name: 'dist', size: '0' })).toMatchObject({
      status: 412,
    });
    const url = new URL(created.body['signed_upload_url']!);
    await send(services, 'PUT', url.pathname + url.search, 'four', { 'x-ms-blob-type': 'BlockBlob' });
    for (const input of [{ size: '5' }, {}, { size: '4', hash: 'sha256:00' }]) {
      expect(await call(services, made, 'FinalizeArtifact', { name: 'dist', ...input })).toMatchObject({
        status: 400,
      });
    }
    expect(await call(services, made, 'FinalizeArtifact', { name: 'dist', size: '4' })).toMatchObject({
      status: 200,
    });
  });

  it('is not listed before it is sealed, and is there for other jobs and later attempts', async () => {
    const services = newServices();
    const made = services.job();
    await call(services, made, 'CreateArtifact', { name: 'half', version: 7 });
    await upload(services, made, 'whole');
    expect(await names(services, made)).toEqual(['whole']);
    expect(await names(services, services.job())).toEqual(['whole']);
    expect(await names(services, services.job({ attempt: 2 }))).toEqual(['whole']);
    expect(await names(services, services.job({ runId: 11 }))).toEqual([]);
  });

  it('can be read by range, with the headers the download needs', async () => {
    const services = newServices();
    const made = services.job();
    await upload(services, made, 'dist', '0123456789');
    const signed = await call(services, made, 'GetSignedArtifactURL', { name: 'dist' });
    const url = new URL(signed.body['signed_url']!);
    const path = url.pathname + url.search;
    expect(await send(services, 'GET', path)).toMatchObject({
      status: 200,
      text: '0123456789',
      headers: {
        'content-type': 'application/zip',
        'content-length': '10',
        'content-disposition': 'attachment; filename="dist.zip"; filename*=UTF-8\'\'dist.zip',
      },
    });
    const parts = { 'bytes=2-4': '234', 'bytes=7-': '789', 'bytes=-2': '89', 'bytes=8-99': '89' };
    for (const [range, text] of Object.entries(parts)) {
      expect(await send(services, 'GET', path, '', { 'x-ms-range': range })).toMatchObject({
        status: 206,
        text,
      });
    }
    expect(await send(services, 'GET', path, '', { range: 'bytes=10-' })).toMatchObject({ status: 416 });
    expect(await send(services, 'HEAD', path)).toMatchObject({
      status: 200,
      text: '',
      headers: { 'content-length': '10' },
    });
  });

  it('can be uploaded in blocks, committed in the order of the list', async () => {
    const services = newServices();
    const made = services.job();
    const created = await call(services, made, 'CreateArtifact', { name: 'dist', version: 7 });
    const url = new URL(created.body['signed_upload_url']!);
    const path = url.pathname + url.search;
    for (const [id, text] of [
      ['b', 'world'],
      ['a', 'hello '],
      ['c', 'unused'],
    ] as const) {
      expect(await send(services, 'PUT', `${path}&comp=block&blockid=${id}`, text)).toMatchObject({
        status: 201,
      });
    }
    const list = (...ids: string[]) =>
      `<?xml version="1.0"?><BlockList>${ids.map((id) => `<Latest>${id}</Latest>`).join('')}</BlockList>`;
    expect(await send(services, 'PUT', `${path}&comp=blocklist`, list('a', 'x'))).toMatchObject({
      status: 400,
    });
    expect(await send(services, 'PUT', `${path}&comp=blocklist`, list('a', 'b'))).toMatchObject({
      status: 201,
    });
    expect(await call(services, made, 'FinalizeArtifact', { name: 'dist', size: '11' })).toMatchObject({
      status: 200,
    });
    expect(services.sandbox.core.tables.stagedBlocks.size).toBe(0);
  });
});

describe('who may', () => {
  const other = (job: ResultsJob) => ({ ...backendIds({ ...job, jobId: 999 }) });

  it('only a running job, with its own ids', async () => {
    const services = newServices();
    const made = services.job();
    const foreign = await call(services, { job: made.job, token: `${made.token}x` }, 'ListArtifacts', {});
    expect(foreign).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    const input = { workflow_job_run_backend_id: other(made.job).job, name: 'dist' };
    expect(await call(services, made, 'CreateArtifact', input)).toMatchObject({ status: 403 });
    services.jobs.set(made.job.jobId, { ...made.job, running: false });
    expect(await call(services, made, 'ListArtifacts', {})).toMatchObject({ status: 401 });
  });

  it('addresses work for one hour, one blob and one purpose', async () => {
    const services = newServices();
    const made = services.job();
    const created = await call(services, made, 'CreateArtifact', { name: 'dist', version: 7 });
    const url = new URL(created.body['signed_upload_url']!);
    expect(url.search).not.toMatch(/=[^&]*=/);
    const put = (path: string) => send(services, 'PUT', path, 'x', { 'x-ms-blob-type': 'BlockBlob' });
    expect(await put(url.pathname + url.search.replace('sp=write', 'sp=read'))).toMatchObject({
      status: 201,
    });
    expect(await send(services, 'GET', url.pathname + url.search)).toMatchObject({ status: 403 });
    expect(await put(`${url.pathname}0${url.search}`)).toMatchObject({ status: 403 });
    services.clock.advance(3_600_000);
    expect(await put(url.pathname + url.search)).toMatchObject({
      status: 403,
      headers: { 'x-ms-error-code': 'AuthenticationFailed' },
    });
  });
});

describe('limits', () => {
  it('a job creates at most 500 artifacts', async () => {
    const services = newServices({ artifactsPerJob: 2 });
    const made = services.job();
    for (const name of ['one', 'two'])
      expect(await upload(services, made, name)).toMatchObject({ status: 200 });
    expect(await upload(services, made, 'three')).toMatchObject({ status: 412 });
    expect(await upload(services, services.job(), 'three')).toMatchObject({ status: 200 });
  });

  it('retention is what was asked for, at most that of the repository', async () => {
    const services = newServices({ artifactDays: 90 });
    const made = services.job();
    const at = (days: number) => new Date(services.clock.now() + days * DAY).toISOString();
    await upload(services, made, 'short', 'x', { expires_at: at(1) });
    await upload(services, made, 'long', 'x', { expires_at: at(1000) });
    await upload(services, made, 'usual');
    expect(await upload(services, made, 'past', 'x', { expires_at: at(-1) })).toMatchObject({ status: 400 });
    const sweep = () => {
      services.sandbox.core.store.transaction(() => expireResults(services.sandbox.core, services.find));
    };
    services.clock.advance(2 * DAY);
    expect(await names(services, made)).toEqual(['long', 'usual']);
    sweep();
    services.clock.advance(88 * DAY);
    expect(await names(services, services.job())).toEqual([]);
    sweep();
    const rows = [...services.sandbox.core.tables.artifacts.all()];
    expect(rows.map((row) => [row.name, row.blob])).toEqual([
      ['short', null],
      ['long', null],
      ['usual', null],
    ]);
  });

  it('what an ended job left unfinished goes', async () => {
    const services = newServices();
    const made = services.job();
    await call(services, made, 'CreateArtifact', { name: 'half', version: 7 });
    const { core } = services.sandbox;
    core.store.transaction(() => expireResults(core, services.find));
    expect(core.tables.artifacts.size).toBe(1);
    services.jobs.clear();
    core.store.transaction(() => expireResults(core, services.find));
    expect(core.tables.artifacts.size).toBe(0);
  });
});
