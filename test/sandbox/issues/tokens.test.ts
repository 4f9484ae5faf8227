import { describe, expect, it } from 'vitest';

import { checkWorld } from '../checks/world.ts';

const ISSUES = '/repos/owner/repo/issues';

describe('Apps and jobs in conversations', () => {
  it('write as their bot, and the App is named', () => {
    const w = checkWorld();
    const { token, app } = w.install('helper', { issues: 'write' });
    const made = w.call({ token }, `POST ${ISSUES}`, { title: 'x', labels: ['new'], assignees: ['writer'] });
    expect(made).toMatchObject({
      status: 201,
      body: {
        user: { login: 'helper[bot]', type: 'Bot' },
        performed_via_github_app: { id: app.id, slug: 'helper' },
        labels: [{ name: 'new' }],
        assignees: [{ login: 'writer' }],
        author_association: 'NONE',
      },
    });
    const told = w.told();
    expect(told.find(({ name }) => name === 'issues.opened')!.body['sender']).toMatchObject({
      login: 'helper[bot]',
    });
    const comment = w.call({ token }, `POST ${ISSUES}/1/comments`, { body: 'hello' });
    expect(comment.body.performed_via_github_app.slug).toBe('helper');
    const { body } = w.call('reader', `GET ${ISSUES}/1/events`);
    expect(body[0]).toMatchObject({ event: 'labeled', performed_via_github_app: { slug: 'helper' } });
  });

  it('change what others wrote, with the permission; nothing without', () => {
    const w = checkWorld();
    w.call('reader', `POST ${ISSUES}`, { title: 'x' });
    const { id } = w.call('reader', `POST ${ISSUES}/1/comments`, { body: 'x' }).body as { id: number };
    w.call('writer', `PUT ${ISSUES}/1/lock`);
    const { token } = w.install('helper', { issues: 'write' });
    expect(w.call({ token }, `PATCH ${ISSUES}/1`, { title: 'y', state: 'closed' }).status).toBe(200);
    expect(w.call({ token }, `PATCH ${ISSUES}/comments/${id}`, { body: 'y' }).status).toBe(200);
    expect(w.call({ token }, `POST ${ISSUES}/1/comments`, { body: 'still' }).status).toBe(201);
    const { token: weak } = w.install('looker', { issues: 'read' });
    expect(w.call({ token: weak }, `PATCH ${ISSUES}/1`, { title: 'z' })).toMatchObject({
      status: 403,
      body: { message: 'Resource not accessible by integration' },
    });
  });

  it('label pull requests with pull_requests alone, but make no labels', () => {
    const w = checkWorld();
    w.call('writer', 'POST /repos/owner/repo/labels', { name: 'known' });
    w.push('feature', { 'b.txt': '1\n' });
    const number = w.open('feature');
    const token = w.jobToken({ pull_requests: 'write' });
    const at = `${ISSUES}/${number}/labels`;
    expect(w.call({ token }, `POST ${at}`, { labels: ['known'] }).status).toBe(200);
    expect(w.call({ token }, `POST ${at}`, { labels: ['new'] })).toMatchObject({
      status: 403,
      body: { message: 'You do not have permission to create labels on this repository.' },
    });
    const both = w.jobToken({ pull_requests: 'write', issues: 'write' });
    expect(w.call({ token: both }, `POST ${at}`, { labels: ['new'] }).status).toBe(200);
    const comment = w.call({ token }, `POST ${ISSUES}/${number}/comments`, { body: 'checked' });
    expect(comment.body).toMatchObject({
      user: { login: 'github-actions[bot]' },
      performed_via_github_app: { slug: 'github-actions' },
    });
  });
});
