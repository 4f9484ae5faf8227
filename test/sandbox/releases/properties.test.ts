import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { assetName } from '../../../sandbox/releases/asset-name.ts';
import { assetBytes } from '../../../sandbox/releases/download.ts';
import { parseNotesConfig } from '../../../sandbox/releases/notes-config.ts';
import { isLoopback } from '../../../sandbox/webhooks/loopback.ts';
import type { Asset } from '../../../sandbox/state/releases.ts';
import { commitFiles } from '../history.ts';
import { newWorld } from '../world.ts';

describe('names of assets, whatever is uploaded', () => {
  it('are plain, never hidden, and stay as they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const name = assetName(text);
        expect(name).toMatch(/^[A-Za-z0-9_+@-][A-Za-z0-9._+@-]*$/);
        expect(name).not.toMatch(/\.\.|\.$/);
        expect(assetName(name)).toBe(name);
      }),
    );
  });
});

describe('parts of an asset', () => {
  it('are those of the bytes, for every range', () => {
    const world = newWorld();
    const { core } = world.sandbox;
    const bytes = Buffer.from('0123456789');
    const stored = core.blobs.put(bytes);
    const asset: Asset = core.store.transaction(() =>
      core.tables.assets.put({
        id: 1_000_000,
        repositoryId: world.repository.id,
        releaseId: 1,
        name: 'a',
        label: null,
        contentType: 'text/plain',
        state: 'uploaded',
        size: bytes.length,
        sha256: stored.sha256,
        blob: stored.blob,
        downloads: 0,
        uploaderId: 1,
        createdAt: '2026-01-01T00:00:00Z',
        updatedAt: '2026-01-01T00:00:00Z',
      }),
    );
    const place = fc.option(fc.integer({ min: 0, max: 12 }), { nil: '' as const });
    fc.assert(
      fc.property(place, place, (from, to) => {
        const { status, body, headers } = assetBytes(core, asset, `bytes=${from}-${to}`);
        if (status === 416) return;
        const { blob, start, end } = body as { blob: string; start: number; end: number };
        const got = Buffer.from(core.blobs.read(blob, { start, end })).toString();
        expect(got.length).toBe(Number(headers['content-length']));
        if (status === 200) expect(got).toBe('0123456789');
        else if (from === '') expect(got).toBe('0123456789'.slice(-Number(to)));
        else expect(got).toBe('0123456789'.slice(from, to === '' ? undefined : to + 1));
      }),
    );
  });
});

describe('the latest release', () => {
  it('is one full release at most, whatever happens to them', () => {
    const change = fc.record({
      tag: fc.constantFrom('v1', 'v2', 'v3'),
      draft: fc.boolean(),
      prerelease: fc.boolean(),
      make_latest: fc.constantFrom('true', 'false', 'legacy'),
      remove: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
        const world = newWorld();
        commitFiles(world, { 'a.txt': 'a' });
        const { releases } = world.sandbox.core.tables;
        for (const { tag, remove, ...body } of changes) {
          const known = [...releases.all()].find((release) => release.tag === tag);
          const path = `/repos/owner/repo/releases${known === undefined ? '' : `/${known.id}`}`;
          const { status } =
            known === undefined
              ? world.call('writer', `POST ${path}`, { tag_name: tag, ...body })
              : remove
                ? world.call('writer', `DELETE ${path}`)
                : world.call('writer', `PATCH ${path}`, body);
          expect(status).toBeLessThan(300);
          const latest = [...releases.all()].filter((release) => release.latest);
          expect(latest.length).toBeLessThanOrEqual(1);
          expect(latest.some((release) => release.draft || release.prerelease)).toBe(false);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('configuration of notes and addresses of hooks', () => {
  it('are read whatever they are', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseNotesConfig(text).categories).toBeInstanceOf(Array);
        expect(typeof isLoopback(text)).toBe('boolean');
      }),
    );
  });

  it.each([
    ['http://127.0.0.1:80/x', true],
    ['http://127.8.8.8/', true],
    ['http://[::1]:1/', true],
    ['https://a.b.localhost/', true],
    ['http://2130706433/', true],
    ['http://localhost.example.com/', false],
    ['http://127.0.0.1.example.com/', false],
    ['http://10.0.0.1/', false],
    ['http://user@example.com@127.0.0.1.nip.io/', false],
    ['file:///etc/passwd', false],
  ])('%s', (url, expected) => {
    expect(isLoopback(url)).toBe(expected);
  });
});
