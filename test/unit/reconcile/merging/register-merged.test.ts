import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { expect, test } from 'vitest';

import type { Comparison } from '../../../../src/contracts/comparison.ts';
import type { ModelState } from '../../../../src/contracts/model-state.ts';
import { InputError } from '../../../../src/contracts/errors.ts';
import { newJudgingMemory, type JudgingPorts } from '../../../../src/reconcile/evaluation/index.ts';
import {
  newMergingMemory,
  registerMerged,
  type MergingPorts,
} from '../../../../src/reconcile/merging/index.ts';
import type { Judge } from '../../../../src/reconcile/ports.ts';
import type { Registration } from '../../../../src/registry/index.ts';
import { judgedAnswer, sayingJudge } from '../../../support/judge-answers.ts';
import { digest, handoverZip, judgingWorld } from '../../../support/judging-world.ts';

const FILES = { 'predictions.parquet': 'PAR1', 'model/m.json': '{}' };
const WORKFLOW = `name: Slipway
on: [push, pull_request]
jobs:
  train:
    runs-on: ubuntu-latest
    steps: [{run: slipway run}]
`;
const NO_BASELINES: JudgingPorts['baselines'] = {
  predictions: () => Promise.resolve([]),
  fetch: () => Promise.resolve(),
};

/** Lays the artifact out as the judging process does, and says what it is told to. */
function unpackingJudge(verdict: Partial<Comparison>): Judge {
  const judge = sayingJudge(() => judgedAnswer({}, verdict));
  return {
    ...judge,
    run: async (folder, request) => {
      for (const [path, content] of Object.entries(FILES)) {
        mkdirSync(dirname(join(folder, 'artifact', path)), { recursive: true });
        writeFileSync(join(folder, 'artifact', path), content);
      }
      return await judge.run(folder, request);
    },
  };
}

function merging(verdict: Partial<Comparison> = {}) {
  const world = judgingWorld({ 'slipway.yaml': 'version: 1\n', '.github/workflows/slipway.yml': WORKFLOW });
  const registered: (Registration & { readonly bytes: string })[] = [];
  const lines: string[] = [];
  const state = { versions: new Map<string, ModelState>(), refuse: null as InputError | null };
  const ports: MergingPorts = {
    ...world.ports,
    judge: unpackingJudge(verdict),
    baselines: NO_BASELINES,
    self: { id: 1, login: 'slipway[bot]' },
    register: async (registration) => {
      if (state.refuse !== null) throw state.refuse;
      const pieces: Buffer[] = [];
      for (const { source } of registration.files)
        for await (const piece of source.read()) pieces.push(Buffer.from(piece));
      registered.push({ ...registration, bytes: Buffer.concat(pieces).toString() });
      const version = 'v1.0.0';
      const tag = `${registration.model}@${version}`;
      return { version, tag, manifest: digest('m'), n: 1, already: false, url: '', warnings: [] };
    },
  };
  const memories = { judging: newJudgingMemory() };
  const made = {
    world,
    registered,
    lines,
    state,
    memory: newMergingMemory(memories.judging),
    forget: () => (made.memory = newMergingMemory(newJudgingMemory())),
    pass: async () =>
      await registerMerged(
        ports,
        made.memory,
        { commit: world.tip('main'), models: ['tiny'], versions: state.versions },
        { log: ({ message }) => lines.push(message) },
      ),
  };
  return made;
}

let pushes = 0;

/** A run of the default branch that ended well and handed over a model. */
function pushed(
  { world }: ReturnType<typeof merging>,
  conclusion: 'success' | 'failure' = 'success',
  branch = 'main',
): string {
  const head = world.push(branch, { 'x.txt': `${(pushes += 1)}` }, branch === 'main' ? { as: 'owner' } : {});
  world.upload(world.finish(head, conclusion), 'slipway-tiny', handoverZip(FILES));
  return head;
}

