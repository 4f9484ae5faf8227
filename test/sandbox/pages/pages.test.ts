import { describe, expect, it } from 'vitest';

import { pullWorld } from '../pulls/world.ts';
import { sampleWorld } from './sample.ts';
import { visitor } from './visitor.ts';

describe('pages for reading', () => {
  const shared = sampleWorld();

  it('lists repositories one may know of', async () => {
    const v = visitor(shared);
    expect((await v.get('/')).includes('owner/repo')).toBe(true);
  });

  it.each([
    ['/owner/repo', 'Sample model'],
    ['/owner/repo/tree/main/src', 'train.py'],
    ['/owner/repo/blob/main/src/train.py', 'def train'],
    ['/owner/repo/commits/main', 'Add the training'],
    ['/owner/repo/branches', 'faster'],
    ['/owner/repo/tags', 'no tags'],
    ['/owner/repo/pulls', 'Train faster with a higher rate'],
    ['/owner/repo/pulls?state=closed', 'Be ready'],
    ['/owner/repo/pull/1', 'Looks'],
    ['/owner/repo/pull/1/files', 'rate=0.5'],
    ['/owner/repo/pull/1/commits', 'Drop the notes'],
    ['/owner/repo/pull/1/checks', 'Nothing was reported'],
    ['/owner/repo/compare/main...docs', 'There is a pull request for these branches'],
    ['/owner/repo/issues', 'no such issues'],
    ['/owner/repo/labels', 'no labels'],
    ['/owner', 'owner/repo'],
  ])('%s shows what is there', async (path, text) => {
    const response = await visitor(shared).ask(path);
    expect(response.status).toBe(200);
    expect((await response.text()).includes(text)).toBe(true);
  });

  it.each([
    '/nobody',
    '/owner/nothing',
    '/owner/repo/pull/99',
    '/owner/repo/blob/main/nothing.txt',
    '/x/y/z/w',
  ])('%s is not there', async (path) => {
    expect((await visitor(shared).ask(path)).status).toBe(404);
  });

  it('an issue number of a pull request leads to it', async () => {
    const response = await visitor(shared).ask('/owner/repo/issues/1');
    expect([response.status, response.headers.get('location')]).toEqual([302, '/owner/repo/pull/1']);
  });

  it('gives files as bytes that no browser runs', async () => {
    const response = await visitor(shared).ask('/owner/repo/raw/main/src/train.py');
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await response.text()).toContain('def train');
  });

  it('escapes what people write', async () => {
    const v = visitor(sampleWorld());
    v.call('writer', 'PATCH /repos/owner/repo/pulls/1', { title: '<script>alert(1)</script>' });
    const text = await v.get('/owner/repo/pull/1');
    expect(text).not.toContain('<script>alert');
    expect(text).toContain('&lt;script&gt;alert(1)');
  });

  it('shows nobody a private repository, and a stranger neither', async () => {
    const v = visitor(sampleWorld());
    v.core.store.transaction(() => {
      const { repositories } = v.core.tables;
      repositories.put({ ...repositories.require(v.repository.id), private: true });
    });
    await v.be('-');
    expect((await v.ask('/owner/repo')).status).toBe(404);
    expect((await v.get('/')).includes('owner/repo')).toBe(false);
    await v.be('outsider');
    expect((await v.ask('/owner/repo/pull/1')).status).toBe(404);
    await v.be('reader');
    expect((await v.ask('/owner/repo')).status).toBe(200);
  });
});

