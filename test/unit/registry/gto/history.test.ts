import { execFileSync } from 'node:child_process';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { readGtoHistory, type GtoHistory } from '../../../../src/registry/gto/history.ts';
import { Gto, hasGto, readTags } from '../../../support/gto.ts';
import {
  anyHistory,
  breaksGto,
  disagreements,
  inRepository,
  onCommits,
  PATIENCE,
  samples,
  START,
  temporaryRepository,
} from './histories.ts';
import { gtoSteps } from './gto-steps.ts';

import type { RepositoryTag } from '../../../../src/registry/gto/events.ts';

/** An annotated tag on a commit, at a second. */
const aTag = (name: string, commit: string, time: number): RepositoryTag => ({
  name,
  commit,
  time,
  annotated: true,
});

const ONE = aTag('churn@v1.0.0', 'c1', 1);
const TWO = aTag('churn@v2.0.0', 'c2', 2);

const held = ({ artifacts: [churn] }: GtoHistory): unknown =>
  Object.fromEntries(churn?.stages.map(({ stage, version, commit }) => [stage, version ?? commit]) ?? []);
const shown = ({ artifacts: [churn] }: GtoHistory): unknown => Object.fromEntries(churn?.shown ?? []);
const said = ({ warnings }: GtoHistory): unknown =>
  warnings.map(({ trap, stage, differs }) => [trap, stage, differs]);

