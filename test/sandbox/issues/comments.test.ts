import { describe, expect, it } from 'vitest';

import { newWorld } from '../world.ts';
import { pullWorld } from '../pulls/world.ts';

const ISSUES = '/repos/owner/repo/issues';

describe('comments (docs: rest/issues/comments)', () => {
  it('are made, read, changed and deleted, and counted', () => {
    const w = pullWorld();
    w.call('writer', `POST ${ISSUES}`, { title: 'x' });
    w.told();
    const made = w.call('reader', `POST ${ISSUES}/1/comments`, { body: 'me too' });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      body: 'me too',
      user: { login: 'reader' },
      author_association: 'COLLABORATOR',
      issue_url: 'http://api.github.localhost/repos/owner/repo/issues/1',
      html_url: `http://github.localhost/owner/repo/issues/1#issuecomment-${made.body.id}`,
      reactions: { total_count: 0 },
    });
    expect(w.call('reader', `GET ${ISSUES}/1`).body.comments).toBe(1);
    const at = `${ISSUES}/comments/${made.body.id}`;
    expect(w.call('reader', `PATCH ${at}`, { body: 'me three' }).body.body).toBe('me three');
    expect(w.call('reader', `DELETE ${at}`).status).toBe(204);
    expect(w.call('reader', `GET ${at}`).status).toBe(404);
    expect(w.call('reader', `GET ${ISSUES}/1`).body.comments).toBe(0);
    const told = w.told();
    expect(told.map(({ name }) => name)).toEqual([
      'issue_comment.created',
      'issue_comment.edited',
      'issue_comment.deleted',
    ]);
    expect(told[1]!.body['changes']).toEqual({ body: { from: 'me too' } });
  });

  it('belong to their authors and to those who may write', () => {
    const w = newWorld();
    w.call('writer', `POST ${ISSUES}`, { title: 'x' });
    const { id } = w.call('reader', `POST ${ISSUES}/1/comments`, { body: 'mine' }).body as { id: number };
    expect(w.call('outsider', `PATCH ${ISSUES}/comments/${id}`, { body: 'x' }).status).toBe(403);
    expect(w.call('outsider', `DELETE ${ISSUES}/comments/${id}`).status).toBe(403);
    expect(w.call('writer', `PATCH ${ISSUES}/comments/${id}`, { body: 'tidied' }).status).toBe(200);
    expect(w.call('writer', `DELETE ${ISSUES}/comments/${id}`).status).toBe(204);
  });

  it('are refused blank or too long in the words GitHub has for new and for changed ones', () => {
    const w = newWorld();
    w.call('writer', `POST ${ISSUES}`, { title: 'x' });
    const long = 'x'.repeat(65_537);
    expect(w.call('writer', `POST ${ISSUES}/1/comments`, { body: long }).body.errors).toEqual([
      {
        resource: 'IssueComment',
        code: 'unprocessable',
        field: 'data',
        message: 'Body is too long (maximum is 65536 characters)',
      },
    ]);
    expect(w.call('writer', `POST ${ISSUES}/1/comments`, { body: ' \n' }).status).toBe(422);
    expect(w.call('writer', `POST ${ISSUES}/1/comments`, {}).status).toBe(422);
    const { id } = w.call('writer', `POST ${ISSUES}/1/comments`, { body: 'x' }).body as { id: number };
    expect(w.call('writer', `PATCH ${ISSUES}/comments/${id}`, { body: ' ' }).status).toBe(422);
    expect(w.call('writer', `PATCH ${ISSUES}/comments/${id}`, { body: long }).body.errors).toEqual([
      {
        resource: 'IssueComment',
        code: 'custom',
        field: 'body',
        message: 'body is too long (maximum is 65536 characters)',
      },
    ]);
  });

  it('are listed by issue and by repository, by age or by their last change, since a time', () => {
    const w = newWorld();
    w.call('writer', `POST ${ISSUES}`, { title: 'x' });
    w.call('writer', `POST ${ISSUES}`, { title: 'y' });
    const ids = [1, 2, 1].map((issue, at) => {
      w.clock.advance(60_000);
      return w.call('writer', `POST ${ISSUES}/${issue}/comments`, { body: String(at) }).body.id as number;
    });
    w.clock.advance(60_000);
    w.call('writer', `PATCH ${ISSUES}/comments/${ids[0]}`, { body: 'changed' });
    const [a, b, c] = ids as [number, number, number];
    const list = (path: string) => w.call('reader', `GET ${path}`).body.map(({ id }: { id: number }) => id);
    expect(list(`${ISSUES}/1/comments`)).toEqual([a, c]);
    expect(list(`${ISSUES}/1/comments?since=2026-01-01T00:03:30Z`)).toEqual([a]);
    expect(list(`${ISSUES}/comments`)).toEqual([a, b, c]);
    expect(list(`${ISSUES}/comments?sort=created`)).toEqual([c, b, a]);
    expect(list(`${ISSUES}/comments?sort=updated`)).toEqual([a, c, b]);
    expect(list(`${ISSUES}/comments?sort=updated&direction=asc`)).toEqual([b, c, a]);
    expect(list(`${ISSUES}/comments?direction=desc`)).toEqual([a, b, c]);
  });

  it('on pull requests are told as issue_comment with the pull request in the issue', () => {
    const w = pullWorld();
    w.push('feature', { 'b.txt': '1\n' });
    const number = w.open('feature');
    w.told();
    w.call('reader', `POST ${ISSUES}/${number}/comments`, { body: '/deploy' });
    const [told] = w.told();
    expect(told!.name).toBe('issue_comment.created');
    expect(told!.body['issue']).toHaveProperty('pull_request');
    expect(told!.event.facts).toMatchObject({ pullId: expect.any(Number) as number });
  });
});

