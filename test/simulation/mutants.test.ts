import { expect, it } from 'vitest';

import { flawsOf } from './mutants/apply.ts';
import { MUTANTS } from './mutants/list.ts';
import { huntAll } from './mutants/run.ts';

it('tells the quickest design mutants from what is built', { timeout: 300_000 }, async () => {
  const names = MUTANTS.filter(({ quick }) => quick === true).map(({ name }) => name);
  expect(names.length).toBeGreaterThanOrEqual(12);
  const hunted = await huntAll(names, { schedules: 300, atOnce: 2 });
  expect(hunted.filter(({ killed }) => !killed).map(({ name }) => name)).toEqual([]);
});

it('has a name of its own for each', () => {
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
});

it('can make each of them of the sources as they are', () => {
  expect(MUTANTS.flatMap(flawsOf)).toEqual([]);
});
