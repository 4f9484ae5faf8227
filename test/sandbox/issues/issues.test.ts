import { describe, expect, it } from 'vitest';

import { deleteIssue } from '../../../sandbox/issues/edit.ts';
import { newWorld } from '../world.ts';
import { pullWorld } from '../pulls/world.ts';

const ISSUES = '/repos/owner/repo/issues';

describe('creating an issue (docs: rest/issues/issues#create-an-issue)', () => {
  it('takes title, body, labels, assignees and milestone, and tells each by its own event', () => {
    const w = pullWorld();
    w.call('writer', 'POST /repos/owner/repo/milestones', { title: 'v1' });
    w.told();
    const { status, body, headers } = w.call('writer', `POST ${ISSUES}`, {
      title: '  It breaks ',
      body: 'see @reader',
      labels: ['bug', { name: 'urgent' }],
      assignees: ['writer-2'],
      milestone: 1,
    });
    expect(status).toBe(201);
    expect(headers['location']).toBe('http://api.github.localhost/repos/owner/repo/issues/1');
    expect(body).toMatchObject({
      number: 1,
      title: 'It breaks',
      state: 'open',
      state_reason: null,
      labels: [
        { name: 'bug', color: 'ededed', default: false },
        { name: 'urgent', color: 'ededed' },
      ],
      assignee: { login: 'writer-2' },
      milestone: { title: 'v1', open_issues: 1 },
      author_association: 'COLLABORATOR',
      html_url: 'http://github.localhost/owner/repo/issues/1',
      closed_by: null,
    });
    expect(body).not.toHaveProperty('pull_request');
    expect(w.told().map(({ name }) => name)).toEqual([
      'label.created',
      'label.created',
      'issues.opened',
      'issues.labeled',
      'issues.labeled',
      'issues.assigned',
      'issues.milestoned',
    ]);
  });

  it('silently drops labels, assignees and milestone of people without push access', () => {
    const w = newWorld();
    const { status, body } = w.call('outsider', `POST ${ISSUES}`, {
      title: 'Mine',
      labels: ['bug'],
      assignees: ['nobody-at-all'],
      milestone: 9,
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ labels: [], assignees: [], milestone: null, author_association: 'NONE' });
    expect(w.call('reader', 'GET /repos/owner/repo/labels').body).toEqual([]);
  });

  it.each([
    [{ title: '' }, { resource: 'Issue', code: 'missing_field', field: 'title' }],
    [
      { title: 'x'.repeat(257) },
      { code: 'custom', field: 'title', message: 'title is too long (maximum is 256 characters)' },
    ],
    [
      { title: 'x', body: 'x'.repeat(65_537) },
      {
        resource: 'Issue',
        code: 'custom',
        field: 'body',
        message: 'body is too long (maximum is 65536 characters)',
      },
    ],
    [
      { title: 'x', assignees: ['outsider'] },
      { value: 'outsider', resource: 'Issue', field: 'assignees', code: 'invalid' },
    ],
    [
      { title: 'x', milestone: 7 },
      { resource: 'Issue', field: 'milestone', code: 'invalid' },
    ],
  ])('refuses %j', (input, error) => {
    const { status, body } = newWorld().call('writer', `POST ${ISSUES}`, input);
    expect(status).toBe(422);
    expect(body).toMatchObject({ message: 'Validation Failed', errors: [error] });
  });

  it('counts characters, not bytes or UTF-16 units', () => {
    const w = newWorld({ limits: { bodyCharacters: 3 } });
    expect(w.call('writer', `POST ${ISSUES}`, { title: 'x', body: '😀é漢' }).status).toBe(201);
    expect(w.call('writer', `POST ${ISSUES}`, { title: 'x', body: '😀é漢x' }).status).toBe(422);
  });

  it('answers 410 where issues are switched off; pull requests stay reachable', () => {
    const w = pullWorld();
    w.push('feature', { 'b.txt': '1\n' });
    w.call('writer', `POST ${ISSUES}`, { title: 'before' });
    const number = w.open('feature');
    w.core.store.transaction(() => {
      w.core.tables.repositories.put({
        ...w.core.tables.repositories.require(w.repository.id),
        hasIssues: false,
      });
    });
    expect(w.call('writer', `POST ${ISSUES}`, { title: 'x' })).toMatchObject({
      status: 410,
      body: { message: 'Issues are disabled for this repo' },
    });
    expect(w.call('reader', `GET ${ISSUES}/1`).status).toBe(410);
    expect(w.call('reader', `GET ${ISSUES}/${number}`).status).toBe(200);
  });

  it('answers 410 for a deleted issue, 404 for one that never was', () => {
    const w = pullWorld();
    w.call('writer', `POST ${ISSUES}`, { title: 'gone' });
    w.call('writer', `POST ${ISSUES}/1/comments`, { body: 'x' });
    w.call('writer', `POST ${ISSUES}`, { title: 'names #1' });
    w.core.store.transaction(() => {
      deleteIssue(w.core, w.actor('owner'), w.core.tables.issues.find('number', `${w.repository.id}/1`)!);
    });
    expect(w.call('reader', `GET ${ISSUES}/1`).status).toBe(410);
    expect(w.call('reader', `GET ${ISSUES}/9`).status).toBe(404);
    expect(w.call('reader', `GET ${ISSUES}/comments`).body).toEqual([]);
    expect(w.call('reader', `GET ${ISSUES}/2/timeline`).status).toBe(200);
  });
});

