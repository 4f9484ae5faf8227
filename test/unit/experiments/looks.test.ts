import { describe, expect, test } from 'vitest';

import { countLooks } from '../../../src/experiments/looks.ts';
import { aRun } from '../../support/runs.ts';

const query = { model: 'churn', test: 't1', branch: 'deeper', base: 'b0', candidate: 'm1' };

describe('looks at a test set', () => {
  test('the first candidate is look 1', () => {
    expect(countLooks([], query)).toBe(1);
  });

  test('each further candidate on the same branch and base is one more', () => {
    const runs = [aRun({ candidate: 'm1' }), aRun({ candidate: 'm2' })];

    expect(countLooks(runs, { ...query, candidate: 'm3' })).toBe(3);
  });

  test('judging the same bytes again costs nothing', () => {
    const runs = [aRun({ candidate: 'm1' }), aRun({ candidate: 'm1' })];

    expect(countLooks(runs, query)).toBe(1);
  });

  test.each([
    ['another branch', aRun({ candidate: 'm2', branch: 'other' })],
    ['another base', aRun({ candidate: 'm2', base: 'b1' })],
    ['another test set', aRun({ candidate: 'm2', test: 't2' })],
    ['another model', aRun({ candidate: 'm2', model: 'fraud' })],
    ['a run that showed no metric', aRun({ candidate: 'm2', metrics: [] })],
  ])('%s does not count', (_what, run) => {
    expect(countLooks([run], query)).toBe(1);
  });
});
