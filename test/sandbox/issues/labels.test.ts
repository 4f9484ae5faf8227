import { describe, expect, it } from 'vitest';

import { plantDefaultLabels } from '../../../sandbox/issues/labels.ts';
import { addCollaborator } from '../../../sandbox/seed.ts';
import { newWorld, type World } from '../world.ts';
import { pullWorld } from '../pulls/world.ts';

const REPO = '/repos/owner/repo';

const names = (answer: { body: { name: string }[] }) => answer.body.map(({ name }) => name);

function triager(w: World): void {
  const { core } = w.sandbox;
  core.store.transaction(() => {
    addCollaborator(core, w.repository.id, core.tables.accounts.find('login', 'reader')!.id, 'triage');
  });
}

describe('labels of a repository (docs: rest/issues/labels)', () => {
  it('are the nine GitHub gives a new one', () => {
    const w = newWorld();
    w.sandbox.core.store.transaction(() => {
      plantDefaultLabels(w.sandbox.core, w.repository.id);
    });
    const { body } = w.call('reader', `GET ${REPO}/labels`);
    expect(body).toHaveLength(9);
    expect(body[0]).toMatchObject({
      name: 'bug',
      color: 'd73a4a',
      default: true,
      description: "Something isn't working",
    });
  });

  it('are made, renamed and deleted, and each is told', () => {
    const w = pullWorld();
    const made = w.call('writer', `POST ${REPO}/labels`, {
      name: 'Hot',
      color: 'FF0000',
      description: 'burns',
    });
    expect(made).toMatchObject({ status: 201, body: { name: 'Hot', color: 'ff0000', description: 'burns' } });
    w.call('writer', `POST ${REPO}/issues`, { title: 'x', labels: ['hot'] });
    w.told();
    expect(
      w.call('writer', `PATCH ${REPO}/labels/hot`, { new_name: 'hot stuff', color: '00ff00' }).body,
    ).toMatchObject({
      id: made.body.id,
      name: 'hot stuff',
      url: 'http://api.github.localhost/repos/owner/repo/labels/hot%20stuff',
    });
    expect(names(w.call('reader', `GET ${REPO}/issues/1/labels`))).toEqual(['hot stuff']);
    expect(w.call('writer', `DELETE ${REPO}/labels/hot%20stuff`).status).toBe(204);
    expect(names(w.call('reader', `GET ${REPO}/issues/1/labels`))).toEqual([]);
    const told = w.told();
    expect(told.map(({ name }) => name)).toEqual(['label.edited', 'label.deleted']);
    expect(told[0]!.body['changes']).toEqual({ name: { from: 'Hot' }, color: { from: 'ff0000' } });
  });

  it.each([
    [{ name: 'BUG' }, { resource: 'Label', code: 'already_exists', field: 'name' }],
    [
      { name: 'x', color: '#ff0000' },
      { resource: 'Label', code: 'invalid', field: 'color' },
    ],
    [
      { name: 'x', color: 'red' },
      { resource: 'Label', code: 'invalid', field: 'color' },
    ],
    [{ name: ' ' }, { resource: 'Label', code: 'missing_field', field: 'name' }],
    [{ name: 'x'.repeat(51) }, { resource: 'Label', code: 'custom', field: 'name' }],
    [
      { name: 'x', description: 'x'.repeat(101) },
      { resource: 'Label', code: 'custom', field: 'description' },
    ],
  ])('refuse %j', (input, error) => {
    const w = newWorld();
    w.call('writer', `POST ${REPO}/labels`, { name: 'bug', color: '000000' });
    const { status, body } = w.call('writer', `POST ${REPO}/labels`, input);
    expect(status).toBe(422);
    expect(body.errors).toEqual([expect.objectContaining(error)]);
  });

  it('keep their own name in another case', () => {
    const w = newWorld();
    w.call('writer', `POST ${REPO}/labels`, { name: 'bug' });
    expect(w.call('writer', `PATCH ${REPO}/labels/bug`, { new_name: 'Bug' })).toMatchObject({
      status: 200,
      body: { name: 'Bug' },
    });
  });
});

