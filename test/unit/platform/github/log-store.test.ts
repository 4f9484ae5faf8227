import { beforeEach, describe, expect, test } from 'vitest';

import type { EntryDraft } from '../../../../src/contracts/entry.ts';
import type { ModelState } from '../../../../src/contracts/model-state.ts';
import { GRAPHQL, unclear, type Api } from '../../../../src/platform/github/api.ts';
import { githubLogStore } from '../../../../src/platform/github/log-store.ts';
import {
  appendEntry,
  entryMessage,
  openLog,
  readEntries,
  recordedEntry,
  verifyLog,
  type Log,
} from '../../../../src/registry/index.ts';
import type { LogStore } from '../../../../src/registry/ports.ts';
import { commitFiles } from '../../../sandbox/history.ts';
import { newWorld, type World } from '../../../sandbox/world.ts';
import { commitOf, draft, entry } from '../../../support/log-entries.ts';
import { sampleEntries } from '../../../support/log-history.ts';
import { installedApp } from '../../../support/installed-app.ts';
import { sandboxApi } from '../../../support/sandbox-api.ts';

const REPOSITORY = { owner: 'owner', repo: 'repo' };
const HEAD_ROUTE = 'GET /repos/{owner}/{repo}/git/ref/{ref}';

interface Sha {
  readonly sha: string;
}

let world: World;
let bot: { id: number; token: string };
let calls: string[];
let api: Api;

beforeEach(() => {
  begin();
});

function begin(): void {
  world = newWorld();
  commitFiles(world, { 'README.md': 'a project' });
  const { core } = world.sandbox;
  const app = installedApp(core, { contents: 'write' });
  bot = { id: app.bot.id, token: app.token() };
  calls = [];
  api = sandboxApi(world.sandbox, bot.token, (route) => calls.push(route));
}

const app = (more: Partial<EntryDraft> & { op?: EntryDraft['op'] } = {}) =>
  draft(more.op ?? 'register', { mode: 'app', ...more });

function append(one: EntryDraft, through: Api | LogStore = api, followed?: Log) {
  const store = typeof through === 'function' ? githubLogStore(through, REPOSITORY) : through;
  return appendEntry(store, one, {
    trust: { bot: bot.id },
    followed,
    recheck: () => Promise.resolve(null),
    sleep: () => Promise.resolve(),
  });
}

function open(through: Api = api, trust: { bot: number | null } = { bot: bot.id }) {
  return openLog(githubLogStore(through, REPOSITORY), { trust });
}

