import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  namesOfStage,
  planStageTags,
  readGtoHistory,
  type StageLine,
} from '../../../../src/registry/gto/index.ts';
import { Gto, hasGto, readTags } from '../../../support/gto.ts';
import {
  anyHistory,
  breaksGto,
  inRepository,
  onCommits,
  PATIENCE,
  read,
  samples,
  START,
  temporaryRepository,
} from './histories.ts';

import type { RepositoryTag } from '../../../../src/registry/gto/events.ts';

const aTag = (name: string, commit: string, time: number): RepositoryTag => ({
  name,
  commit,
  time,
  annotated: true,
});
const VERSIONS = [aTag('churn@v1.0.0', 'c1', 1), aTag('churn@v2.0.0', 'c2', 2)];
const ONE = { version: 'v1.0.0', commit: 'c1' };
const TWO = { version: 'v2.0.0', commit: 'c2' };
const line = (...history: StageLine['history']): readonly StageLine[] => [
  { model: 'churn', stage: 'prod', history },
];
const plan = (tags: readonly RepositoryTag[], ...history: StageLine['history']): unknown =>
  planStageTags(line(...history), tags, 10).create.map(({ name, commit, time }) => [name, commit, time]);

describe('stage tags as a view', () => {
  test('a stage gets its tag, once', () => {
    expect(plan(VERSIONS, ONE, TWO)).toEqual([['churn#prod#1', 'c2', 10]]);
    expect(plan([...VERSIONS, aTag('churn#prod#1', 'c2', 10)], ONE, TWO)).toEqual([]);
  });

  test('the counter goes on from the highest of any tag of the artifact, lightweight ones too', () => {
    const light = { name: 'churn#staging#41', commit: 'c1', annotated: false, time: null };
    expect(plan([...VERSIONS, light], ONE)).toEqual([['churn#prod#42', 'c1', 10]]);
  });

  test('a tag is never of the second of an older one, nor before it', () => {
    expect(plan([...VERSIONS, aTag('churn#prod#1', 'c1', 10)], TWO)).toEqual([['churn#prod#2', 'c2', 11]]);
    expect(plan([...VERSIONS, aTag('churn#prod#1', 'c1', 99)], TWO)).toEqual([['churn#prod#2', 'c2', 100]]);
  });

  test('a rollback also unassigns the higher version', () => {
    expect(plan([...VERSIONS, aTag('churn#prod#1', 'c2', 5)], TWO, ONE)).toEqual([
      ['churn#prod!#2', 'c2', 10],
      ['churn#prod#3', 'c1', 10],
    ]);
  });

  test('where a stage holds nothing, everything that could come back is unassigned', () => {
    const tags = [...VERSIONS, aTag('churn#prod#1', 'c1', 4), aTag('churn#prod#2', 'c2', 5)];
    expect(plan(tags, ONE, TWO, null)).toEqual([
      ['churn#prod!#3', 'c2', 10],
      ['churn#prod!#4', 'c1', 10],
    ]);
  });

  test('what no tag can mend is said, and nothing is written', () => {
    const shared = planStageTags(line(ONE), [...VERSIONS, aTag('churn@v1.0.1', 'c1', 3)], 10);
    expect(shared).toMatchObject({
      create: [],
      blocked: [{ why: expect.stringContaining('several versions') as string }],
    });
    const gone = planStageTags(line(ONE), [...VERSIONS, aTag('churn@v1.0.0!', 'c1', 3)], 10);
    expect(gone).toMatchObject({
      create: [],
      blocked: [{ why: expect.stringContaining('deregistered') as string }],
    });
  });

  test('a stage goes by its own name and those of the adopted history that its model has tags of', () => {
    const renamed = { prod: 'production', live: 'production', test: 'staging' };
    const tags = [aTag('churn#prod#1', 'c1', 1), aTag('churn#test#2', 'c1', 1), aTag('fraud#live', 'c1', 1)];
    const names = (model: string, stage: string): unknown => namesOfStage({ model, stage }, renamed, tags);
    expect(names('churn', 'production')).toEqual(['production', 'prod']);
    expect(names('fraud', 'production')).toEqual(['production', 'live']);
    expect(names('other', 'production')).toEqual(['production']);
    expect(names('churn', 'canary')).toEqual(['canary']);
  });

  test('a second plan has nothing to do, whatever was there', () => {
    fc.assert(
      fc.property(anyHistory, fc.array(fc.nat(4), { minLength: 4, maxLength: 4 }), (tags, wishes) => {
        const there = inRepository(tags);
        const lines = wanted(read(tags), wishes);
        const { create } = planStageTags(lines, there, START);
        const names = new Set(there.map(({ name }) => name));
        for (const { name } of create) expect(names.has(name)).toBe(false);
        const after = [...there, ...create.map((tag) => ({ ...tag, annotated: true }))];
        expect(planStageTags(lines, after, START + 5).create).toEqual([]);
      }),
    );
  });
});

/** Lines that put some version, or none, into the stages of all artifacts. */
function wanted(history: ReturnType<typeof read>, wishes: readonly number[]): readonly StageLine[] {
  return history.artifacts.flatMap(({ artifact, versions }, i) =>
    ['prod', 'staging'].map((stage, k) => {
      const choice = versions.filter(({ active }) => active)[wishes[(2 * i + k) % wishes.length] ?? 0];
      return { model: artifact, stage, history: [choice ?? null] };
    }),
  );
}

describe.runIf(hasGto)('beside the real GTO', { timeout: PATIENCE }, () => {
  test('GTO reads every stage of what is written as the log holds it, and so does its look-up', async () => {
    using repository = temporaryRepository();
    const { folder, commits } = repository;
    await using gto = new Gto();
    const cases = samples(fc.tuple(anyHistory, fc.array(fc.nat(4), { minLength: 4, maxLength: 4 })), 30);
    let checked = 0;
    for (const [tags, wishes] of cases.filter(([history]) => !breaksGto(read(history)))) {
      const there = onCommits(tags, commits);
      await gto.make(folder, there);
      const lines = wanted(readGtoHistory(readTags(folder)), wishes);
      const { create, blocked } = planStageTags(lines, readTags(folder), START);
      await gto.make(folder, [...there, ...create.map(({ commit, ...tag }) => ({ ...tag, target: commit }))]);
      const shown = await gto.show(folder);
      for (const { model, stage, history } of lines) {
        if (blocked.some((one) => one.model === model && one.stage === stage)) continue;
        const version = history[0]?.version ?? null;
        const story = JSON.stringify([tags, model, stage]);
        const said = shown[model];
        expect(said?.stage[stage] ?? null, story).toBe(version);
        expect(said?.found[stage] ?? null, story).toBe(version);
        expect(said?.listed[stage]?.split(', ')[0] ?? null, story).toBe(version);
        checked += 1;
      }
    }
    expect(checked).toBeGreaterThan(20);
  });
});
