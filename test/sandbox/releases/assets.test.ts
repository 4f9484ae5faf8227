import { createHash } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { assetName } from '../../../sandbox/releases/asset-name.ts';
import { downloadAsset, serveUpload } from '../../../sandbox/releases/index.ts';
import type { BlobBody } from '../../../sandbox/kernel/message.ts';
import type { Limits } from '../../../sandbox/kernel/limits.ts';
import { commitFiles } from '../history.ts';
import { newWorld, type World } from '../world.ts';

const RELEASES = '/repos/owner/repo/releases';

function released(limits: Partial<Limits> = {}, more: Record<string, unknown> = {}) {
  const world = newWorld({ limits });
  commitFiles(world, { 'a.txt': 'a' });
  const { id } = world.call('writer', `POST ${RELEASES}`, { tag_name: 'v1', ...more }).body;
  return { world, id: id as number };
}

function upload(world: World, release: number, name: string, bytes: string, headers = {}) {
  const response = world.sandbox.handle({
    method: 'POST',
    url: `http://uploads.github.localhost${RELEASES}/${release}/assets?name=${encodeURIComponent(name)}`,
    headers: {
      'user-agent': 'test',
      authorization: `Bearer ${world.tokens.writer}`,
      'content-type': 'application/octet-stream',
      ...headers,
    },
    body: Buffer.from(bytes),
  });
  return { status: response.status, body: JSON.parse(response.body as string) };
}

function bytesOf(world: World, body: unknown): string {
  const { blob, start, end } = body as BlobBody;
  return Buffer.from(world.sandbox.core.blobs.read(blob, { start, end })).toString();
}

describe('an uploaded asset', () => {
  it('has size, digest and an address', () => {
    const { world, id } = released();
    const made = upload(world, id, 'model.bin', 'weights');
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      name: 'model.bin',
      state: 'uploaded',
      size: 7,
      digest: `sha256:${createHash('sha256').update('weights').digest('hex')}`,
      download_count: 0,
      uploader: { login: 'writer' },
    });
    expect(made.body.browser_download_url).toMatch(/\/owner\/repo\/releases\/download\/v1\/model\.bin$/);
    expect(world.call('reader', `GET ${RELEASES}/${id}`).body.assets).toHaveLength(1);
  });

  it('is read as bytes, in parts too, and counted', () => {
    const { world, id } = released();
    const asset = upload(world, id, 'a', 'weights').body;
    const read = (headers: Record<string, string>) =>
      world.call('reader', `GET ${RELEASES}/assets/${asset.id}`, undefined, {
        accept: 'application/octet-stream',
        ...headers,
      });
    expect(bytesOf(world, read({}).body)).toBe('weights');
    const part = read({ range: 'bytes=2-4' });
    expect([part.status, part.headers['content-range'], bytesOf(world, part.body)]).toEqual([
      206,
      'bytes 2-4/7',
      'igh',
    ]);
    expect(read({ range: 'bytes=7-' }).status).toBe(416);
    expect(bytesOf(world, read({ range: 'bytes=-2' }).body)).toBe('ts');
    expect(world.call('reader', `GET ${RELEASES}/assets/${asset.id}`).body.download_count).toBe(1);
  });

  it('is found at its download address, of the latest release too', () => {
    const { world, id } = released();
    upload(world, id, 'a', 'weights');
    const { core } = world.sandbox;
    const at = { owner: 'owner', repo: 'repo', name: 'a' };
    const got = (tag: string | undefined) => downloadAsset(core, { kind: 'anonymous' }, { ...at, tag });
    expect([got('v1')?.status, got(undefined)?.status, got('v2')]).toEqual([200, 200, undefined]);
  });

  it('keeps its name to itself', () => {
    const { world, id } = released();
    upload(world, id, 'a', 'one');
    const twin = upload(world, id, 'a', 'two');
    expect([twin.status, twin.body.errors]).toEqual([
      422,
      [{ resource: 'ReleaseAsset', code: 'already_exists', field: 'name' }],
    ]);
    const other = upload(world, id, 'b', 'two').body;
    expect(world.call('writer', `PATCH ${RELEASES}/assets/${other.id}`, { name: 'a' }).status).toBe(422);
    expect(
      world.call('writer', `PATCH ${RELEASES}/assets/${other.id}`, { name: 'c d', label: 'a label' }).body,
    ).toMatchObject({ name: 'c.d', label: 'a label' });
    expect(world.call('writer', `DELETE ${RELEASES}/assets/${other.id}`).status).toBe(204);
    expect(world.call('writer', `GET ${RELEASES}/${id}/assets`).body).toHaveLength(1);
  });

  it.each([
    ['empty', '', 'size must be greater than or equal to 1'],
    ['far too large', '0123456789', 'size must be less than 5'],
  ])('is refused when %s', (_title, bytes, message) => {
    const { world, id } = released({ assetBytes: 4 });
    const refused = upload(world, id, 'a', bytes);
    expect([refused.status, refused.body.errors]).toEqual([
      422,
      [{ resource: 'ReleaseAsset', code: 'custom', field: 'size', message }],
    ]);
    expect(world.call('writer', `GET ${RELEASES}/${id}/assets`).body).toEqual([]);
  });

  it('breaks the server when it is one byte too large, as a file of exactly 2 GiB does', () => {
    const { world, id } = released({ assetBytes: 4 });
    expect(upload(world, id, 'a', '01234').status).toBe(500);
  });

  it('is refused beyond the number of assets a release may have', () => {
    const { world, id } = released({ assetsPerRelease: 1 });
    upload(world, id, 'a', 'one');
    expect(upload(world, id, 'b', 'two').body.errors[0].message).toBe(
      'file_count limited to 1 assets per release',
    );
  });

  it('is refused to an immutable release, whose assets stay', () => {
    const world = newWorld();
    commitFiles(world, { 'a.txt': 'a' });
    world.call('owner', 'PUT /repos/owner/repo/immutable-releases');
    const draft = world.call('writer', `POST ${RELEASES}`, { tag_name: 'v1', draft: true }).body;
    const asset = upload(world, draft.id, 'a', 'one').body;
    world.call('writer', `PATCH ${RELEASES}/${draft.id}`, { draft: false });
    expect(upload(world, draft.id, 'b', 'two').body.message).toBe(
      'Cannot upload assets to an immutable release.',
    );
    expect(world.call('writer', `DELETE ${RELEASES}/assets/${asset.id}`).status).toBe(422);
  });
});

