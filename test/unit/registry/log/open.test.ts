import { describe, expect, test } from 'vitest';

import type { Entry } from '../../../../src/contracts/entry.ts';
import type { ModelState } from '../../../../src/contracts/model-state.ts';
import {
  entryMessage,
  foldEntries,
  modelPath,
  openLog,
  requestPath,
  type Log,
} from '../../../../src/registry/index.ts';
import { BOT, logOf, sample, type Forged } from '../../../support/forged-log.ts';
import { commitOf, entry } from '../../../support/log-entries.ts';
import { sampleEntries } from '../../../support/log-history.ts';
import { MemoryLogStore } from '../../../support/memory-log-store.ts';

const app = { who: { author: BOT, signed: true } };

function open(store: MemoryLogStore, followed?: Log, bot: number | null = null) {
  return openLog(store, { followed, trust: { bot } });
}

/** One entry on top of a log, as its writer would commit it, or otherwise. */
function onTop(store: MemoryLogStore, log: Log, one: Entry, more: Forged = {}): string {
  return store.forge({ ...commitOf(one, new Map(log.models)), ...more });
}

/** What is followed and what a first look sees: the states before the forged commit, and its name. */
async function expectNamed(store: MemoryLogStore, good: Log, commit: string, problem: string | RegExp) {
  const followed = await open(store, good);
  const repair = `git push --force-with-lease=slipway/log:${store.tip!} origin ${good.head ?? ''}:refs/heads/slipway/log`;
  expect(followed).toEqual({
    ...good,
    trouble: { kind: 'tampered', commit, message: expect.stringMatching(problem), repair },
  });
  expect(followed.models).toEqual(good.models);
  expect(await open(store)).toEqual(followed);
}

describe('reading', () => {
  test('a short log is folded whole, a long one on the states before its last hundred entries', async () => {
    for (const versions of [3, 60]) {
      const entries = [...sampleEntries({ models: 4, versions, steps: versions * 2 })];
      const { store } = logOf(entries);
      const log = await open(store);
      expect(log).toMatchObject({ n: entries.length, trouble: null });
      expect(Object.fromEntries(log.models)).toEqual(Object.fromEntries(foldEntries(entries)));
    }
  });

  test('following takes the head alone where nothing came', async () => {
    const { store } = logOf(sample());
    const log = await open(store);
    store.calls.length = 0;
    expect(await open(store, log)).toEqual(log);
    expect(store.calls).toEqual(['head']);
  });

  test('following in steps sees what a first look sees', async () => {
    const entries = [...sampleEntries({ models: 2, versions: 10, steps: 10 })];
    const store = new MemoryLogStore();
    const models = new Map<string, ModelState>();
    let followed: Log | undefined;
    for (const one of entries) {
      store.forge(commitOf(one, models));
      if (one.n % 3 === 0) followed = await open(store, followed);
    }
    expect(await open(store, followed)).toEqual(await open(store));
  });

  test('states before the last hundred that are none stop the reading', async () => {
    const entries = [...sampleEntries({ models: 2, versions: 120, steps: 0 })];
    const { store } = logOf(entries, { 10: ({ files }) => ({ files: { ...files, 'models/x.json': '{}' } }) });
    expect(await open(store)).toMatchObject({
      n: 0,
      trouble: { kind: 'tampered', repair: 'slipway registry verify names the last good entry' },
    });
  });
});

