import { describe, expect, it } from 'vitest';

import { busyWorld } from './busy.ts';
import { visitor } from './visitor.ts';

const shared = busyWorld();
const { tables } = shared.core;
const runs = [...tables.workflowRuns.all()];
const waiting = runs.find(({ status }) => status === 'waiting')!;
const running = runs.find(({ status }) => status === 'in_progress')!;
const failed = [...tables.workflowJobs.all()].find(({ conclusion }) => conclusion === 'failure')!;
const hook = [...tables.hooks.all()].find(({ kind }) => kind === 'repository')!;
const RUNS = '/owner/repo/actions/runs';

describe('pages of what runs, was released and deployed', () => {
  it.each([
    ['/owner/repo/actions', 'Test every push'],
    ['/owner/repo/actions/workflows/ci.yml', 'How much to test'],
    [`${RUNS}/${waiting.id}`, 'needs a review by writer-2'],
    [`${RUNS}/${running.id}/attempts/1`, 'lint summary'],
    [`${RUNS}/${running.id}/job/${failed.id}`, 'Process completed with exit code 1.'],
    ['/owner/repo/releases', 'First model'],
    ['/owner/repo/releases/tag/v1.0.0', 'latest'],
    ['/owner/repo/releases/new', 'Create release'],
    ['/owner/repo/deployments', 'It runs'],
    ['/owner/repo/deployments?environment=production', 'Approved by writer-2'],
    ['/owner/repo/issues', 'Training fails on an empty table'],
    ['/owner/repo/issues/5', 'Only on Fridays.'],
    ['/owner/repo/labels', 'approve:production'],
    ['/owner/repo/issues?label=bug', 'Training fails'],
    ['/owner/repo/pull/1/checks', 'Two lines are too long'],
    ['/owner/repo/settings/hooks', 'http://127.0.0.1:9/hook'],
    [`/owner/repo/settings/hooks/${hook.id}`, 'not sent yet'],
    ['/settings/apps', 'Promotes models'],
    ['/apps/slipway', 'Installed on'],
    ['/apps/slipway/installations/new', 'owner/repo'],
  ])('%s', async (path, text) => {
    const response = await visitor(shared).ask(path);
    expect(response.status).toBe(200);
    expect((await response.text()).includes(text)).toBe(true);
  });

  it('keeps webhooks and drafts from who may not see them', async () => {
    const v = visitor(shared);
    await v.be('reader');
    expect((await v.ask('/owner/repo/settings/hooks')).status).toBe(404);
    expect((await v.get('/owner/repo/releases')).includes('Next')).toBe(false);
    expect((await v.get('/owner/repo/actions/workflows/ci.yml')).includes('Run workflow')).toBe(false);
  });

  it('shows terminal colours of logs as plain text', async () => {
    const text = await visitor(shared).get(`${RUNS}/${running.id}/job/${failed.id}`);
    expect(text).toContain('ok one');
    expect(text).not.toContain('\u001b');
  });

  it('tells what is new of a run as events', async () => {
    const response = await visitor(shared).ask(`${RUNS}/${waiting.id}/live`);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const reader = response.body!.getReader();
    const first = new TextDecoder().decode((await reader.read()).value);
    await reader.cancel();
    expect(first).toMatch(/^event: part\ndata: \{"id":"run-head","html":"/);
  });
});

describe('forms of runs, releases, webhooks and Apps', () => {
  const world = busyWorld();
  const v = visitor(world);

  it('starts a workflow with inputs', async () => {
    await v.be('writer');
    const form = {
      back: '/',
      ref: 'main',
      'input:level': 'full',
      'bool:dry': 'false',
      'input:note': 'hello',
    };
    await v.post('/owner/repo/actions/workflows/ci.yml/dispatch', form);
    const run = [...world.core.tables.workflowRuns.all()].at(-1)!;
    expect(run.event).toBe('workflow_dispatch');
    expect(world.core.tables.runEvents.require(run.id).inputs).toEqual({
      level: 'full',
      dry: false,
      note: 'hello',
    });
  });

  it('cancels a run, and runs it again', async () => {
    await v.be('writer');
    const run = [...world.core.tables.workflowRuns.all()].at(-1)!;
    await v.post(`${RUNS}/${run.id}/cancel`, { back: '/' });
    expect(world.core.tables.workflowRuns.require(run.id).conclusion).toBe('cancelled');
    await v.post(`${RUNS}/${run.id}/rerun`, { back: '/' });
    expect(world.core.tables.workflowRuns.require(run.id).attempt).toBe(2);
  });

  it('publishes and deletes releases, adds webhooks and delivers again', async () => {
    await v.be('owner');
    const draft = [...world.core.tables.releases.all()].find((release) => release.draft)!;
    await v.post(`/owner/repo/releases/${draft.id}/publish`, { back: '/' });
    expect(world.core.tables.releases.require(draft.id).draft).toBe(false);
    await v.post('/owner/repo/settings/hooks', {
      back: '/',
      url: 'http://127.0.0.1:9/two',
      events: 'push, release',
      secret: '',
    });
    expect([...world.core.tables.hooks.all()].at(-1)!.events).toEqual(['push', 'release']);
    const tried = [...world.core.tables.deliveries.all()].find(({ pending }) => !pending)!;
    const count = world.core.tables.deliveries.size;
    await v.post(`/owner/repo/settings/hooks/${tried.hookId}/deliveries/${tried.id}/again`, { back: '/' });
    expect(world.core.tables.deliveries.size).toBe(count + 1);
  });

  it('installs an App for who manages the account, and nobody else', async () => {
    await v.be('reader');
    const owner = world.core.tables.accounts.find('login', 'owner')!;
    const reader = world.core.tables.accounts.find('login', 'reader')!;
    const path = '/apps/slipway/installations/new';
    expect((await v.post(path, { account: String(owner.id), which: 'all' })).status).toBe(403);
    const own = await v.post(path, { account: String(reader.id), which: 'selected' });
    expect(own.headers.get('location')).toMatch(/^\/settings\/installations\/\d+$/);
    const there = own.headers.get('location')!;
    expect((await v.ask(there)).status).toBe(200);
    await v.be('writer');
    expect((await v.ask(there)).status).toBe(404);
    expect((await v.post(`${there}/uninstall`, {})).status).toBe(403);
    await v.be('reader');
    await v.post(`${there}/uninstall`, {});
    expect((await v.ask(there)).status).toBe(404);
  });

  it('registers an App from a manifest: a page first, then a code', async () => {
    await v.be('writer');
    const manifest = JSON.stringify({
      name: 'Mine',
      url: 'http://127.0.0.1:9',
      redirect_url: 'http://127.0.0.1:9/done?x=1',
    });
    const foreign = { origin: 'http://127.0.0.1:9', 'sec-fetch-site': 'cross-site' };
    const page = await v.post('/settings/apps/new?state=s', { manifest }, foreign);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('Create App');
    expect(world.core.tables.apps.find('slug', 'mine')).toBeUndefined();
    const writer = world.core.tables.accounts.find('login', 'writer')!;
    const form = { manifest, state: 's', owner: String(writer.id) };
    expect((await v.post('/settings/apps/register', form, foreign)).status).toBe(403);
    const sent = await v.post('/settings/apps/register', form);
    const to = new URL(sent.headers.get('location')!);
    expect([to.searchParams.get('x'), to.searchParams.get('state')]).toEqual(['1', 's']);
    const made = world.call(undefined, `POST /app-manifests/${to.searchParams.get('code')!}/conversions`);
    expect(made.body).toMatchObject({ slug: 'mine', owner: { login: 'writer' } });
    expect((await v.post('/settings/apps/new', { manifest })).status).toBe(422);
  });
});
