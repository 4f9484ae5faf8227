import { describe, expect, it } from 'vitest';

import { testSetStatus } from '../../../../src/evaluation/index.ts';

describe('how a test set stands to the base’s', () => {
  const facts = { base: 'a', head: 'b', earliestTest: 10, latestTraining: [9, 8] };

  it.each([
    [{ base: 'b' }, 'same'],
    [{ base: null }, 'same'],
    [{}, 'rolled'],
    [{ latestTraining: [9, 10] }, 'changed'],
    [{ latestTraining: [9, null] }, 'changed'],
    [{ latestTraining: [] }, 'changed'],
    [{ earliestTest: null }, 'changed'],
  ])('%j: %s', (more, status) => {
    expect(testSetStatus({ ...facts, ...more })).toBe(status);
  });
});
