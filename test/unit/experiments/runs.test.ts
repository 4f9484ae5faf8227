import { describe, expect, test } from 'vitest';

import { InputError } from '../../../src/contracts/errors.ts';
import type { RunStore } from '../../../src/experiments/ports.ts';
import { findRun, readRuns } from '../../../src/experiments/runs.ts';
import { aRun } from '../../support/runs.ts';

const older = aRun({ id: '20260301-142501-3f2c', started: '2026-03-01T14:25:01.000Z' });
const newer = aRun({ id: '20260302-090000-91ab', started: '2026-03-02T09:00:00.000Z' });

function storeOf(contents: Readonly<Record<string, unknown>>): RunStore {
  return {
    ids: () => Promise.resolve(Object.keys(contents)),
    read: (id) => Promise.resolve(contents[id] ?? null),
    readJson: () => Promise.resolve(null),
    folder: (id) => id,
    publish: (id) => Promise.resolve(id),
  };
}

describe('reading runs', () => {
  test('the newest comes first', async () => {
    const { records } = await readRuns(storeOf({ a: older, b: newer }));

    expect(records.map((record) => record.id)).toEqual([newer.id, older.id]);
  });

  test('a damaged record hides no other and is named', async () => {
    const runs = await readRuns(storeOf({ good: older, cut: null, foreign: { schema: 'something/9' } }));

    expect(runs.records).toHaveLength(1);
    expect(runs.unreadable).toEqual(['cut', 'foreign']);
  });
});

describe('finding the run a person means', () => {
  const records = [newer, older];

  test.each([
    ['latest', newer.id],
    ['latest~1', older.id],
    ['3f2c', older.id],
    [newer.id, newer.id],
  ])('%s', (asked, id) => {
    expect(findRun(records, asked).id).toBe(id);
  });

  test('an unknown id names the nearest', () => {
    expect(() => findRun(records, '20260302-090000-91aX')).toThrow(/nearest is 20260302-090000-91ab/);
  });

  test('a part that fits several names them all', () => {
    expect(() => findRun(records, '202603')).toThrow(InputError);
    expect(() => findRun(records, '202603')).toThrow(/fits 2 runs/);
  });

  test('nothing recorded yet says how to begin', () => {
    expect(() => findRun([], 'latest')).toThrow(InputError);
  });
});
