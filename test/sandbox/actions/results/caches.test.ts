import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { answerResults, cachesOf, expireResults } from '../../../../sandbox/actions/results/index.ts';
import { newServices, type Services } from './services.ts';

const CACHES = '/twirp/github.actions.results.api.v1.CacheService';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const [MAIN, FEATURE, MERGE] = ['refs/heads/main', 'refs/heads/feature', 'refs/pull/7/merge'];

type Made = ReturnType<Services['job']>;

// eslint-disable-next-line @typescript-eslint/require-await -- a body
async function* bodyOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

async function send(
  services: Services,
  method: string,
  url: string,
  body: string,
  headers: Record<string, string>,
) {
  const { core } = services.sandbox;
  return answerResults(core, services.find, {
    method,
    url,
    headers: { host: 'h', ...headers },
    body: bodyOf(body),
  });
}

async function call(services: Services, made: Made, method: string, input: object) {
  const headers = { authorization: `Bearer ${made.token}` };
  const answer = await send(services, 'POST', `${CACHES}/${method}`, JSON.stringify(input), headers);
  return { status: answer.status, body: JSON.parse(answer.body as string) as Record<string, string> };
}

async function save(services: Services, made: Made, key: string, size = 1, version = 'v') {
  const created = await call(services, made, 'CreateCacheEntry', { key, version });
  if (created.status !== 200 || created.body['signed_upload_url'] === undefined) return created;
  const url = new URL(created.body['signed_upload_url']);
  await send(services, 'PUT', url.pathname + url.search, 'x'.repeat(size), { 'x-ms-blob-type': 'BlockBlob' });
  return call(services, made, 'FinalizeCacheEntryUpload', { key, version, size_bytes: String(size) });
}

/** The key that is restored; undefined is a miss. */
async function restore(services: Services, made: Made, keys: readonly string[], version = 'v') {
  const [key, ...restore_keys] = keys;
  const { body } = await call(services, made, 'GetCacheEntryDownloadURL', { key, restore_keys, version });
  return body['matched_key'] === '' ? undefined : body['matched_key'];
}

const keysOf = (services: Services): string[] =>
  cachesOf(services.sandbox.core, 1).map((row) => `${row.ref.replace('refs/', '')}:${row.key}`);

describe('matching, as dependency-caching describes it', () => {
  it('takes the key itself, then the newest it begins, then restore keys in their order', async () => {
    const services = newServices();
    const made = services.job();
    for (const key of ['npm-feature-d5ea0750', 'npm-feature-fd3052de', 'npm-1', 'npm-feature-a9b253ff']) {
      await save(services, made, key);
      services.clock.advance(1000);
    }
    expect(await restore(services, made, ['npm-feature-d5ea0750', 'npm-'])).toBe('npm-feature-d5ea0750');
    expect(await restore(services, made, ['npm-feature-new', 'npm-feature-', 'npm-'])).toBe(
      'npm-feature-a9b253ff',
    );
    expect(await restore(services, made, ['npm-'])).toBe('npm-feature-a9b253ff');
    expect(await restore(services, made, ['pip-', 'npm-1'])).toBe('npm-1');
    expect(await restore(services, made, ['pip-'])).toBeUndefined();
    expect(await restore(services, made, ['npm-1'], 'other version')).toBeUndefined();
  });

  it('searches all keys on the nearest ref before it looks at the default branch', async () => {
    const services = newServices();
    const onMain = services.job();
    const onFeature = services.job({ cacheRefs: [FEATURE, MAIN] });
    await save(services, onMain, 'npm-feature-d5ea0750');
    await save(services, onFeature, 'npm-other');
    expect(await restore(services, onFeature, ['npm-feature-d5ea0750', 'npm-feature-', 'npm-'])).toBe(
      'npm-other',
    );
    expect(await restore(services, onFeature, ['npm-feature-d5ea0750'])).toBe('npm-feature-d5ea0750');
  });

  it('prefers an exact key over any prefix, whatever the order of creation', () =>
    fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.stringMatching(/^[ab]{1,4}$/), { minLength: 1, maxLength: 6 }),
        async (keys) => {
          const services = newServices();
          const made = services.job();
          for (const key of keys) await save(services, made, key);
          for (const key of keys) expect(await restore(services, made, [key])).toBe(key);
          const asked = 'a';
          const expected = keys.includes(asked) ? asked : keys.filter((key) => key.startsWith(asked)).at(-1);
          expect(await restore(services, made, [asked])).toBe(expected);
        },
      ),
      { numRuns: 30 },
    ));
});

