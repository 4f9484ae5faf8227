import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { runnerEvent } from '../../../sandbox/actions/jobs/report.ts';
import { chromiumPath } from './browser.ts';
import { busyWorld } from './busy.ts';
import { servePages } from './serve.ts';

const executablePath = chromiumPath();
const here = executablePath === undefined ? ' (skipped: there is no chromium on PATH)' : '';

/** What can be used and has neither text nor label; boxes of task lists cannot be used. */
const NAMELESS = `[...document.querySelectorAll(
  'a[href], button, input:not([type=hidden], [disabled]), select, textarea, summary',
)]
  .filter((element) => {
    const label = element.getAttribute('aria-label') ?? element.getAttribute('title') ?? '';
    const drawn = element.querySelector('[role=img][aria-label]') !== null;
    return element.textContent.trim() === '' && label === '' && !drawn && !(element.labels?.length > 0);
  })
  .map((element) => element.outerHTML.slice(0, 120))`;

/** A browser on the pages of a busy sandbox; whatever the console complains about is a failure. */
describe.skipIf(executablePath === undefined)(`pages in Chromium${here}`, () => {
  let browser: Browser;
  let world: ReturnType<typeof busyWorld>;
  let served: Awaited<ReturnType<typeof servePages>>;
  const complaints: string[] = [];

  beforeAll(async () => {
    world = busyWorld();
    served = await servePages(world.sandbox);
    browser = await chromium.launch({ executablePath: executablePath!, args: ['--no-sandbox'] });
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    await served.close();
    expect(served.failures).toEqual([]);
    expect(complaints).toEqual([]);
  });

  async function open(path: string, options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
    const page = await browser.newPage({ baseURL: served.url, ...options });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(path);
    return page;
  }

  async function become(page: Page, login: string): Promise<void> {
    await page.locator('.user > summary').click();
    await page.locator('.user').getByRole('button', { name: login, exact: true }).click();
  }

  const pull = (number: number) => world.call('owner', `GET /repos/owner/repo/pulls/${number}`).body;

  it('labels a pull request, approves it as somebody else and merges it', async () => {
    const page = await open('/owner/repo/pulls');
    await page.getByRole('link', { name: 'Train faster with a higher rate' }).click();
    await page.getByText('Change labels').click();
    await page.getByRole('button', { name: /bug/ }).click();
    expect(pull(1).labels.map(({ name }: { name: string }) => name)).toContain('bug');
    await become(page, 'writer-2');
    await page.getByText('Review the changes').click();
    await page.getByRole('radio', { name: /Approve/ }).check();
    await page.getByLabel('What you think').fill('Ship it');
    await page.getByRole('button', { name: 'Submit review' }).click();
    await page.locator('.prose', { hasText: 'Ship it' }).waitFor();
    await page.getByLabel('How to merge').selectOption('squash');
    await page.getByRole('button', { name: 'Merge pull request' }).click();
    await page.getByRole('heading', { name: 'This was merged' }).waitFor();
    expect(pull(1)).toMatchObject({ merged: true, merged_by: { login: 'writer-2' } });
    await page.close();
  }, 30_000);

  it('works without scripts', async () => {
    const page = await open('/owner/repo/pull/3', { javaScriptEnabled: false });
    await page.getByLabel('Add a comment').fill('Without scripts');
    await page.getByRole('button', { name: 'Comment', exact: true }).click();
    await page.locator('.comment', { hasText: 'Without scripts' }).waitFor();
    await page.close();
  }, 30_000);

  it('shows the log of a running job as it comes', async () => {
    const jobs = [...world.core.tables.workflowJobs.all()];
    const { id, runId } = jobs.find(({ status }) => status === 'in_progress')!;
    const page = await open(`/owner/repo/actions/runs/${runId}/job/${id}`);
    await page.getByText('ok one').waitFor();
    const say = (event: Parameters<typeof runnerEvent>[2]) =>
      world.core.store.transaction(() => runnerEvent(world.core, id, event));
    say({ kind: 'log', number: 2, lines: ['a line that came later\n'] });
    await page.getByText('a line that came later').waitFor();
    say({ kind: 'step-finished', number: 2, name: 'Run make test', conclusion: 'success' });
    say({ kind: 'step-started', number: 3, name: 'Clean up' });
    say({ kind: 'log', number: 3, lines: ['the last line\n'] });
    await page.getByText('the last line').waitFor();
    say({ kind: 'step-finished', number: 3, name: 'Clean up', conclusion: 'success' });
    say({ kind: 'finished', conclusion: 'success', outputs: {} });
    await page.getByRole('heading').getByRole('img', { name: 'success' }).waitFor();
    expect(await page.getByText('a line that came later').count()).toBe(1);
    await page.close();
  }, 30_000);

  it('approves a waiting environment as its reviewer', async () => {
    const run = [...world.core.tables.workflowRuns.all()].find(({ status }) => status === 'waiting')!;
    const page = await open(`/owner/repo/actions/runs/${run.id}`);
    expect(await page.getByRole('button', { name: 'Approve and deploy' }).count()).toBe(0);
    await become(page, 'writer-2');
    await page.getByRole('button', { name: 'Approve and deploy' }).click();
    await page
      .getByRole('link', { name: /deploy/ })
      .first()
      .waitFor();
    expect(world.core.tables.pendingDeployments.count('run', run.id)).toBe(0);
    await page.close();
  }, 30_000);

  it('goes where the keys say', async () => {
    const page = await open('/owner/repo');
    await page.keyboard.press('g');
    await page.keyboard.press('i');
    await page.waitForURL('**/owner/repo/issues');
    expect(await page.locator('.tabs [aria-current="page"]').innerText()).toMatch(/Issues/);
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.goto('/owner/repo');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
    await page.close();
  }, 30_000);

  it('registers an App from a manifest that another site sends', async () => {
    const page = await open('/');
    const manifest = JSON.stringify({
      name: 'Sent here',
      url: 'http://127.0.0.1:9',
      redirect_url: `${served.url}/-/style.css`,
      default_permissions: { contents: 'read' },
    });
    const action = `${served.url}/settings/apps/new?state=abc`;
    await page.setContent(
      `<form action="${action}" method="post"><input name="manifest" value='${manifest}'><button>Go</button></form>`,
    );
    await page.getByRole('button', { name: 'Go' }).click();
    await page.getByRole('button', { name: 'Create App' }).click();
    await page.waitForURL('**/style.css?code=*');
    const { searchParams } = new URL(page.url());
    expect(searchParams.get('state')).toBe('abc');
    const made = world.call(undefined, `POST /app-manifests/${searchParams.get('code')!}/conversions`);
    expect(made.body).toMatchObject({ slug: 'sent-here', owner: { login: 'owner' } });
    await page.close();
  }, 30_000);

  it.each([
    '/',
    '/owner/repo',
    '/owner/repo/pulls',
    '/owner/repo/pull/3',
    '/owner/repo/pull/3/files',
    '/owner/repo/issues/5',
    '/owner/repo/actions',
    '/owner/repo/releases',
    '/owner/repo/deployments',
    '/owner/repo/settings/hooks',
    '/settings/apps',
  ])(
    'everything one can use on %s has a name, and nothing is wider than a phone',
    async (path) => {
      const page = await open(path, { viewport: { width: 390, height: 800 }, colorScheme: 'dark' });
      expect(await page.evaluate(NAMELESS)).toEqual([]);
      const [whole, seen] = await page.evaluate<[number, number]>(
        '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
      );
      expect(whole).toBeLessThanOrEqual(seen);
      await page.close();
    },
    30_000,
  );
});
