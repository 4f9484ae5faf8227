import { describe, expect, it } from 'vitest';

import type { Entry } from '../../../../src/contracts/entry.ts';
import { appendEntry, openLog, verifyLog } from '../../../../src/registry/index.ts';
import { BOT, logOf, sample } from '../../../support/forged-log.ts';
import { draft, entry } from '../../../support/log-entries.ts';

/** The store of the tests is repository 1. */
const trust = { bot: null };
const APP = { author: BOT, signed: true, who: { author: BOT, signed: true } } as const;

function of(repository: number | null, entries: readonly Entry[]): Entry[] {
  return entries.map((one) => ({ ...one, repository }));
}

const MANY = [
  entry(1, 'register', { mode: 'app' }),
  ...Array.from({ length: 150 }, (_, at) =>
    entry(at + 2, at % 2 === 0 ? 'freeze' : 'unfreeze', { mode: 'app', stage: 'staging' }),
  ),
];

describe('the repository that a log is of', () => {
  it('stands in each entry, as the store says it', async () => {
    const { store } = logOf([]);
    const done = await appendEntry(store, draft('register'), {
      trust,
      recheck: () => Promise.resolve(null),
      sleep: () => Promise.resolve(),
    });
    expect(done).toMatchObject({ recorded: { entry: { repository: 1 } }, log: { repository: 1 } });
    expect(await openLog(store, { trust })).toMatchObject({ n: 1, repository: 1, trouble: null });
  });

  it.each([
    ['short', sample('app')],
    ['longer than a first look', MANY],
  ])('is told at the first look from a %s signed log of another one', async (_, entries) => {
    const { store, ids } = logOf(of(2, entries), {}, APP);
    const { head, n, models, trouble } = await openLog(store, { trust });
    expect({ head, n, models: models.size }).toEqual({ head: null, n: 0, models: 0 });
    expect(trouble).toMatchObject({
      kind: 'tampered',
      message: expect.stringMatching(/entry of repository 2, this is the log of repository 1/) as string,
      repair: `git push --force-with-lease=slipway/log:${ids.at(-1)} origin :refs/heads/slipway/log`,
    });
    const { problems } = await verifyLog(store, { trust });
    expect(problems).toHaveLength(entries.length);
  });

  it('stays: an entry of another one is not acted upon, at the first look and by who follows', async () => {
    const entries = sample('app').map((one) => (one.n === 5 ? { ...one, repository: 2 } : one));
    const { store, ids } = logOf(entries, {}, APP);
    const first = await openLog(store, { trust });
    expect(first).toMatchObject({ n: 4, trouble: { commit: ids[5] } });
    store.tip = ids[3]!;
    const followed = await openLog(store, { trust });
    store.tip = ids[6]!;
    expect(await openLog(store, { trust, followed })).toMatchObject({ n: 4, trouble: { commit: ids[5] } });
    const { problems } = await verifyLog(store, { trust });
    expect(problems.map(({ commit }) => commit)).toEqual([ids[5]]);
    expect(problems[0]!.repair).toContain(`${ids[4]}:refs/heads/slipway/log`);
  });

  it('may be left out by a clone, never by the App', async () => {
    const clones = logOf(of(null, sample('open'))).store;
    expect(await openLog(clones, { trust })).toMatchObject({ n: 6, repository: 1, trouble: null });
    const apps = logOf(of(null, sample('app')), {}, APP).store;
    expect((await openLog(apps, { trust })).trouble?.message).toContain('names no repository');
  });

  it('is what its entries say where the store does not know it', async () => {
    const { store, ids } = logOf([...of(7, sample('open').slice(0, 5)), ...of(8, sample('open').slice(5))]);
    const clone = Object.assign(store, { repository: undefined });
    expect(await openLog(clone, { trust })).toMatchObject({
      n: 5,
      repository: 7,
      trouble: { commit: ids[6] },
    });
  });
});