describe('the log on GitHub', () => {
  test('is one repository’s: it goes along when that is renamed, and a fork’s copy is told from it', async () => {
    const { recorded } = (await append(app())) as { recorded: { entry: { repository: number } } };
    expect(recorded.entry.repository).toBe(world.repository.id);
    const at = { owner: 'writer', repo: 'renamed' };
    world.call('owner', 'PATCH /repos/owner/repo', { name: 'renamed' });
    const renamed = githubLogStore(api, { owner: 'owner', repo: 'renamed' });
    expect(await openLog(renamed, { trust: { bot: bot.id } })).toMatchObject({ n: 1, trouble: null });

    const forked = world.call('writer', 'POST /repos/owner/renamed/forks', {});
    expect(forked.status).toBe(202);
    const fork = githubLogStore(sandboxApi(world.sandbox, world.tokens.writer), at);
    const { trouble, head } = await openLog(fork, { trust: { bot: null } });
    expect(trouble?.message).toContain(`entry of repository ${world.repository.id}`);
    expect(trouble?.repair).toMatch(/origin :refs\/heads\/slipway\/log$/);
    expect(head).toBeNull();

    // As the repair says: the copy is removed, and the fork begins a log of its own.
    world.call('writer', 'DELETE /repos/writer/renamed/git/refs/heads/slipway/log');
    const first = await append(draft('register'), fork);
    expect(first).toMatchObject({
      status: 'appended',
      recorded: { entry: { n: 1, repository: (forked.body as { id: number }).id } },
    });
    expect(await openLog(fork, { trust: { bot: null } })).toMatchObject({ n: 1, trouble: null });
  });

  test('is empty before the first entry, also in a repository without commits', async () => {
    expect(await open()).toMatchObject({ head: null, n: 0, trouble: null });
    const empty = newWorld();
    const log = await open(sandboxApi(empty.sandbox, empty.tokens.writer));
    expect(log).toMatchObject({ head: null, n: 0, trouble: null });
  });

  test('what the App appends is signed, dated by GitHub, and read back the same', async () => {
    const first = await append(app());
    const next = await append(app({ op: 'promote', version: 'v1.0.0', stage: 'staging' }));
    expect(next).toMatchObject({
      status: 'appended',
      recorded: { entry: { n: 2, at: new Date(world.clock.now()).toISOString() } },
    });
    const log = await open();
    expect(log).toMatchObject({ n: 2, mode: 'app', writer: bot.id, trouble: null });
    expect(log.models).toEqual(next.log.models);
    expect(first.log.head).not.toBe(log.head);
    expect(await open(sandboxApi(world.sandbox, world.tokens.reader), { bot: null })).toEqual(log);
  });

  test('following costs one call where nothing came, a constant few where something did', async () => {
    const store = githubLogStore(api, REPOSITORY);
    const { log } = await append(app());
    calls.length = 0;
    expect(await openLog(store, { followed: log, trust: { bot: bot.id } })).toEqual(log);
    expect(calls).toEqual([HEAD_ROUTE]);
    await append(app({ version: 'v1.1.0' }));
    await append(app({ version: 'v1.2.0' }));
    calls.length = 0;
    expect(await openLog(store, { followed: log, trust: { bot: bot.id } })).toMatchObject({ n: 3 });
    expect(calls).toHaveLength(5);
  });

  test('an append on what is followed is five calls, one more where the store has not met its head', async () => {
    const { log } = await append(app());
    calls.length = 0;
    const store = githubLogStore(api, REPOSITORY);
    const next = await append(app({ version: 'v1.1.0' }), store, log);
    expect(calls).toHaveLength(6);
    calls.length = 0;
    await append(app({ version: 'v1.2.0' }), store, next.log);
    expect(calls).toHaveLength(5);
  });

  test('a tree stands on its parent’s tree, never on a commit', async () => {
    const bases: unknown[] = [];
    const seen: Api = (route, parameters) => {
      if (route.startsWith('POST') && route.endsWith('/git/trees')) bases.push(parameters?.['base_tree']);
      return api(route, parameters);
    };
    const { log } = await append(app(), seen);
    await append(app({ version: 'v1.1.0' }), seen, log);
    const { tree } = world.call('writer', `GET /repos/owner/repo/git/commits/${log.head!}`).body as {
      tree: Sha;
    };
    expect(bases).toEqual([undefined, tree.sha]);
  });

  test('longer than a page it is read whole, newest first', async () => {
    let followed;
    for (let at = 0; at < 105; at++)
      followed = (await append(app({ version: `v1.${at}.0` }), api, followed)).log;
    const log = await open();
    expect(log).toMatchObject({ n: 105, trouble: null });
    expect(log.models).toEqual(followed?.models);
    const numbers: number[] = [];
    const store = githubLogStore(api, REPOSITORY);
    for await (const recorded of readEntries(store, log.head)) numbers.push(recorded.entry.n);
    expect(numbers).toEqual(Array.from({ length: 105 }, (_, at) => 105 - at));
  });

  describe('of many models and versions', () => {
    /** A log of people's entries with one of the App on top: what a look over the API goes back to. */
    async function plant(models: number, versions: number): Promise<void> {
      const states = new Map<string, ModelState>();
      for (const one of sampleEntries({ models, versions, steps: 0 })) {
        const { message, files } = commitOf({ ...one, repository: world.repository.id }, states);
        commitFiles(world, files, 'slipway/log', message);
      }
      await append(app({ model: 'model-0', version: 'v9.0.0' }));
      calls.length = 0;
    }

    test('is looked at for the first time, and written to, in as many calls as a small one', async () => {
      const counted: string[][] = [];
      for (const models of [5, 50]) {
        await plant(models, 500);
        const log = await open();
        expect(log).toMatchObject({ n: 501, trouble: null });
        expect(log.models.size).toBe(models);
        await append(app({ op: 'promote', model: 'model-1', version: 'v1.3.0', stage: 'staging' }));
        counted.push(calls);
        begin();
      }
      expect(counted[1]).toEqual(counted[0]);
      expect(counted[0]!.length).toBeLessThanOrEqual(24);
    });

    test('is read one file after the other where GraphQL does not answer, or cuts a text', async () => {
      await plant(3, 110);
      const whole = await open();
      const failing: Api = async (route, parameters) => {
        if (route === GRAPHQL) throw unclear(route, 'timeout');
        return await api(route, parameters);
      };
      const cutting: Api = async (route, parameters) => {
        const answer = await api(route, parameters);
        if (route !== GRAPHQL) return answer;
        const text = JSON.stringify(answer.data).replaceAll(/(?<="text":"[^"\\]*)slipway/gu, 'x');
        return { ...answer, data: JSON.parse(text.replace(/"text":"\{/u, '"text":"')) as unknown };
      };
      for (const through of [failing, cutting]) {
        calls.length = 0;
        expect(await open(through)).toEqual(whole);
        expect(calls.some((route) => route.includes('contents/{path}'))).toBe(true);
      }
    });
  });

  test('an answered request is found in two calls', async () => {
    const one = app();
    await append(one);
    const { log } = await append(app({ version: 'v1.1.0' }));
    calls.length = 0;
    const found = await recordedEntry(githubLogStore(api, REPOSITORY), log, one.request);
    expect(found).toMatchObject({ entry: { n: 1, request: one.request } });
    expect(calls).toHaveLength(2);
  });

  const writes = ['git/trees', 'git/commits', 'git/refs', 'git/refs/{ref}'];
  test.each(writes.flatMap((route) => [[route, 'before'] as const, [route, 'after'] as const]))(
    'a %s without an answer (%s it was done) leaves one entry',
    async (route, when) => {
      if (route === 'git/refs/{ref}') await append(app());
      let once = true;
      const faulty: Api = async (asked, parameters) => {
        const hit = once && /^(POST|PATCH) /.test(asked) && asked.endsWith(`/${route}`);
        if (hit) once = false;
        if (hit && when === 'before') throw unclear(asked, 'the connection broke');
        const answer = await api(asked, parameters);
        if (hit) throw unclear(asked, 'the connection broke');
        return answer;
      };
      const one = app({ version: 'v2.0.0' });
      const done = await append(one, faulty);
      expect(once).toBe(false);
      expect(done.status).not.toBe('refused');
      const log = await open();
      expect(log.trouble).toBeNull();
      expect(log.models.get('churn')?.versions.filter(({ version }) => version === 'v2.0.0')).toHaveLength(1);
      expect(log.n).toBe(route === 'git/refs/{ref}' ? 2 : 1);
    },
  );

  test('two at once: both recorded, one after the other', async () => {
    await append(app());
    const done = await Promise.all([append(app({ version: 'v1.1.0' })), append(app({ version: 'v1.2.0' }))]);
    expect(done.map((one) => one.status)).toEqual(['appended', 'appended']);
    expect((await open()).n).toBe(3);
  });
});

describe('what a writer pushes there', () => {
  /** A commit by somebody on top of the log, with a state that fits, moved to by the API. */
  async function forge(as: 'writer', more: { author?: object } = {}) {
    const log = await open();
    const store = githubLogStore(sandboxApi(world.sandbox, world.tokens[as]), REPOSITORY);
    const forged = entry(log.n + 1, 'register', { version: 'v6.6.6', mode: 'app' });
    if (more.author === undefined) {
      const done = await store.append(log.head, { message: entryMessage(forged), files: {} });
      return { log, commit: done.status === 'appended' ? done.commit : '' };
    }
    const { tree } = world.call(as, `GET /repos/owner/repo/git/commits/${log.head!}`).body as { tree: Sha };
    const body = { message: entryMessage(forged), tree: tree.sha, parents: [log.head] };
    const made = world.call(as, 'POST /repos/owner/repo/git/commits', { ...body, ...more });
    const commit = (made.body as Sha).sha;
    world.call(as, 'PATCH /repos/owner/repo/git/refs/heads/slipway/log', { sha: commit });
    return { log, commit };
  }

  test('is named and changes nothing, whether it is followed or read anew', async () => {
    await append(app());
    const { log, commit } = await forge('writer');
    const expected = {
      ...log,
      trouble: {
        kind: 'tampered',
        commit,
        message: `commit ${commit} of slipway/log is not acted upon: it is not signed by GitHub, as all that the App writes is`,
        repair: `git push --force-with-lease=slipway/log:${commit} origin ${log.head!}:refs/heads/slipway/log`,
      },
    };
    const store = githubLogStore(api, REPOSITORY);
    const trouble = { ...expected.trouble, message: expect.stringContaining(expected.trouble.message) };
    expect((await verifyLog(store, { trust: { bot: bot.id } })).problems).toEqual([trouble]);
    expect(await openLog(store, { followed: log, trust: { bot: bot.id } })).toEqual(expected);
    expect(await open()).toEqual(expected);
    expect(await open(api, { bot: null })).toEqual(expected);
    const done = await append(app({ version: 'v1.1.0' }));
    expect(done).toMatchObject({ status: 'refused', refusal: { code: 'LOG_TAMPERED' } });
  });

  test('does not become the bot’s by claiming its name', async () => {
    await append(app());
    const email = `${bot.id}+slipway[bot]@users.noreply.github.com`;
    const { log, commit } = await forge('writer', { author: { name: 'slipway[bot]', email } });
    expect(await open()).toMatchObject({ n: log.n, trouble: { commit, kind: 'tampered' } });
  });

  test('a branch pushed back is no shorter log', async () => {
    const first = await append(app());
    const second = await append(app({ version: 'v1.1.0' }));
    world.call('owner', 'PATCH /repos/owner/repo/git/refs/heads/slipway/log', {
      sha: first.log.head,
      force: true,
    });
    const store = githubLogStore(api, REPOSITORY);
    const log = await openLog(store, { followed: second.log, trust: { bot: bot.id } });
    expect(log).toMatchObject({ n: 2, head: second.log.head, trouble: { kind: 'tampered' } });
    expect(log.trouble?.repair).toBe(`git push origin ${second.log.head!}:refs/heads/slipway/log`);
  });

  test('a history of its own is not followed', async () => {
    const { log } = await append(app());
    const ref = world.call('writer', 'GET /repos/owner/repo/git/ref/heads/main').body as { object: Sha };
    const main = ref.object.sha;
    world.call('owner', 'PATCH /repos/owner/repo/git/refs/heads/slipway/log', { sha: main, force: true });
    const store = githubLogStore(api, REPOSITORY);
    const seen = await openLog(store, { followed: log, trust: { bot: bot.id } });
    expect(seen).toMatchObject({ ...log, trouble: { kind: 'tampered', commit: main } });
    expect(await open()).toMatchObject({ n: 0, trouble: { kind: 'tampered', commit: main } });
  });
});
