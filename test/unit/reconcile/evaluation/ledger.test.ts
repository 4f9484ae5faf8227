import { beforeEach, describe, expect, test } from 'vitest';

import { digestOf } from '../../../../src/contracts/digest.ts';
import {
  EVALUATION_RECORD_SCHEMA,
  type EvaluationRecord,
} from '../../../../src/contracts/evaluation-record.ts';
import { unclear, type Api } from '../../../../src/platform/github/api.ts';
import { connection } from '../../../../src/platform/github/connection.ts';
import { githubLedger } from '../../../../src/platform/github/ledger.ts';
import {
  evaluationsOf,
  followLedger,
  newLedgerMemory,
  notesOf,
  readRecords,
  writeRecord,
  type LedgerAccess,
} from '../../../../src/reconcile/evaluation/ledger.ts';
import {
  noteMessage,
  noteOf,
  parseNote,
  recordPath,
  recordText,
} from '../../../../src/reconcile/evaluation/records.ts';
import { commitFiles, plantRef } from '../../../sandbox/history.ts';
import { digest, judgingWorld, type JudgingWorld } from '../../../support/judging-world.ts';
import { sandboxApi } from '../../../support/sandbox-api.ts';

const MONTH = '2026-01';
const BRANCH = `slipway/ledger-${MONTH}`;
const HEAD = 'a'.repeat(40);
const KEY = { model: 'team/tiny', trainKey: digest('train key') };

let world: JudgingWorld;
let ignored: string[];

beforeEach(() => {
  world = judgingWorld({ 'slipway.yaml': 'version: 1\n' });
  ignored = [];
});

function access(through: (api: Api) => Api = (api) => api, mode: LedgerAccess['mode'] = 'app'): LedgerAccess {
  const api = through(sandboxApi(world.sandbox, world.bot.token, (route) => world.calls.push(route)));
  const at = connection(api, { owner: 'owner', repo: 'repo', sleep: () => Promise.resolve() });
  return {
    ledger: githubLedger(at),
    memory: newLedgerMemory(),
    repository: world.repository.id,
    mode,
    trust: { bot: world.bot.id },
    ignored: (commit, why) => ignored.push(`${commit}: ${why}`),
  };
}

function record(more: Partial<EvaluationRecord> = {}): EvaluationRecord {
  return {
    schema: EVALUATION_RECORD_SCHEMA,
    model: KEY.model,
    train_key: KEY.trainKey,
    candidate: digest('candidate'),
    files: [{ path: 'm.json', bytes: 2, sha256: digest('{}') }],
    baseline: null,
    ...{ pull: 7, head: HEAD, same_repository: true, base: 'b'.repeat(40), workflows_equal_base: true },
    run: { id: 1, attempt: 1, conclusion: 'success' },
    dataset: { test: digest('test'), train: digest('train') },
    ...{ holdout: 'visible', decision: 'pass', reason: 'ALL_GATES_PASS', message: 'not worse' },
    comparison: { rows: 300 },
    predictions: { candidate: digest('predictions'), baseline: null },
    ...{ judged: '2026-01-01T00:00:00.000Z', slipway: '1.0.0' },
    ...more,
  };
}

/** What a writer can push: a commit on the ledger whose message and file are as ours would be. */
function forge(one: EvaluationRecord, repository = world.repository.id): string {
  const note = noteOf(one, repository, recordPath(one));
  return commitFiles(world, { [note.path]: recordText(one) }, BRANCH, noteMessage(note).trimEnd());
}

const read = (from: LedgerAccess, head = HEAD) => readRecords(from, { ...KEY, head });