describe('labels on issues', () => {
  it('are added, set, removed and cleared', () => {
    const w = newWorld();
    w.call('writer', `POST ${REPO}/issues`, { title: 'x' });
    const at = `${REPO}/issues/1/labels`;
    expect(names(w.call('writer', `POST ${at}`, { labels: ['a', 'b'] }))).toEqual(['a', 'b']);
    expect(names(w.call('writer', `POST ${at}`, { labels: ['B', { name: 'c' }] }))).toEqual(['a', 'b', 'c']);
    expect(names(w.call('writer', `PUT ${at}`, { labels: ['c', 'd'] }))).toEqual(['c', 'd']);
    expect(names(w.call('writer', `DELETE ${at}/C`))).toEqual(['d']);
    expect(w.call('writer', `DELETE ${at}/c`)).toMatchObject({
      status: 404,
      body: { message: 'Label does not exist' },
    });
    expect(w.call('writer', `DELETE ${at}`).status).toBe(204);
    expect(w.call('reader', `GET ${at}`).body).toEqual([]);
    expect(w.call('reader', `POST ${at}`, { labels: ['a'] }).status).toBe(403);
  });

  it('that do not exist are made for who may make labels, and refused to who may only triage', () => {
    const w = newWorld();
    triager(w);
    w.call('writer', `POST ${REPO}/labels`, { name: 'known' });
    w.call('writer', `POST ${REPO}/issues`, { title: 'x' });
    const at = `${REPO}/issues/1/labels`;
    expect(names(w.call('reader', `POST ${at}`, { labels: ['known'] }))).toEqual(['known']);
    expect(w.call('reader', `POST ${at}`, { labels: ['new'] })).toMatchObject({
      status: 403,
      body: {
        message: 'You do not have permission to create labels on this repository.',
        errors: [{ resource: 'Repository', field: 'label', code: 'unauthorized' }],
      },
    });
    expect(names(w.call('writer', `POST ${at}`, { labels: ['new'] }))).toEqual(['known', 'new']);
  });

  it('of pull requests are told as pull_request events', () => {
    const w = pullWorld();
    w.push('feature', { 'b.txt': '1\n' });
    const number = w.open('feature');
    w.told();
    w.call('writer', `POST ${REPO}/issues/${number}/labels`, { labels: ['go'] });
    w.call('writer', `DELETE ${REPO}/issues/${number}/labels/go`);
    w.call('writer', `POST ${REPO}/issues/${number}/assignees`, { assignees: ['writer-2', 'outsider'] });
    w.call('writer', `DELETE ${REPO}/issues/${number}/assignees`, { assignees: ['writer-2'] });
    const told = w.told();
    expect(told.map(({ name }) => name)).toEqual([
      'label.created',
      'pull_request.labeled',
      'pull_request.unlabeled',
      'pull_request.assigned',
      'pull_request.unassigned',
    ]);
    expect(told[1]!.body).toMatchObject({ number, label: { name: 'go' } });
  });
});

describe('milestones (docs: rest/issues/milestones)', () => {
  it('are made, changed, closed and deleted', () => {
    const w = pullWorld();
    const at = `${REPO}/milestones`;
    const made = w.call('writer', `POST ${at}`, { title: 'v1', due_on: '2026-03-01T08:00:00Z' });
    expect(made).toMatchObject({
      status: 201,
      body: { number: 1, state: 'open', due_on: '2026-03-01T08:00:00Z', open_issues: 0 },
    });
    expect(w.call('writer', `POST ${at}`, { title: 'v1' }).body.errors).toEqual([
      { resource: 'Milestone', code: 'already_exists', field: 'title' },
    ]);
    w.call('writer', `POST ${REPO}/issues`, { title: 'x', milestone: 1, labels: ['a'] });
    w.told();
    expect(names(w.call('reader', `GET ${at}/1/labels`))).toEqual(['a']);
    expect(w.call('writer', `PATCH ${at}/1`, { title: 'v1.0', state: 'closed' }).body).toMatchObject({
      title: 'v1.0',
      state: 'closed',
      closed_at: '2026-01-01T00:00:00Z',
      open_issues: 1,
    });
    expect(w.call('writer', `DELETE ${at}/1`).status).toBe(204);
    expect(w.call('reader', `GET ${REPO}/issues/1`).body.milestone).toBeNull();
    expect(w.told().map(({ name }) => name)).toEqual([
      'milestone.edited',
      'milestone.closed',
      'issues.demilestoned',
      'milestone.deleted',
    ]);
    expect(w.call('writer', `POST ${at}`, { title: 'next' }).body.number).toBe(2);
    expect(w.call('reader', `POST ${at}`, { title: 'no' }).status).toBe(403);
  });

  it('are listed by due date or completeness', () => {
    const w = newWorld();
    const at = `${REPO}/milestones`;
    w.call('writer', `POST ${at}`, { title: 'never' });
    w.call('writer', `POST ${at}`, { title: 'late', due_on: '2027-01-01T00:00:00Z' });
    w.call('writer', `POST ${at}`, { title: 'soon', due_on: '2026-02-01T00:00:00Z' });
    w.call('writer', `POST ${REPO}/issues`, { title: 'x', milestone: 1 });
    w.call('writer', `PATCH ${REPO}/issues/1`, { state: 'closed' });
    const list = (query: string) =>
      w.call('reader', `GET ${at}?${query}`).body.map(({ title }: { title: string }) => title);
    expect(list('')).toEqual(['soon', 'late', 'never']);
    expect(list('sort=completeness&direction=desc')[0]).toBe('never');
    expect(list('state=closed')).toEqual([]);
  });
});

describe('assignees (docs: rest/issues/assignees)', () => {
  it('are who may write, and on an issue whoever wrote or commented', () => {
    const w = newWorld();
    w.call('outsider', `POST ${REPO}/issues`, { title: 'x' });
    const logins = w
      .call('reader', `GET ${REPO}/assignees`)
      .body.map(({ login }: { login: string }) => login);
    expect(logins).toEqual(['owner', 'writer', 'writer-2']);
    expect(w.call('reader', `GET ${REPO}/assignees/writer`).status).toBe(204);
    expect(w.call('reader', `GET ${REPO}/assignees/outsider`).status).toBe(404);
    expect(w.call('reader', `GET ${REPO}/issues/1/assignees/outsider`).status).toBe(204);
    expect(w.call('reader', `GET ${REPO}/issues/1/assignees/reader`).status).toBe(404);
    const { status, body } = w.call('writer', `POST ${REPO}/issues/1/assignees`, {
      assignees: ['outsider', 'reader', 'nobody-at-all'],
    });
    expect(status).toBe(201);
    expect(body.assignees.map(({ login }: { login: string }) => login)).toEqual(['outsider']);
  });
});
