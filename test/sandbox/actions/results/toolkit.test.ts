import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import { newServices, serve } from './services.ts';

/** GitHub's own packages, unmodified, against the services on a port. */
describe('the toolkit', () => {
  const root = mkdtempSync(join(tmpdir(), 'toolkit-'));
  const services = newServices();
  const made = services.job({ cacheRefs: ['refs/heads/feature', 'refs/heads/main'] });
  let server: Awaited<ReturnType<typeof serve>>;

  beforeAll(async () => {
    server = await serve(services);
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    Object.entries({
      ACTIONS_RESULTS_URL: server.url,
      ACTIONS_RUNTIME_TOKEN: made.token,
      ACTIONS_CACHE_SERVICE_V2: 'true',
      GITHUB_SERVER_URL: 'http://github.localhost',
      GITHUB_WORKSPACE: root,
      RUNNER_TEMP: root,
    }).forEach(([name, value]) => vi.stubEnv(name, value));
  });
  afterAll(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    server.close();
    rmSync(root, { recursive: true, force: true });
  });

  it('@actions/artifact uploads, lists, finds, downloads and deletes', async () => {
    const { DefaultArtifactClient } = await import('@actions/artifact');
    const client = new DefaultArtifactClient();
    const content = 'line of a file\n'.repeat(100_000);
    writeFileSync(join(root, 'a.txt'), content);
    const sent = await client.uploadArtifact('dist', [join(root, 'a.txt')], root, { retentionDays: 1 });
    expect((await client.listArtifacts()).artifacts).toMatchObject([
      { name: 'dist', id: sent.id, size: sent.size, digest: `sha256:${sent.digest}` },
    ]);
    const found = await client.getArtifact('dist');
    const path = join(root, 'out');
    expect(
      await client.downloadArtifact(found.artifact.id, { path, expectedHash: `sha256:${sent.digest}` }),
    ).toEqual({
      downloadPath: path,
      digestMismatch: false,
    });
    expect(readFileSync(join(path, 'a.txt'), 'utf8')).toBe(content);
    await expect(client.uploadArtifact('dist', [join(root, 'a.txt')], root)).rejects.toThrow(
      'Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict: an artifact with this name already exists on the workflow run',
    );
    expect(await client.deleteArtifact('dist')).toEqual({ id: sent.id });
    await expect(client.getArtifact('dist')).rejects.toThrow('Artifact not found for name: dist');
  });

  it('@actions/artifact uploads a single file as it is', async () => {
    const { DefaultArtifactClient } = await import('@actions/artifact');
    const client = new DefaultArtifactClient();
    writeFileSync(join(root, 'report.html'), '<p>');
    const sent = await client.uploadArtifact('ignored', [join(root, 'report.html')], root, {
      skipArchive: true,
    });
    const path = join(root, 'plain');
    await client.downloadArtifact(sent.id!, { path });
    expect(readFileSync(join(path, 'report.html'), 'utf8')).toBe('<p>');
  });

  it('@actions/cache saves, restores by key and by restore key, and saves nothing twice', async () => {
    const cache = await import('@actions/cache');
    expect(cache.isFeatureAvailable()).toBe(true);
    const folder = join(root, 'deps');
    mkdirSync(folder);
    writeFileSync(join(folder, 'x'), '1');
    expect(await cache.saveCache([folder], 'deps-1')).toBeGreaterThan(0);
    expect(await cache.saveCache([folder], 'deps-1')).toBe(-1);
    rmSync(folder, { recursive: true });
    expect(await cache.restoreCache([folder], 'deps-1')).toBe('deps-1');
    expect(readFileSync(join(folder, 'x'), 'utf8')).toBe('1');
    expect(await cache.restoreCache([folder], 'deps-2', ['deps-'], { lookupOnly: true })).toBe('deps-1');
    expect(await cache.restoreCache([folder], 'pip')).toBeUndefined();
  });
});