describe('a record', () => {
  test('is written to its path in the month’s branch, and read by any process', async () => {
    const note = await writeRecord(access(), record(), MONTH);
    expect(note.path).toBe(`evaluations/team/tiny/${KEY.trainKey}/${digest('candidate')}.json`);
    expect(await read(access())).toEqual([record()]);
    const [ref] = world.call('reader', `GET /repos/owner/repo/git/matching-refs/heads/slipway/ledger`)
      .body as [{ ref: string }];
    expect(ref.ref).toBe(`refs/heads/${BRANCH}`);
    const reader = access();
    await followLedger(reader);
    expect(evaluationsOf(reader.memory, HEAD)).toEqual({
      'team/tiny': {
        digest: digestOf(record()),
        decision: 'pass',
        reason: 'ALL_GATES_PASS',
        judged: '2026-01-01T00:00:00.000Z',
      },
    });
  });

  test('that is there is left as it is, whoever comes later with what verdict', async () => {
    await writeRecord(access(), record(), MONTH);
    const later = record({ decision: 'fail', judged: '2026-01-02T00:00:00.000Z' });
    const note = await writeRecord(access(), later, MONTH);
    expect(note.record).toBe(digestOf(record()));
    expect(await read(access())).toEqual([record()]);
  });

  test('of the same bytes at another head stands beside the first, and counts at its head', async () => {
    const other = record({ head: 'c'.repeat(40), pull: 8 });
    await writeRecord(access(), record(), MONTH);
    await writeRecord(access(), other, MONTH);
    expect(await read(access())).toEqual([record()]);
    expect(await read(access(), other.head)).toEqual([other]);
  });

  test('of other bytes is another one: the merge rule sees both', async () => {
    const other = record({ head: 'c'.repeat(40), candidate: digest('other') });
    await writeRecord(access(), record(), MONTH);
    await writeRecord(access(), other, '2026-02');
    expect(await read(access())).toEqual([record(), other]);
  });

  test('is written once by two processes at once', async () => {
    const [one, other] = await Promise.all([
      writeRecord(access(), record(), MONTH),
      writeRecord(access(), record({ judged: '2026-01-03T00:00:00.000Z' }), MONTH),
    ]);
    expect(one.record).toBe(other.record);
    const reader = access();
    await followLedger(reader);
    expect(notesOf(reader.memory)).toHaveLength(1);
  });

  test.each([
    ['git/trees', 'before'],
    ['git/trees', 'after'],
    ['git/commits', 'after'],
    ['git/refs', 'before'],
    ['git/refs', 'after'],
  ])('is written once where the answer of %s is lost %s it was applied', async (part, when) => {
    let lost = 0;
    const through =
      (api: Api): Api =>
      async (route, parameters) => {
        const losing = route.startsWith('POST') && route.endsWith(part) && lost++ === 0;
        const answer = losing && when === 'before' ? null : await api(route, parameters);
        if (answer === null || losing) throw unclear(route, 'no answer');
        return answer;
      };
    await writeRecord(access(through), record(), MONTH);
    expect(lost).toBeGreaterThan(0);
    const reader = access();
    await followLedger(reader);
    expect(notesOf(reader.memory)).toHaveLength(1);
    expect(await read(reader)).toEqual([record()]);
  });

  test('costs one call to look for where nothing is new', async () => {
    const reader = access();
    await writeRecord(reader, record(), MONTH);
    await followLedger(reader);
    world.calls.length = 0;
    await followLedger(reader);
    expect(world.calls).toEqual(['GET /repos/{owner}/{repo}/git/matching-refs/{ref}']);
  });
});

describe('a forged record', () => {
  test('that a writer pushes is ignored, and named', async () => {
    const commit = forge(record());
    expect(await read(access())).toEqual([]);
    expect(ignored).toEqual([expect.stringMatching(`^${commit}: .*not signed by GitHub`)]);
  });

  test('does not keep the true one from being written, nor change it', async () => {
    const forged = record({ decision: 'fail', message: 'forged' });
    forge(forged);
    const reader = access();
    await writeRecord(reader, record(), MONTH);
    expect(await read(reader)).toEqual([record()]);
    forge(forged);
    expect(await read(reader)).toEqual([record()]);
    expect(await read(access())).toEqual([record()]);
  });

  test('that another App signed is ignored too', async () => {
    await writeRecord(access(), record(), MONTH);
    const stranger = { ...access(), trust: { bot: world.bot.id + 1 } };
    expect(await read(stranger)).toEqual([]);
    expect(ignored).toEqual([expect.stringContaining('the App’s bot is')]);
  });

  test('of another repository says nothing here, whoever signed it', async () => {
    await writeRecord({ ...access(), repository: 99 }, record(), MONTH).catch(() => undefined);
    expect(await read(access())).toEqual([]);
  });

  test('counts where anybody may write: that mode gives no more', async () => {
    forge(record());
    expect(await read(access(undefined, 'open'))).toEqual([record()]);
  });

  test('whose file is not what its message says is ignored', async () => {
    const note = noteOf(record(), world.repository.id, recordPath(record()));
    const other = recordText(record({ decision: 'fail' }));
    commitFiles(world, { [note.path]: other }, BRANCH, noteMessage(note).trimEnd());
    expect(await read(access(undefined, 'open'))).toEqual([]);
    expect(ignored).toEqual([expect.stringContaining('is not the record')]);
  });
});

describe('a ledger', () => {
  test('that was moved back or deleted is read anew: what is gone does not count', async () => {
    const reader = access();
    await writeRecord(reader, record(), MONTH);
    const ref = `/repos/owner/repo/git/refs/heads/${BRANCH}`;
    expect(world.call('writer', `DELETE ${ref}`).status).toBe(204);
    expect(await read(reader)).toEqual([]);
    commitFiles(world, { 'README.md': 'x' }, BRANCH);
    expect(await read(reader)).toEqual([]);
    await writeRecord(reader, record(), MONTH);
    expect(await read(reader)).toEqual([record()]);
  });
});

test('a ledger that was replaced by another history holds only what that one holds', async () => {
  const reader = access();
  await writeRecord(reader, record(), MONTH);
  plantRef(world, `refs/heads/${BRANCH}`, world.tip('main'));
  expect(await read(reader)).toEqual([]);
});

test('a note names its own path only', () => {
  const note = noteOf(record(), 1, recordPath(record()));
  expect(parseNote(noteMessage(note), 1)).toEqual(note);
  expect(parseNote(noteMessage(note), 2)).toBeNull();
  expect(parseNote(noteMessage({ ...note, path: 'evaluations/other.json' }), 1)).toBeNull();
  expect(parseNote(noteMessage({ ...note, more: 1 } as never), 1)).toBeNull();
  expect(parseNote('runs of January', 1)).toBeNull();
});