describe('an upload that is streamed', () => {
  function streamed(world: World, release: number, chunks: AsyncIterable<Uint8Array>, headers = {}) {
    return serveUpload(
      world.sandbox.core,
      (request) => world.sandbox.handle(request),
      {
        method: 'POST',
        url: `http://uploads.github.localhost${RELEASES}/${release}/assets?name=a`,
        headers: {
          'user-agent': 'test',
          authorization: `Bearer ${world.tokens.writer}`,
          'content-type': 'application/octet-stream',
          ...headers,
        },
      },
      chunks,
    );
  }

  async function* chunks(...texts: string[]) {
    for (const text of texts) {
      await Promise.resolve();
      if (text === 'cut') throw new Error('the other side went away');
      yield Buffer.from(text);
    }
  }

  it('is taken whole', async () => {
    const { world, id } = released();
    expect((await streamed(world, id, chunks('one', 'two'))).status).toBe(201);
    expect(world.call('writer', `GET ${RELEASES}/${id}/assets`).body).toMatchObject([
      { state: 'uploaded', size: 6 },
    ]);
  });

  it('leaves a starter when it is cut, which blocks its name until it is deleted', async () => {
    const { world, id } = released();
    await expect(streamed(world, id, chunks('one', 'cut'))).rejects.toThrow();
    const [asset] = world.call('writer', `GET ${RELEASES}/${id}/assets`).body;
    expect(asset).toMatchObject({ state: 'starter', size: 0, digest: null });
    expect((await streamed(world, id, chunks('one'))).status).toBe(422);
    expect(world.call('writer', `DELETE ${RELEASES}/assets/${asset.id}`).status).toBe(204);
    expect((await streamed(world, id, chunks('one'))).status).toBe(201);
  });

  it('is refused before its bytes by what is known of it', async () => {
    const { world, id } = released({ assetBytes: 4 });
    let read = false;
    const never = (async function* () {
      read = true;
      yield Buffer.from(await Promise.resolve('x'));
    })();
    const refused = await streamed(world, id, never, { 'content-length': '10' });
    expect([refused.status, read]).toEqual([422, false]);
  });
});

describe('names of assets', () => {
  // Names reported in softprops/action-gh-release#159, cli/cli#10585, electron/forge#1761, travis-ci/dpl#821.
  it.each([
    ['app-1.0~bookworm_amd64.deb', 'app-1.0.bookworm_amd64.deb'],
    ['My App 1.0.0 Setup.exe', 'My.App.1.0.0.Setup.exe'],
    ['app-(15-5)-x.apk', 'app-.15-5.-x.apk'],
    ['fake.      file.txt', 'fake.file.txt'],
    ['a%%%%%!!!b.txt', 'a.b.txt'],
    ['a@b+c.txt', 'a@b+c.txt'],
    ['.env', 'default.env'],
    ['é.txt', 'e.txt'],
  ])('%s becomes %s', (given, expected) => {
    expect(assetName(given)).toBe(expected);
  });
});