describe('isolation', () => {
  it('a pull request saves for its own merge ref, and siblings see nothing of it', async () => {
    const services = newServices();
    const pull = services.job({ cacheRefs: [MERGE, MAIN] });
    const otherPull = services.job({ cacheRefs: ['refs/pull/8/merge', MAIN] });
    const main = services.job();
    await save(services, pull, 'deps');
    expect(keysOf(services)).toEqual(['pull/7/merge:deps']);
    expect(await restore(services, pull, ['deps'])).toBe('deps');
    expect(await restore(services, otherPull, ['deps'])).toBeUndefined();
    expect(await restore(services, main, ['deps'])).toBeUndefined();
    await save(services, main, 'deps');
    expect(await restore(services, otherPull, ['deps'])).toBe('deps');
  });

  it('repositories do not see each other', async () => {
    const services = newServices();
    await save(services, services.job(), 'deps');
    expect(await restore(services, services.job({ repositoryId: 2 }), ['deps'])).toBeUndefined();
  });

  it('a run that may only restore is told so', async () => {
    const services = newServices();
    const made = services.job({ savesCaches: false });
    expect(await call(services, made, 'CreateCacheEntry', { key: 'k', version: 'v' })).toMatchObject({
      status: 200,
      body: { ok: false, message: expect.stringMatching(/^cache write denied:/) as string },
    });
  });
});

describe('a cache', () => {
  it('never changes: key and version are taken on that ref', async () => {
    const services = newServices();
    const made = services.job();
    await save(services, made, 'deps');
    expect(await save(services, services.job(), 'deps')).toEqual({
      status: 409,
      body: {
        code: 'already_exists',
        msg: 'cache entry with the same key, version, and scope already exists',
      },
    });
    expect(await save(services, made, 'deps', 1, 'v2')).toMatchObject({ status: 200 });
    expect(await save(services, services.job({ cacheRefs: [FEATURE] }), 'deps')).toMatchObject({
      status: 200,
    });
  });

  it('is not restored while it is being saved, and another job cannot save it meanwhile', async () => {
    const services = newServices();
    const made = services.job();
    await call(services, made, 'CreateCacheEntry', { key: 'deps', version: 'v' });
    expect(await restore(services, made, ['deps'])).toBeUndefined();
    expect(await save(services, services.job(), 'deps')).toMatchObject({ status: 409 });
    expect(await save(services, made, 'deps')).toMatchObject({ status: 200 });
  });

  it.each(['', 'a,b', 'k'.repeat(513)])('has no key such as %j', async (key) => {
    const services = newServices();
    expect(await call(services, services.job(), 'CreateCacheEntry', { key, version: 'v' })).toMatchObject({
      status: 400,
    });
  });

  it('is sealed only with the size that arrived', async () => {
    const services = newServices();
    const made = services.job();
    await call(services, made, 'CreateCacheEntry', { key: 'deps', version: 'v' });
    const input = { key: 'deps', version: 'v', size_bytes: '1' };
    expect(await call(services, made, 'FinalizeCacheEntryUpload', input)).toMatchObject({ status: 412 });
  });
});

describe('room', () => {
  it('is made by dropping what was used least recently', async () => {
    const services = newServices({ cacheBytes: 10 });
    const made = services.job();
    for (const key of ['one', 'two', 'three']) {
      await save(services, made, key, 3);
      services.clock.advance(1000);
    }
    await restore(services, made, ['one']);
    services.clock.advance(1000);
    await save(services, made, 'four', 4);
    expect(keysOf(services)).toEqual(['heads/main:one', 'heads/main:three', 'heads/main:four']);
  });

  it('is not taken for more than a repository may have', async () => {
    const services = newServices({ cacheBytes: 10 });
    const made = services.job();
    expect(await save(services, made, 'huge', 11)).toMatchObject({ status: 412 });
  });

  it('caches go after seven days without use', async () => {
    const services = newServices();
    const made = services.job();
    await save(services, made, 'used');
    await save(services, made, 'unused');
    services.clock.advance(6 * DAY);
    expect(await restore(services, made, ['used'])).toBe('used');
    services.clock.advance(2 * DAY);
    expect(await restore(services, made, ['unused'])).toBeUndefined();
    expect(await restore(services, made, ['used'])).toBe('used');
    const { core } = services.sandbox;
    core.store.transaction(() => expireResults(core, services.find));
    expect([...core.tables.caches.all()].map((row) => row.key)).toEqual(['used']);
  });
});
