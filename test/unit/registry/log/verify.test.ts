import { describe, expect, test } from 'vitest';

import { sha256 } from '../../../../src/contracts/digest.ts';
import { entryMessage, modelPath, requestPath, verifyLog } from '../../../../src/registry/index.ts';
import { entry } from '../../../support/log-entries.ts';
import { BOT, logOf, sample } from '../../../support/forged-log.ts';
import { sampleEntries } from '../../../support/log-history.ts';
import { MemoryLogStore } from '../../../support/memory-log-store.ts';

function verify(store: MemoryLogStore, bot: number | null = null) {
  return verifyLog(store, { trust: { bot } });
}

/** What is said of which entry's commit, without the commit's id. */
async function problemsOf({ store, ids }: ReturnType<typeof logOf>, bot: number | null = null) {
  const { problems } = await verify(store, bot);
  return problems.map(({ commit, message }) => [
    ids.indexOf(commit),
    message.replace(`commit ${commit} of slipway/log is not acted upon: `, ''),
  ]);
}

describe('an honest log', () => {
  test('has no problems, and none of its trees is read', async () => {
    const { store } = logOf(sample());
    expect(await verify(store)).toEqual({ entries: 6, problems: [] });
    expect(store.calls).not.toContain('list');
  });

  test('nor has an empty one', async () => {
    expect(await verify(new MemoryLogStore())).toEqual({ entries: 0, problems: [] });
  });

  test('of the App is signed by GitHub and the bot’s', async () => {
    const { store } = logOf(sample('app'), {}, { who: { author: BOT, signed: true } });
    expect(await verify(store, BOT.id)).toEqual({ entries: 6, problems: [] });
    expect(await verify(store)).toEqual({ entries: 6, problems: [] });
  });

  test('of 600 entries is read with progress', async () => {
    const entries = [...sampleEntries({ models: 10, versions: 300, steps: 300 })];
    expect(entries).toHaveLength(600);
    const { store } = logOf(entries);
    const seen: [number, number][] = [];
    const onProgress = (read: number, total: number) => void seen.push([read, total]);
    expect(await verifyLog(store, { trust: { bot: null }, onProgress })).toEqual({
      entries: 600,
      problems: [],
    });
    expect(seen).toEqual([250, 500, 600].map((read) => [read, 600]));
  });
});