describe('changing an issue (docs: rest/issues/issues#update-an-issue)', () => {
  it('replaces labels and assignees, renames, and tells every change', () => {
    const w = pullWorld();
    w.call('writer', `POST ${ISSUES}`, {
      title: 'One',
      body: 'a',
      labels: ['a', 'b'],
      assignees: ['writer'],
    });
    w.told();
    const { body } = w.call('writer', `PATCH ${ISSUES}/1`, {
      title: 'Two',
      body: null,
      labels: ['b', 'c'],
      assignees: ['writer-2'],
    });
    expect(body.labels.map((label: { name: string }) => label.name)).toEqual(['b', 'c']);
    expect(body).toMatchObject({ title: 'Two', body: null, assignees: [{ login: 'writer-2' }] });
    const told = w.told();
    expect(told.map(({ name }) => name)).toEqual([
      'label.created',
      'issues.edited',
      'issues.unlabeled',
      'issues.labeled',
      'issues.unassigned',
      'issues.assigned',
    ]);
    expect(told[1]!.body['changes']).toEqual({ title: { from: 'One' }, body: { from: 'a' } });
  });

  it.each([
    ['completed', undefined],
    ['not_planned', 'not_planned'],
    ['duplicate', 'duplicate'],
  ])('closes as %s, and opens again as reopened', (reason, given) => {
    const w = newWorld();
    w.call('reader', `POST ${ISSUES}`, { title: 'x' });
    w.clock.advance(5000);
    const closed = w.call('writer', `PATCH ${ISSUES}/1`, {
      state: 'closed',
      ...(given === undefined ? {} : { state_reason: given }),
    });
    expect(closed.body).toMatchObject({
      state: 'closed',
      state_reason: reason,
      closed_at: '2026-01-01T00:00:05Z',
      closed_by: { login: 'writer' },
    });
    const open = w.call('writer', `PATCH ${ISSUES}/1`, { state: 'open' });
    expect(open.body).toMatchObject({
      state: 'open',
      state_reason: 'reopened',
      closed_at: null,
      closed_by: null,
    });
  });

  it('lets authors edit and close their own, not what others wrote, nor reopen what others closed', () => {
    const w = newWorld();
    w.call('outsider', `POST ${ISSUES}`, { title: 'mine' });
    w.call('writer', `POST ${ISSUES}`, { title: 'theirs' });
    expect(
      w.call('outsider', `PATCH ${ISSUES}/1`, { title: 'still mine', labels: ['x'] }).body,
    ).toMatchObject({
      title: 'still mine',
      labels: [],
    });
    expect(w.call('outsider', `PATCH ${ISSUES}/1`, { state: 'closed' }).status).toBe(200);
    expect(w.call('outsider', `PATCH ${ISSUES}/1`, { state: 'open' }).status).toBe(200);
    w.call('writer', `PATCH ${ISSUES}/1`, { state: 'closed' });
    expect(w.call('outsider', `PATCH ${ISSUES}/1`, { state: 'open' }).status).toBe(403);
    expect(w.call('outsider', `PATCH ${ISSUES}/2`, { title: 'x' })).toMatchObject({
      status: 403,
      body: { message: 'Must have admin rights to Repository.' },
    });
    expect(w.call(undefined, `PATCH ${ISSUES}/2`, { title: 'x' }).status).toBe(401);
  });

  it('is told to people who only look in the forms they ask for', () => {
    const w = newWorld();
    w.call('writer', `POST ${ISSUES}`, { title: 'x', body: '**Look** at #1' });
    const as = (form: string) =>
      w.call('reader', `GET ${ISSUES}/1`, undefined, { accept: `application/vnd.github.${form}+json` }).body;
    expect(as('html')).not.toHaveProperty('body');
    expect(as('html').body_html).toContain('<strong>Look</strong> at <a');
    expect(as('text').body_text).toBe('Look at #1');
    expect(Object.keys(as('full'))).toEqual(expect.arrayContaining(['body', 'body_html', 'body_text']));
    expect(as('raw').body).toBe('**Look** at #1');
  });
});

describe('locking (docs: rest/issues/issues#lock-an-issue)', () => {
  it('leaves commenting to those who may write', () => {
    const w = pullWorld();
    w.call('reader', `POST ${ISSUES}`, { title: 'x' });
    w.told();
    expect(w.call('reader', `PUT ${ISSUES}/1/lock`).status).toBe(403);
    expect(w.call('writer', `PUT ${ISSUES}/1/lock`, { lock_reason: 'too heated' }).status).toBe(204);
    expect(w.call('reader', `GET ${ISSUES}/1`).body).toMatchObject({
      locked: true,
      active_lock_reason: 'too heated',
    });
    expect(w.call('reader', `POST ${ISSUES}/1/comments`, { body: 'but' })).toMatchObject({
      status: 403,
      body: { message: 'Unable to create comment because issue is locked.' },
    });
    expect(w.call('writer', `POST ${ISSUES}/1/comments`, { body: 'no' }).status).toBe(201);
    expect(w.call('writer', `PUT ${ISSUES}/1/lock`, { lock_reason: 'because' }).status).toBe(422);
    expect(w.call('writer', `DELETE ${ISSUES}/1/lock`).status).toBe(204);
    expect(w.call('reader', `POST ${ISSUES}/1/comments`, { body: 'but' }).status).toBe(201);
    expect(w.told().map(({ name }) => name)).toEqual([
      'issues.locked',
      'issue_comment.created',
      'issues.unlocked',
      'issue_comment.created',
    ]);
  });
});