describe('reactions (docs: rest/reactions/reactions)', () => {
  it('are one for each person and content: 201 for the first, 200 for the same again', () => {
    const w = newWorld();
    w.call('writer', `POST ${ISSUES}`, { title: 'x' });
    const react = (as: 'reader' | 'writer', content: string) =>
      w.call(as, `POST ${ISSUES}/1/reactions`, { content });
    const first = react('reader', '+1');
    expect(first.status).toBe(201);
    expect(react('reader', '+1')).toMatchObject({ status: 200, body: { id: first.body.id } });
    react('writer', '+1');
    react('reader', 'rocket');
    expect(react('reader', 'shrug').status).toBe(422);
    expect(w.call('reader', `GET ${ISSUES}/1`).body.reactions).toMatchObject({
      total_count: 3,
      '+1': 2,
      rocket: 1,
      eyes: 0,
    });
    expect(w.call('reader', `GET ${ISSUES}/1/reactions?content=%2B1`).body).toHaveLength(2);
    expect(w.call('outsider', `DELETE ${ISSUES}/1/reactions/${first.body.id}`).status).toBe(403);
    expect(w.call('reader', `DELETE ${ISSUES}/1/reactions/${first.body.id}`).status).toBe(204);
    expect(w.call('reader', `DELETE ${ISSUES}/1/reactions/${first.body.id}`).status).toBe(404);
  });

  it('go with the comment they were given to', () => {
    const w = newWorld();
    w.call('writer', `POST ${ISSUES}`, { title: 'x' });
    const { id } = w.call('writer', `POST ${ISSUES}/1/comments`, { body: 'x' }).body as { id: number };
    w.call('reader', `POST ${ISSUES}/comments/${id}/reactions`, { content: 'heart' });
    expect(w.call('reader', `GET ${ISSUES}/comments/${id}`).body.reactions.heart).toBe(1);
    w.call('writer', `DELETE ${ISSUES}/comments/${id}`);
    expect([...w.sandbox.core.tables.reactions.all()]).toEqual([]);
  });
});

describe('comments on commits (docs: rest/commits/comments)', () => {
  it('are made on a commit or a line of it, listed, changed and deleted', () => {
    const w = pullWorld();
    const tip = w.tip('main');
    const at = `/repos/owner/repo/commits/${tip}/comments`;
    const made = w.call('reader', `POST ${at}`, { body: 'nice', path: 'a.txt', position: 1, line: 1 });
    expect(made).toMatchObject({
      status: 201,
      body: { body: 'nice', commit_id: tip, path: 'a.txt', position: 1, user: { login: 'reader' } },
    });
    expect(w.told().map(({ name }) => name)).toEqual(['commit_comment.created']);
    const one = `/repos/owner/repo/comments/${made.body.id as number}`;
    w.call('writer', `POST ${one}/reactions`, { content: 'eyes' });
    expect(w.call('reader', `GET ${one}`).body.reactions.eyes).toBe(1);
    expect(w.call('outsider', `PATCH ${one}`, { body: 'x' }).status).toBe(403);
    expect(w.call('reader', `PATCH ${one}`, { body: 'very nice' }).body.body).toBe('very nice');
    expect(w.call('reader', `GET ${at}`).body).toHaveLength(1);
    expect(w.call('reader', 'GET /repos/owner/repo/comments').body).toHaveLength(1);
    expect(w.call('reader', `DELETE ${one}`).status).toBe(204);
    expect(w.call('reader', `GET ${one}`).status).toBe(404);
    expect(w.call('reader', 'GET /repos/owner/repo/commits/none/comments').status).toBe(422);
  });
});

describe('a deleted repository', () => {
  it('leaves nothing of its conversations behind, here or in other timelines', () => {
    const w = pullWorld();
    w.fork('outsider');
    w.call('outsider', 'POST /repos/outsider/repo/issues', { title: 'there', body: 'see owner/repo#1' });
    w.call('writer', `POST ${ISSUES}`, { title: 'here' });
    w.call('outsider', 'PATCH /repos/outsider/repo/issues/1', { body: 'but see owner/repo#1' });
    w.call('outsider', 'POST /repos/outsider/repo/issues/1/reactions', { content: 'eyes' });
    expect(w.call('reader', `GET ${ISSUES}/1/timeline`).body).toHaveLength(1);
    expect(w.call('outsider', 'DELETE /repos/outsider/repo').status).toBe(204);
    expect(w.call('reader', `GET ${ISSUES}/1/timeline`).body).toEqual([]);
    expect([...w.core.tables.reactions.all()]).toEqual([]);
  });
});