test('what a push to the default branch handed over is judged by its own commit and registered', async () => {
  const one = merging();
  const head = pushed(one);

  const { found, learned } = await one.pass();

  expect(learned).toBe(true);
  expect(found).toMatchObject([{ model: 'tiny', head, status: 'judged', decision: 'pass' }]);
  expect(one.registered).toMatchObject([
    {
      ...{ model: 'tiny', commit: head, config: head, pull: null, entry: 'm.json', bytes: '{}' },
      files: [{ path: 'm.json', sha256: digest('{}') }],
      documents: [{ name: 'evaluation.json' }, { name: `predictions-${digest('test')}.parquet` }],
      verdict: { decision: 'pass', holdout: 'visible' },
      digests: { train_key: digest('train key'), data: { test: digest('test') } },
    },
  ]);
  expect(one.registered[0]!.digests.evaluation).toBe(found[0]!.record);
});

test('once: not again in the same process, and under the same key after it forgot everything', async () => {
  const one = merging();
  pushed(one);
  await one.pass();
  expect((await one.pass()).learned).toBe(false);
  expect(one.registered).toHaveLength(1);

  one.forget();
  await one.pass();

  expect(one.registered).toHaveLength(2);
  expect(new Set(one.registered.map(({ key }) => key)).size).toBe(1);
  expect(one.registered[1]).toEqual({
    ...one.registered[0],
    root: expect.anything() as unknown,
    files: expect.anything() as unknown,
    documents: expect.anything() as unknown,
  });
});

test('a commit whose version stands is not looked at again', async () => {
  const one = merging();
  const commit = pushed(one);
  const version = { version: 'v1.0.0', n: 1, at: '', manifest: digest('m'), commit, pull: null };
  one.state.versions.set('tiny', {
    ...{ schema: 'slipway.model-state/1', model: 'tiny', n: 1, stages: {}, accepted: [] },
    versions: [{ ...version, authors: [], evaluation: null, verdict: null }],
  });
  expect((await one.pass()).learned).toBe(false);
  expect(one.registered).toEqual([]);
});

test.each([
  ['a run that failed', 'failure', 'main'],
  ['a push to another branch', 'success', 'elsewhere'],
] as const)('%s registers nothing', async (_name, conclusion, branch) => {
  const one = merging();
  pushed(one, conclusion, branch);
  expect(await one.pass()).toEqual({ found: [], learned: false });
  expect(one.registered).toEqual([]);
});

test('a model that failed its gates is no version, and the check of the commit says so', async () => {
  const one = merging({ decision: 'fail', reason: 'WORSE' });
  const head = pushed(one);
  const { found } = await one.pass();
  expect(found).toMatchObject([{ head, decision: 'fail', conclusion: 'failure' }]);
  expect(one.registered).toEqual([]);
  expect(one.lines).toContain('nothing was registered');
});

test('an inconclusive one is, for a person to accept', async () => {
  const one = merging({ decision: 'inconclusive', reason: 'TOO_FEW_EVENTS' });
  pushed(one);
  await one.pass();
  expect(one.registered).toMatchObject([{ verdict: { decision: 'inconclusive' } }]);
});

test('bytes that are the newest version’s are no new version', async () => {
  const one = merging();
  pushed(one);
  const { found } = await one.pass();
  const version = {
    version: 'v1.0.0',
    n: 1,
    at: '',
    manifest: digest('m'),
    commit: 'c'.repeat(40),
    pull: null,
  };
  one.state.versions.set('tiny', {
    ...{ schema: 'slipway.model-state/1', model: 'tiny', n: 1, stages: {}, accepted: [] },
    versions: [{ ...version, authors: [], evaluation: found[0]!.record, verdict: null }],
  });
  pushed(one);
  await one.pass();
  expect(one.registered).toHaveLength(1);
  expect(one.lines).toContain('the merge changed no model');
});

test('of several pushes the last one decides', async () => {
  const one = merging();
  pushed(one);
  const last = pushed(one);
  await one.pass();
  expect(one.registered.map(({ commit }) => commit)).toEqual([last]);
});

test('what cannot be registered is said once, and the next push goes on', async () => {
  const one = merging();
  one.state.refuse = new InputError({ code: 'FORMAT_REFUSED', message: 'no pickles' });
  pushed(one);
  expect((await one.pass()).found).toMatchObject([{ status: 'refused', reason: 'FORMAT_REFUSED' }]);
  expect((await one.pass()).learned).toBe(false);
  one.state.refuse = null;
  pushed(one);
  await one.pass();
  expect(one.registered).toHaveLength(1);
});