describe('a forged commit changes no state and is named', () => {
  const forgeries: [string, (log: Log) => Forged, RegExp][] = [
    [
      'without an entry',
      () => ({ message: 'tidy up', files: { [modelPath('churn')]: '{}' } }),
      /holds no entry/,
    ],
    [
      'with a gap',
      (log) => commitOf(entry(log.n + 2, 'register', { version: 'v9.0.0' }), new Map(log.models)),
      /it is entry 8, after entry 6 comes 7/,
    ],
    [
      'with a number twice',
      (log) => ({ message: entryMessage(entry(log.n, 'register', { version: 'v9.0.0' })) }),
      /it is entry 6, after entry 6 comes 7/,
    ],
    [
      'that the state machine refuses',
      (log) => ({
        message: entryMessage(entry(log.n + 1, 'promote', { version: 'v7.7.7', stage: 'staging' })),
      }),
      /v7\.7\.7 is not registered/,
    ],
    [
      'whose tree holds another state',
      (log) => ({
        ...commitOf(entry(log.n + 1, 'register', { version: 'v9.0.0' }), new Map(log.models)),
        files: { [modelPath('churn')]: '{}' },
      }),
      /models\/churn\.json in its tree is not what the entries give/,
    ],
    [
      'whose tree holds a model more',
      (log) => {
        const honest = commitOf(entry(log.n + 1, 'register', { version: 'v9.0.0' }), new Map(log.models));
        return { ...honest, files: { ...honest.files, 'models/x.json': '{}' } };
      },
      /models\/x\.json in its tree belongs to no entry/,
    ],
    [
      'whose tree lacks a model',
      (log) => ({
        ...commitOf(entry(log.n + 1, 'register', { version: 'v9.0.0' }), new Map(log.models)),
        without: [modelPath('fraud')],
      }),
      /models\/fraud\.json is missing from its tree/,
    ],
  ];
  test.each(forgeries)('in mode open: %s', async (_, forge, problem) => {
    const { store } = logOf(sample());
    const good = await open(store);
    const commit = store.forge(forge(good));
    await expectNamed(store, good, commit, problem);
    const models = new Map(good.models);
    store.forge(commitOf(entry(good.n + 1, 'register', { version: 'v8.0.0' }), models));
    await expectNamed(store, good, commit, problem);
  });

  test('a merge', async () => {
    const { store, ids } = logOf(sample());
    const good = await open(store);
    const side = store.forge({ parents: [ids[3]!], message: 'elsewhere' });
    const models = new Map(good.models);
    const honest = commitOf(entry(7, 'register', { version: 'v9.0.0' }), models);
    const commit = store.forge({ ...honest, parents: [ids[6]!, side] });
    await expectNamed(store, good, commit, /merge commit/);
  });

  test('a request that was answered long before what is read at the first look', async () => {
    const entries = [
      entry(1, 'register'),
      ...Array.from({ length: 150 }, (_, at) =>
        entry(at + 2, at % 2 === 0 ? 'freeze' : 'unfreeze', { stage: 'staging' }),
      ),
    ];
    entries[140] = { ...entries[140]!, request: entries[9]!.request };
    const { store, ids } = logOf(entries);
    const seen = await openLog(store, { trust: { bot: null } });
    expect(seen).toMatchObject({ n: 140, trouble: { kind: 'tampered', commit: ids[141] } });
    expect(seen.trouble?.message).toContain(`request ${entries[9]!.request} is answered by entry 10 already`);
    expect(store.calls.filter((call) => call === 'read')).toHaveLength(2);
  });

  test('a request that is answered twice', async () => {
    const { store } = logOf(sample());
    const before = await open(store);
    const seventh = entry(7, 'register', { version: 'v7.0.0' });
    onTop(store, before, seventh);
    const good = await open(store, before);
    const again = entry(8, 'register', { version: 'v8.0.0', request: seventh.request });
    const commit = onTop(store, good, again);
    const seen = await open(store, before);
    expect(seen).toMatchObject({ n: 7, head: good.head, trouble: { commit, kind: 'tampered' } });
    expect(seen.trouble?.message).toContain(`request ${seventh.request} is answered by entry 7 already`);
  });

  const authors: [string, Forged, RegExp][] = [
    ['unsigned', { author: BOT, signed: false }, /not signed by GitHub/],
    [
      'of a person',
      { author: { id: 7, login: 'writer' }, signed: true },
      /its author is writer \(7\), the App’s bot is 100/,
    ],
    ['of another bot', { author: { id: 8, login: 'other[bot]' }, signed: true }, /other\[bot\] \(8\)/],
    ['of an unknown account', { author: null, signed: true }, /no account of GitHub/],
  ];
  test.each(authors)('in mode app: %s, whatever mode it claims', async (_, who, problem) => {
    for (const mode of ['app', 'open', 'deploy-key'] as const) {
      const { store } = logOf(sample('app'), {}, app);
      const good = await open(store);
      const commit = onTop(store, good, entry(7, 'register', { mode, version: 'v9.0.0' }), who);
      await expectNamed(store, good, commit, problem);
      expect(await open(store, undefined, BOT.id)).toMatchObject({ n: 6, trouble: { commit } });
    }
  });

  test.each([null, BOT.id])('in mode app: hidden below a hundred others (bot: %s)', async (bot) => {
    const { store } = logOf(sample('app'), {}, app);
    const good = await open(store);
    const workflow = { id: 41, login: 'github-actions[bot]' };
    const models = new Map(good.models);
    let first = '';
    for (let n = 7; n < 160; n++) {
      const mode = n % 50 === 0 ? 'app' : 'open';
      const commit = commitOf(entry(n, 'register', { mode, version: `v9.${n}.0` }), models);
      const signed = n % 100 === 0;
      const id = store.forge({ ...commit, author: signed ? workflow : BOT, signed });
      if (n === 7) first = id;
    }
    expect(await open(store, undefined, bot)).toMatchObject({
      n: 6,
      models: good.models,
      trouble: { commit: first, kind: 'tampered' },
    });
  });

  test('in mode app: a workflow’s own bot is not the App, even for who knows none', async () => {
    const author = { id: 41, login: 'github-actions[bot]' };
    const { store, ids } = logOf(sample('app'), {}, { who: { author, signed: true } });
    const log = await open(store);
    expect(log).toMatchObject({ n: 0, trouble: { commit: ids[1], kind: 'tampered' } });
    expect(log.trouble?.message).toContain('as which any workflow commits');
  });

  test('the App itself may leave its mode', async () => {
    const { store } = logOf(sample('app'), {}, app);
    const before = await open(store);
    onTop(store, before, entry(7, 'register', { mode: 'open', version: 'v9.0.0' }), app.who);
    const left = await open(store, before);
    expect(left).toMatchObject({ n: 7, mode: 'open', trouble: null });
    onTop(store, left, entry(8, 'register', { mode: 'open', version: 'v9.1.0' }), { signed: false });
    expect(await open(store, left)).toMatchObject({ n: 8, trouble: null });
  });

  test.each([1, 17, 39, 40])('a tree edited at entry %s of forty is found in a few looks', async (edited) => {
    const entries = [...sampleEntries({ models: 1, versions: 41, steps: 0 })];
    const { store } = logOf(entries.slice(0, 1));
    const base = await open(store);
    const models = new Map(base.models);
    let commit = '';
    let before: string | null = null;
    for (const [at, one] of entries.slice(1).entries()) {
      const honest = commitOf(one, models);
      const wrong = at + 1 === edited ? { 'models/x.json': '{}' } : {};
      if (at + 1 === edited) before = store.tip;
      const id = store.forge({ ...honest, files: { ...honest.files, ...wrong } });
      if (at + 1 === edited) commit = id;
    }
    store.calls.length = 0;
    expect(await open(store, base)).toMatchObject({ head: before, n: edited, trouble: { commit } });
    expect(store.calls.filter((call) => call === 'list').length).toBeLessThanOrEqual(7);
  });
});