describe('every kind of tampering is named at its commit', () => {
  const CHURN = modelPath('churn');

  test('a state that was edited by an entry of another model', async () => {
    const log = logOf(sample(), { 2: ({ files }) => ({ files: { ...files, [CHURN]: '{}' } }) });
    expect(await problemsOf(log)).toEqual([[2, `it changes ${CHURN}, which its entry does not`]]);
  });

  test('a state that is not what its own entry gives', async () => {
    const log = logOf(sample(), { 3: ({ files }) => ({ files: { ...files, [CHURN]: '{}' } }) });
    expect(await problemsOf(log)).toEqual([[3, `${CHURN} in its tree is not what the entries give`]]);
  });

  test('a state that was not written, one that was removed', async () => {
    const without = (files: Record<string, string>) =>
      Object.fromEntries(Object.entries(files).filter(([path]) => path !== CHURN));
    const log = logOf(sample(), {
      3: ({ files }) => ({ files: without(files) }),
      6: () => ({ without: [CHURN] }),
    });
    expect(await problemsOf(log)).toEqual([
      [3, `it does not write ${CHURN}`],
      [6, `it removes ${CHURN}`],
    ]);
  });

  test('request notes: edited, missing, removed', async () => {
    const entries = sample();
    const note = (n: number) => requestPath(entries[n - 1]!.request);
    const log = logOf(entries, {
      2: ({ files }) => ({ files: { ...files, [note(2)]: '{"n":1}\n' } }),
      3: ({ files }) => ({ files: { [CHURN]: files[CHURN]! } }),
      5: () => ({ without: [note(1)] }),
    });
    expect(await problemsOf(log)).toEqual([
      [2, `${note(2)} in its tree is not what the entries give`],
      [3, `it does not write ${note(3)}`],
      [5, `it removes ${note(1)}`],
    ]);
  });

  test('an entry that was edited: the states no longer follow from it', async () => {
    const entries = sample();
    const forged = { ...entries[4]!, manifest: sha256('other bytes') };
    const log = logOf(entries, { 5: () => ({ message: entryMessage(forged) }) });
    expect(await problemsOf(log)).toEqual([[5, `${CHURN} in its tree is not what the entries give`]]);
  });

  test('a message that is no entry, or not in its form', async () => {
    const log = logOf(sample(), {
      5: ({ message }) => ({ message: message.replace('"n":5', '"n": 5'), files: {} }),
      6: () => ({ message: 'tidy up', files: {} }),
    });
    expect(await problemsOf(log)).toEqual([
      [5, 'its entry is not in canonical form'],
      [6, 'its message holds no entry'],
    ]);
  });

  test('a gap, named once', async () => {
    const entries = sample();
    const log = logOf(entries.filter(({ n }) => n !== 2 && n !== 6));
    expect(await problemsOf(log)).toEqual([[2, 'it is entry 3, after entry 1 comes 2']]);
  });

  test('a key that was answered before', async () => {
    const entries = sample();
    entries[5] = { ...entries[5]!, request: entries[0]!.request };
    expect(await problemsOf(logOf(entries))).toEqual([
      [6, `request ${entries[0]!.request} is answered by entry 1 already`],
    ]);
  });

  test('an entry that the state machine refuses', async () => {
    const entries = sample();
    const again = entry(5, 'verified', { of: 3, stage: 'staging' });
    const log = logOf(entries, { 5: () => ({ message: entryMessage(again), files: {} }) });
    expect((await problemsOf(log))[0]).toEqual([5, expect.stringContaining('entry 3 is verified already')]);
  });

  test('a merge', async () => {
    const log = logOf(sample().slice(0, 2));
    const side = log.store.forge({ parents: [], message: 'elsewhere', files: { 'models/x.json': '{}' } });
    log.ids.push(log.store.forge({ parents: [log.ids[2]!, side], message: 'Merge', files: {} }));
    expect(await problemsOf(log)).toEqual([[3, 'it is a merge commit, an entry has one parent']]);
  });

  test('a newer Slipway’s entries are no tampering, and end what can be judged', async () => {
    const newer = ({ message }: { message: string }) => ({
      message: message.replace('slipway.entry/1', 'slipway.entry/2'),
    });
    const { store, ids } = logOf(sample(), { 5: newer, 6: newer });
    expect(await verify(store)).toEqual({
      entries: 4,
      problems: [
        {
          kind: 'unknown-schema',
          commit: ids[5],
          message: `commit ${ids[5]!} of slipway/log is not acted upon: its entry is of slipway.entry/2, this Slipway knows slipway.entry/1`,
          repair: 'upgrade Slipway: npm install slipway@latest',
        },
      ],
    });
  });

  test('after mode app: unsigned commits and those of others, whatever mode they claim', async () => {
    const entries = [...sample('app').slice(0, 3), ...sample('open').slice(3)];
    const other = { id: 7, login: 'writer' };
    const app = { who: { author: BOT, signed: true } };
    const log = logOf(
      entries,
      {
        4: () => ({ signed: false }),
        5: () => ({ author: other }),
        6: () => ({ author: null, signed: false }),
      },
      app,
    );
    const expected = [
      [4, 'it is not signed by GitHub, as all that the App writes is'],
      [5, 'its author is writer (7), the App’s bot is 100'],
      [6, 'it is not signed by GitHub, as all that the App writes is'],
    ];
    expect(await problemsOf(log, BOT.id)).toEqual(expected);
    expect(await problemsOf(log)).toEqual(expected);
  });

  test('what a forged entry of a newer schema hides', async () => {
    const app = { who: { author: BOT, signed: true } };
    const log = logOf(
      sample('app'),
      {
        4: ({ message }) => ({ message: message.replace('entry/1', 'entry/9'), signed: false }),
      },
      app,
    );
    expect((await problemsOf(log))[0]).toEqual([4, expect.stringContaining('it is not signed by GitHub')]);
  });
});