describe('a history of GTO', () => {
  test('a stage holds what was assigned last, older versions included', () => {
    const history = readGtoHistory([
      ONE,
      TWO,
      aTag('churn#prod#1', 'c1', 3),
      aTag('churn#prod#2', 'c2', 4),
      aTag('churn#prod#3', 'c1', 5),
    ]);
    expect(held(history)).toEqual({ prod: 'v1.0.0' });
    expect(history.artifacts[0]).toMatchObject({ latest: 'v2.0.0', counter: 3n, deprecated: false });
    expect(history.artifacts[0]?.stages[0]).toEqual({
      stage: 'prod',
      version: 'v1.0.0',
      commit: 'c1',
      tag: 'churn#prod#3',
      counter: 3n,
      at: 5,
    });
    expect(said(history)).toEqual([['rolled-back', 'prod', false]]);
  });

  test('within one second the counter decides, where GTO takes the older version', () => {
    const history = readGtoHistory([ONE, TWO, aTag('churn#prod#1', 'c1', 3), aTag('churn#prod#2', 'c2', 3)]);
    expect(held(history)).toEqual({ prod: 'v2.0.0' });
    expect(shown(history)).toEqual({ prod: 'v1.0.0' });
    expect(said(history)).toEqual([['same-second', 'prod', true]]);
  });

  test('counters order as numbers, not as text', () => {
    const history = readGtoHistory([ONE, TWO, aTag('churn#prod#9', 'c1', 3), aTag('churn#prod#10', 'c2', 3)]);
    expect(held(history)).toEqual({ prod: 'v2.0.0' });
  });

  test.each([
    ['unassigned', aTag('churn#prod!#3', 'c2', 5)],
    ['deregistered', aTag('churn@v2.0.0!', 'c2', 5)],
  ])('where the current version was %s, no older one comes back by itself', (_, undone) => {
    const history = readGtoHistory([
      ONE,
      TWO,
      aTag('churn#prod#1', 'c1', 3),
      aTag('churn#prod#2', 'c2', 4),
      undone,
    ]);
    expect(held(history)).toEqual({});
    expect(shown(history)).toEqual({ prod: 'v1.0.0' });
    expect(said(history)).toEqual([['revived', 'prod', true]]);
  });

  test('unassigning an older version changes nothing', () => {
    const history = readGtoHistory([
      ONE,
      TWO,
      aTag('churn#prod#1', 'c1', 3),
      aTag('churn#prod#2', 'c2', 4),
      aTag('churn#prod!#3', 'c1', 5),
    ]);
    expect(held(history)).toEqual({ prod: 'v2.0.0' });
    expect(said(history)).toEqual([]);
  });

  test('of several versions on one commit the highest active one is read, and that gto show fails is said', () => {
    const candidate = aTag('churn@v2.0.0-rc.1', 'c2', 2);
    expect(said(readGtoHistory([ONE, candidate, TWO]))).toEqual([['shared-commit', null, false]]);
    const history = readGtoHistory([ONE, candidate, TWO, aTag('churn#prod#1', 'c2', 3)]);
    expect(held(history)).toEqual({ prod: 'v2.0.0' });
    expect(said(history)).toContainEqual(['shared-commit', null, true]);
    const withdrawn = readGtoHistory([
      candidate,
      TWO,
      aTag('churn@v2.0.0!', 'c2', 4),
      aTag('churn#prod#1', 'c2', 3),
    ]);
    expect(held(withdrawn)).toEqual({ prod: 'v2.0.0-rc.1' });
  });

  test('lightweight tags count for nothing but the counter, and are named', () => {
    const light = { name: 'churn#prod#41', commit: 'c2', annotated: false, time: null };
    const history = readGtoHistory([ONE, aTag('churn#prod#1', 'c1', 3), light]);
    expect(held(history)).toEqual({ prod: 'v1.0.0' });
    expect(history.artifacts[0]?.counter).toBe(41n);
    expect(history.warnings).toMatchObject([{ trap: 'lightweight', tags: ['churn#prod#41'] }]);
  });

  test.each([
    ['says nothing', aTag('churn@created', 'c1', 3)],
    ['is a copy of another', { ...aTag('churn#prod#1', 'c1', 3), inner: 'v1.0.0' }],
    ['has no tagger', { ...aTag('churn#prod#1', 'c1', 3), time: null }],
  ])('a tag that %s and breaks gto show is survived', (_, broken) => {
    const history = readGtoHistory([ONE, TWO, aTag('churn#prod#2', 'c2', 9), broken]);
    expect(held(history)).toEqual({ prod: 'v2.0.0' });
    expect(said(history)).toContainEqual(['breaks-show', null, false]);
  });

  test('a stage on a commit without a version is read as the commit, and its unassignment counts', () => {
    const assigned = aTag('churn#prod#1', 'c7', 3);
    expect(held(readGtoHistory([ONE, assigned]))).toEqual({ prod: 'c7' });
    expect(said(readGtoHistory([ONE, assigned]))).toEqual([['unregistered', 'prod', false]]);
    const undone = readGtoHistory([ONE, assigned, aTag('churn#prod!#2', 'c7', 4)]);
    expect(held(undone)).toEqual({});
    expect(said(undone)).toEqual([['unregistered', 'prod', true]]);
  });

  test('a deprecated artifact holds nothing until anything is said of it again', () => {
    const tags = [ONE, aTag('churn#prod#1', 'c1', 3), aTag('churn@deprecated', 'c1', 4)];
    expect(readGtoHistory(tags).artifacts[0]).toMatchObject({ deprecated: true, stages: [] });
    expect(held(readGtoHistory([...tags, aTag('churn#staging#2', 'c1', 5)]))).toEqual({
      prod: 'v1.0.0',
      staging: 'v1.0.0',
    });
  });

  test('versions that are registered twice, or too large for the log, are named', () => {
    const again = aTag('churn@v1.0.0#2', 'c2', 3);
    expect(said(readGtoHistory([ONE, again]))).toEqual([['moved-version', null, false]]);
    const large = readGtoHistory([aTag('churn@v99999999999999999999.0.0', 'c1', 1), TWO]);
    expect(said(large)).toEqual([['unreadable-version', null, false]]);
    expect(large.artifacts[0]?.latest).toBe('v2.0.0');
  });

  test('foreign tags are passed over', () => {
    const history = readGtoHistory([
      aTag('v1.2.3', 'c1', 1),
      aTag('release-2026', 'c1', 1),
      aTag('m@1.2.3', 'c1', 1),
    ]);
    expect(history).toEqual({ artifacts: [], warnings: [] });
  });

  test('the order of the tags does not matter', () => {
    fc.assert(
      fc.property(anyHistory, fc.nat(), (tags, turn) => {
        const all = inRepository(tags);
        const turned = [...all.slice(turn % all.length), ...all.slice(0, turn % all.length)];
        const sorted = (history: GtoHistory): unknown => ({
          artifacts: history.artifacts,
          warnings: history.warnings.map(({ message }) => message).sort(),
        });
        expect(sorted(readGtoHistory(turned))).toEqual(sorted(readGtoHistory(all)));
      }),
    );
  });
});

