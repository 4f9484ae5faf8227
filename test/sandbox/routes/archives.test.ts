import { gunzipSync } from 'node:zlib';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { contentDownload } from '../../../sandbox/contents/download.ts';
import type { Identity } from '../../../sandbox/kernel/identity.ts';
import { newWorld, type World } from '../world.ts';

const NOBODY: Identity = { kind: 'anonymous' };

function withFile(options: { private?: boolean } = {}): World {
  const w = newWorld(options);
  w.call('owner', 'PUT /repos/owner/repo/contents/dir/a.txt', { message: 'a', content: 'eA==' });
  return w;
}

const download = (w: World, address: string, viewer = NOBODY) =>
  w.sandbox.core.store.transaction(() =>
    contentDownload(w.sandbox.core, viewer, address.replace(/^http:\/\/[^/]+/, '')),
  );

describe('archives (REST: download a repository archive)', () => {
  it('are where the API leads, with a folder named by owner and commit', () => {
    const w = withFile();
    const answer = w.call(undefined, 'GET /repos/owner/repo/tarball/main');
    expect(answer.status).toBe(302);
    const found = download(w, answer.headers['location']!);
    const { sha } = w.call(undefined, 'GET /repos/owner/repo/commits/main').body as { sha: string };
    expect(gunzipSync(found?.body as Uint8Array).toString()).toContain(
      `owner-repo-${sha.slice(0, 7)}/dir/a.txt`,
    );
    const zip = w.call(undefined, 'GET /repos/owner/repo/zipball/refs/heads/main').headers['location']!;
    expect(Object.keys(unzipSync(download(w, zip)?.body as Uint8Array))).toContain(
      `owner-repo-${sha.slice(0, 7)}/dir/a.txt`,
    );
    expect(w.call(undefined, 'GET /repos/owner/repo/tarball/none').status).toBe(404);
  });

  it('of private repositories are signed for an hour', () => {
    const w = withFile({ private: true });
    const location = w.call('owner', 'GET /repos/owner/repo/tarball/main').headers['location']!;
    expect(download(w, location)?.status).toBe(200);
    expect(download(w, location.replace(/\?.*/, ''))).toBeUndefined();
    w.clock.advance(3_600_001);
    expect(download(w, location)).toBeUndefined();
  });
});

describe('raw files', () => {
  it('are where `download_url` says, and harmless to look at', () => {
    const w = withFile();
    const { download_url } = w.call(undefined, 'GET /repos/owner/repo/contents/dir/a.txt').body as {
      download_url: string;
    };
    const found = download(w, download_url);
    expect(Buffer.from(found?.body as Uint8Array).toString()).toBe('x');
    expect(found?.headers['x-content-type-options']).toBe('nosniff');
    expect(download(w, '/owner/repo/raw/main/none')).toBeUndefined();
    const hidden = withFile({ private: true });
    expect(download(hidden, '/owner/repo/raw/main/dir/a.txt')).toBeUndefined();
  });
});
