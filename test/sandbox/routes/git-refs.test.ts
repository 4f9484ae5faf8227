import { describe, expect, it } from 'vitest';
import { newWorld, type World } from '../world.ts';

const REFS = '/repos/owner/repo/git/refs';

/** A file written by the contents API; the commit's id. */
function write(w: World, path: string, text: string, more: object = {}): string {
  const body = { message: 'Change', content: Buffer.from(text).toString('base64'), ...more };
  const answer = w.call('owner', `PUT /repos/owner/repo/contents/${path}`, body);
  expect(answer.status).toBeLessThan(300);
  return (answer.body as { commit: { sha: string } }).commit.sha;
}

describe('git references (REST: git/refs)', () => {
  it('answer 409 until the first commit', () => {
    const w = newWorld();
    for (const route of [
      'GET /repos/owner/repo/git/ref/heads/main',
      'GET /repos/owner/repo/git/matching-refs/heads',
      `DELETE ${REFS}/heads/main`,
    ])
      expect(w.call('owner', route)).toMatchObject({
        status: 409,
        body: { message: 'Git Repository is empty.' },
      });
  });

  it('are made, read, listed by prefix, moved and deleted', () => {
    const w = newWorld();
    const first = write(w, 'a.txt', '1');
    const made = w.call('writer', `POST ${REFS}`, { ref: 'refs/heads/feature/a', sha: first });
    expect(made).toMatchObject({
      status: 201,
      headers: { location: expect.stringContaining('/git/refs/heads/feature/a') as string },
      body: { ref: 'refs/heads/feature/a', object: { type: 'commit', sha: first } },
    });
    expect(w.call(undefined, 'GET /repos/owner/repo/git/ref/heads/feature/a').body).toEqual(made.body);
    expect(w.call(undefined, 'GET /repos/owner/repo/git/ref/heads/feature').status).toBe(404);
    w.call('writer', `POST ${REFS}`, { ref: 'refs/heads/feature/b', sha: first });
    const listed = w.call(undefined, 'GET /repos/owner/repo/git/matching-refs/heads/feature');
    expect((listed.body as { ref: string }[]).map(({ ref }) => ref)).toEqual([
      'refs/heads/feature/a',
      'refs/heads/feature/b',
    ]);
    const second = write(w, 'b.txt', '2');
    const moved = w.call('writer', `PATCH ${REFS}/heads/feature/a`, { sha: second });
    expect(moved).toMatchObject({ status: 200, body: { object: { sha: second } } });
    const back = w.call('writer', `PATCH ${REFS}/heads/feature/a`, { sha: first });
    expect(back).toMatchObject({ status: 422, body: { message: 'Update is not a fast forward' } });
    expect(w.call('writer', `PATCH ${REFS}/heads/feature/a`, { sha: first, force: true }).status).toBe(200);
    expect(w.call('writer', `DELETE ${REFS}/heads/feature/a`).status).toBe(204);
    expect(w.call('writer', `DELETE ${REFS}/heads/feature/a`)).toMatchObject({
      status: 422,
      body: { message: 'Reference does not exist' },
    });
  });

  it.each([
    [{ ref: 'refs/heads/main' }, 'Reference already exists'],
    [{ ref: 'heads/x' }, 'Reference name must contain at least three slash-separated components.'],
    [
      { ref: 'refs/heads/x', sha: 'abc' },
      'The sha parameter must be exactly 40 characters and contain only [0-9a-f].',
    ],
    [{ ref: 'refs/heads/x', sha: '1'.repeat(40) }, 'Object does not exist'],
    [{ ref: 'refs/pull/7/head' }, 'Reference update failed'],
    [{ ref: 'refs/heads/main/x' }, 'Reference update failed'],
  ])('%j is refused: %s', (input, message) => {
    const w = newWorld();
    const sha = write(w, 'a.txt', '1');
    expect(w.call('owner', `POST ${REFS}`, { sha, ...input })).toMatchObject({
      status: 422,
      body: { message },
    });
  });

  it('take push access', () => {
    const w = newWorld();
    const sha = write(w, 'a.txt', '1');
    expect(w.call('reader', `POST ${REFS}`, { ref: 'refs/heads/x', sha }).status).toBe(403);
    expect(w.call(undefined, `POST ${REFS}`, { ref: 'refs/heads/x', sha }).status).toBe(401);
  });
});