describe('a newer Slipway’s entry', () => {
  test('is read no further, and nothing is to be repaired', async () => {
    const { store } = logOf(sample());
    const good = await open(store);
    const { message, files } = commitOf(entry(7, 'register', { version: 'v9.0.0' }), new Map(good.models));
    const commit = store.forge({ message: message.replace('entry/1', 'entry/2'), files });
    const seen = await open(store, good);
    expect(seen).toMatchObject({ ...good, trouble: { kind: 'unknown-schema', commit } });
    expect(seen.trouble?.repair).toBe('upgrade Slipway: npm install slipway@latest');
    expect(await open(store)).toEqual(seen);
  });
});

describe('a head that is not where it was', () => {
  test('an outdated answer or two are asked again', async () => {
    const { store, ids } = logOf(sample());
    const log = await open(store);
    store.staleHeads.push(ids[3]!, ids[2]!);
    expect(await open(store, log)).toEqual(log);
  });

  test.each(['pushed back', 'deleted'])('%s: entries are lost, nothing is forgotten', async (how) => {
    const { store, ids } = logOf(sample());
    const log = await open(store);
    store.tip = how === 'deleted' ? null : ids[4]!;
    const seen = await open(store, log);
    expect(seen).toMatchObject({ ...log, trouble: { kind: 'tampered' } });
    expect(seen.trouble?.repair).toBe(`git push origin ${log.head!}:refs/heads/slipway/log`);
    store.tip = log.head;
    expect(await open(store, seen)).toEqual(log);
  });

  test.each([2, 30])('a history of its own, %s entries long, is not followed', async (versions) => {
    const { store } = logOf(sample());
    const log = await open(store);
    const models = new Map<string, ModelState>();
    store.tip = null;
    for (const one of sampleEntries({ models: 1, versions, steps: 0 })) store.forge(commitOf(one, models));
    const seen = await open(store, log);
    expect(seen).toMatchObject({ ...log, trouble: { kind: 'tampered', commit: store.tip } });
    expect(seen.trouble?.message).toContain(`it does not descend from ${log.head!}`);
  });

  test('another branch is no log', async () => {
    const store = new MemoryLogStore();
    store.forge({ message: 'first', files: { 'train.py': '' } });
    const head = store.forge({ message: 'second', files: { 'train.py': 'x' } });
    expect(await open(store)).toMatchObject({ head: null, n: 0, trouble: { kind: 'tampered' } });
    const { store: log } = logOf(sample());
    const followed = await open(log);
    for (const [id, kept] of store.commits) log.commits.set(id, kept);
    log.tip = head;
    expect(await open(log, followed)).toMatchObject({ n: 6, trouble: { commit: head } });
  });
});

test('the note of a request lies where its key says', () => {
  expect(requestPath(`ab${'c'.repeat(62)}`)).toBe(`requests/ab/${'c'.repeat(62)}`);
});