describe('files of a commit', () => {
  test('a wrong file that a later commit puts right is named all the same', async () => {
    const log = logOf(sample(), {
      3: ({ files }) => ({ files: { ...files, 'models/fraud.json': '{}' } }),
    });
    expect(await problemsOf(log)).toEqual([[3, 'it changes models/fraud.json, which its entry does not']]);
    const { files } = log.store.commits.get(log.ids[6]!)!;
    expect(files.get('models/fraud.json')).not.toBe('{}');
  });

  test('files that belong to no entry, and what else changes the README', async () => {
    const log = logOf(sample(), {
      1: ({ files }) => ({ files: { ...files, 'README.md': 'of an older Slipway' } }),
      2: ({ files }) => ({ files: { ...files, 'models/x.json': '{}', 'notes.txt': 'read me' } }),
      4: ({ files }) => ({ files: { ...files, 'README.md': 'edited' } }),
    });
    expect(await problemsOf(log)).toEqual([
      [2, expect.stringMatching(/^it changes models\/x.json.*it changes notes.txt/u)],
      [4, 'it changes README.md, which its entry does not'],
    ]);
  });

  test('a folder that is gone is said shortly', async () => {
    const entries = [...sampleEntries({ models: 2, versions: 40, steps: 0 })];
    const notes = entries.map(({ request }) => requestPath(request));
    const log = logOf(entries, { 40: () => ({ without: notes.slice(0, 39) }) });
    expect(await problemsOf(log)).toEqual([
      [
        40,
        `${notes
          .slice(0, 3)
          .map((path) => `it removes ${path}`)
          .join('; ')}; and 36 more`,
      ],
    ]);
  });

  test('are read where they are wrong, and no more than twenty times', async () => {
    const entries = [...sampleEntries({ models: 2, versions: 40, steps: 0 })];
    const wrong = Object.fromEntries(
      entries.map(({ n }) => [n, ({ files }: { files: object }) => ({ files: { ...files, [`x${n}`]: '' } })]),
    );
    const log = logOf(entries, wrong);
    const { problems } = await verify(log.store);
    expect(problems).toHaveLength(21);
    expect(problems[20]!.message).toContain('later trees were not looked at');
    expect(log.store.calls.filter((call) => call === 'list')).toHaveLength(20);
  });
});

describe('the repair', () => {
  test('goes back to the last commit before the first that is wrong, and only from where the branch is', async () => {
    const wrong = () => ({ message: 'tidy up', files: {} });
    const { store, ids } = logOf(sample(), { 3: wrong, 6: wrong });
    const { problems } = await verify(store);
    const repair = `git push --force-with-lease=slipway/log:${ids[6]!} origin ${ids[2]!}:refs/heads/slipway/log`;
    expect(problems.map((one) => one.repair)).toEqual(problems.map(() => repair));
  });

  test('of a branch that was never a log is to delete it', async () => {
    const { store, ids } = logOf(sample().slice(0, 1), { 1: () => ({ message: 'first', files: {} }) });
    const { problems } = await verify(store);
    expect(problems[0]?.repair).toBe(
      `git push --force-with-lease=slipway/log:${ids[1]!} origin :refs/heads/slipway/log`,
    );
  });

  test('of a merge that brought files in is that of the merge', async () => {
    const log = logOf(sample().slice(0, 2));
    const { store, ids } = log;
    const side = store.forge({ parents: [ids[2]!], message: 'elsewhere', files: { 'models/x.json': '{}' } });
    ids.push(store.forge({ parents: [ids[2]!, side], message: 'Merge', files: { 'models/x.json': '{}' } }));
    expect(await problemsOf(log)).toEqual([
      [3, expect.stringMatching(/merge commit.*it changes models\/x.json/u)],
    ]);
  });
});