describe.runIf(hasGto)('beside the real GTO', { timeout: PATIENCE }, () => {
  test('any history of tags is read as gto show reads it, but where a warning says otherwise', async () => {
    using repository = temporaryRepository();
    const { folder, commits } = repository;
    await using gto = new Gto();
    let [agreed, differing, broken] = [0, 0, 0];
    for (const tags of samples(anyHistory, 30)) {
      await gto.make(folder, onCommits(tags, commits));
      const ours = readGtoHistory(readTags(folder));
      if (breaksGto(ours)) {
        broken += 1;
        await expect(gto.show(folder)).rejects.toThrow(/ManyVersions|KeyError/);
        continue;
      }
      expect(disagreements(ours, await gto.show(folder)), JSON.stringify(tags)).toEqual([]);
      const events = ours.artifacts.flatMap((artifact) => artifact.events.map((event) => event.tag));
      expect(events.sort()).toEqual((await gto.history(folder)).map(([, name]) => name).sort());
      if (ours.warnings.some(({ differs }) => differs)) differing += 1;
      else agreed += 1;
    }
    // All three kinds of history were met.
    expect(Math.min(agreed, differing, broken)).toBeGreaterThan(0);
  });

  test('a history that people made with GTO and by hand is read as gto show reads it', async () => {
    await using gto = new Gto();
    const written = new Map<string, number>();
    for (const steps of samples(gtoSteps, 6)) {
      using repository = temporaryRepository();
      const answers = await gto.write(repository.folder, steps);
      answers.forEach((answer, i) => {
        const done = /[#@/.]|^dropped|^committed/.test(answer) ? (steps[i]?.[1] ?? '') : 'refused';
        written.set(done, (written.get(done) ?? 0) + 1);
      });
      const ours = readGtoHistory(readTags(repository.folder));
      const story = JSON.stringify(steps.map((step, i) => [...step, answers[i]]));
      if (breaksGto(ours)) await expect(gto.show(repository.folder), story).rejects.toThrow();
      else expect(disagreements(ours, await gto.show(repository.folder)), story).toEqual([]);
    }
    // Everything people do was done, not only asked for.
    expect([...written.keys()].sort()).toEqual([
      ...['annotate', 'assign', 'deprecate', 'deregister', 'drop', 'refused', 'register', 'tag', 'unassign'],
    ]);
  });

  test('tags that point to no commit make gto show fail or mislead, and are named', async () => {
    using repository = temporaryRepository();
    const { folder, commits } = repository;
    const [target = ''] = commits;
    const tree = execFileSync('git', ['rev-parse', 'HEAD^{tree}'], { cwd: folder, encoding: 'utf8' }).trim();
    await using gto = new Gto();
    const good = [
      { name: 'churn@v1.0.0', target, time: START },
      { name: 'churn#prod#1', target, time: START + 1 },
    ];
    await gto.make(folder, [...good, { name: 'churn#prod#2', target: tree, time: START + 2 }]);
    const ours = readGtoHistory(readTags(folder));
    expect(held(ours)).toEqual({ prod: 'v1.0.0' });
    expect(ours.artifacts[0]?.counter).toBe(2n);
    expect(ours.warnings).toMatchObject([{ trap: 'breaks-show', tags: ['churn#prod#2'] }]);
    await expect(gto.show(folder)).rejects.toThrow('AttributeError');
    await gto.make(folder, [...good, { name: 'churn#prod#3', target: tree }]);
    expect(disagreements(readGtoHistory(readTags(folder)), await gto.show(folder))).toEqual([]);
  });
});