describe('forms act as the chosen user', () => {
  const verdict = (v: ReturnType<typeof visitor>) =>
    v
      .call('owner', 'GET /repos/owner/repo/pulls/1/reviews')
      .body.map(({ state }: { state: string }) => state);

  it('approves as somebody else and merges', async () => {
    const v = visitor(sampleWorld());
    await v.be('writer-2');
    const form = { back: '/owner/repo/pull/1', event: 'APPROVE', body: 'Good' };
    const sent = await v.post('/owner/repo/pull/1/reviews', form);
    expect([sent.status, sent.headers.get('location')]).toEqual([303, '/owner/repo/pull/1']);
    expect(verdict(v)).toContain('APPROVED');
    await v.post('/owner/repo/pull/1/merge', {
      back: '/owner/repo/pull/1',
      merge_method: 'squash',
      sha: v.tip('faster'),
    });
    expect(v.call('owner', 'GET /repos/owner/repo/pulls/1').body).toMatchObject({
      merged: true,
      merged_by: { login: 'writer-2' },
    });
    expect((await v.get('/owner/repo/pull/1')).includes('This was merged')).toBe(true);
  });

  it('shows what the API refuses, once', async () => {
    const v = visitor(sampleWorld());
    await v.be('writer');
    await v.post('/owner/repo/pull/1/reviews', { back: '/owner/repo/pull/1', event: 'APPROVE' });
    expect((await v.get('/owner/repo/pull/1')).includes('Can not approve your own pull request')).toBe(true);
    expect((await v.get('/owner/repo/pull/1')).includes('Can not approve your own pull request')).toBe(false);
    expect(verdict(v)).not.toContain('APPROVED');
  });

  it('a reader may not merge, and sees no button for it', async () => {
    const v = visitor(sampleWorld());
    await v.be('reader');
    expect((await v.get('/owner/repo/pull/1')).includes('Merge pull request</button>')).toBe(false);
    await v.post('/owner/repo/pull/1/merge', { back: '/owner/repo/pull/1' });
    expect(v.call('owner', 'GET /repos/owner/repo/pulls/1').body.merged).toBe(false);
  });

  it('opens a pull request from two branches', async () => {
    const v = visitor(sampleWorld());
    v.push('new', { 'new.txt': 'n\n' });
    await v.be('writer');
    const form = { back: '/', title: 'New', body: '', base: 'main', head: 'new' };
    const { headers } = await v.post('/owner/repo/pulls', form);
    expect(headers.get('location')).toMatch(/^\/owner\/repo\/pull\/\d+$/);
  });

  it('begins a review on lines, adds to it and submits it', async () => {
    const v = visitor(sampleWorld());
    await v.be('reader');
    const line = {
      back: '/',
      path: 'src/train.py',
      side: 'RIGHT',
      commit_id: v.tip('faster'),
      how: 'review',
    };
    await v.post('/owner/repo/pull/1/comments', { ...line, line: '6', body: 'One' });
    await v.post('/owner/repo/pull/1/comments', { ...line, line: '7', body: 'Two' });
    const page = await v.get('/owner/repo/pull/1');
    expect(page).toContain('Your pending review');
    const review = v.core.tables.reviews.where('pull', 0).length;
    expect(review).toBe(0);
    const begun = [...v.core.tables.reviews.all()].find(({ state }) => state === 'PENDING')!;
    expect(v.core.tables.reviewComments.count('review', begun.id)).toBe(2);
    await v.post('/owner/repo/pull/1/reviews', {
      back: '/',
      review: String(begun.id),
      event: 'COMMENT',
      body: 'Done',
    });
    expect(verdict(v)).toEqual(expect.arrayContaining(['COMMENTED']));
    expect(v.core.tables.reviews.require(begun.id).state).toBe('COMMENTED');
  });
});

describe('forms of other sites are refused', () => {
  it('by origin, by the browser’s own word, and by the name that was asked', async () => {
    const v = visitor(pullWorld());
    const form = { login: 'writer', back: '/' };
    expect((await v.post('/-/user', form, { origin: 'http://evil.example' })).status).toBe(403);
    expect((await v.post('/-/user', form, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect(
      (await v.post('/-/user', form, { host: 'evil.example', origin: 'http://evil.example' })).status,
    ).toBe(403);
    const bare = await v.ask('/-/user', { method: 'POST', body: 'login=writer' });
    expect(bare.status).toBe(403);
    expect((await v.ask('/', { headers: { host: 'evil.example' } })).status).toBe(403);
  });

  it('sends nobody to another site', async () => {
    const v = visitor(pullWorld());
    for (const back of ['//evil.example', 'https://evil.example', '/\\evil.example']) {
      const { headers } = await v.post('/-/user', { login: 'writer', back });
      expect(headers.get('location')).toBe('/');
    }
  });

  it('keeps scripts of others out', async () => {
    const policy = (await visitor(pullWorld()).ask('/')).headers.get('content-security-policy');
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
  });
});
