import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { ModelState } from '../../../../src/contracts/model-state.ts';
import type { EntryDraft, Op } from '../../../../src/contracts/entry.ts';
import { isCodedError } from '../../../../src/contracts/errors.ts';
import { syncStageTags } from '../../../../src/reconcile/views/stage-tags.ts';
import { printVersionTag } from '../../../../src/registry/index.ts';
import { applyEntry } from '../../../../src/registry/log/fold.ts';
import { Gto, hasGto, type GtoShown } from '../../../support/gto.ts';
import { entry } from '../../../support/log-entries.ts';
import { MemoryTags } from '../../../support/memory-tags.ts';
import { PATIENCE, samples, START, temporaryRepository } from '../../registry/gto/histories.ts';

const MODELS = ['churn', 'churn-2', 'churn/eu', 'a', 'x/y_1/z'];
const STAGES = ['staging', 'production', 'prod/eu-1', 'constructor', 'v1', '1'];
const COMMITS = Array.from({ length: 30 }, (_, i) => i.toString(16).padStart(40, '0'));

interface World {
  readonly models: Map<string, ModelState>;
  readonly tags: MemoryTags;
  readonly shown: Map<string, number>;
  n: number;
  seconds: number;
}

/** An entry, where the log takes it; a version has its tag as well. */
function record(world: World, op: Op, more: Partial<EntryDraft>): boolean {
  const one = entry(world.n + 1, op, more);
  try {
    world.models.set(one.model, applyEntry(world.models.get(one.model) ?? null, one));
  } catch (error) {
    if (isCodedError(error)) return false;
    throw error;
  }
  world.n += 1;
  if (op !== 'register') return true;
  const { model, version = '', commit = '' } = one;
  const digests = { manifest: '0'.repeat(64), trainKey: '0'.repeat(64) };
  const { name, message } = printVersionTag({ model, version, ...digests });
  world.tags.all.push({ name, commit, annotated: true, time: world.seconds, message });
  return true;
}

async function sync(world: World, adopt: Record<string, string> | null = null): Promise<void> {
  const { models, tags, shown, seconds } = world;
  const config = Object.fromEntries(MODELS.map((model) => [model, {}]));
  await syncStageTags({ tags, log: { models }, config, adopt, now: new Date(seconds * 1000) }, shown);
}

const newWorld = (): World => ({
  models: new Map(),
  tags: new MemoryTags(),
  shown: new Map(),
  n: 0,
  seconds: START,
});

const step = fc.record({
  // prettier-ignore
  what: fc.constantFrom('register', 'register', 'promote', 'promote', 'promote', 'again', 'fails', 'waits', 'rollback', 'rollback', 'freeze', 'unfreeze', 'forget'),
  model: fc.nat(1),
  stage: fc.nat(2),
  version: fc.nat(8),
  rest: fc.constantFrom('', '', '-rc.1', '+b.2', '-0'),
  pause: fc.constantFrom(0, 0, 1, 90),
  seen: fc.boolean(),
});
const story = fc.record({
  models: fc.shuffledSubarray(MODELS, { minLength: 2, maxLength: 2 }),
  stages: fc.shuffledSubarray(STAGES, { minLength: 3, maxLength: 3 }),
  steps: fc.array(step, { minLength: 40, maxLength: 60, size: 'max' }),
});
type Story = typeof story extends fc.Arbitrary<infer Item> ? Item : never;

/** Lives a story; gives what is expected of GTO by model and stage: the version that was verified last. */
async function live({ models, stages, steps }: Story, world: World): Promise<Map<string, string>> {
  const running = new Map<string, string>();
  for (const { what, rest, pause, seen, ...which } of steps) {
    const [model = '', stage = ''] = [models[which.model], stages[which.stage]];
    const versions = world.models.get(model)?.versions ?? [];
    const version = versions[which.version % Math.max(1, versions.length)]?.version ?? 'v9.9.9';
    const at = { model, stage, version };
    world.seconds += pause;
    if (what === 'register') {
      const next = { model, version: `v1.${versions.length % 5}.${which.version}${rest}` };
      record(world, 'register', { ...next, commit: COMMITS[versions.length] ?? '' });
    } else if (what === 'forget') world.shown.clear();
    else if (what === 'freeze' || what === 'unfreeze') record(world, what, { model, stage, reason: 'x' });
    else if (record(world, what === 'rollback' ? 'rollback' : 'promote', at) && what !== 'waits') {
      if (seen) await sync(world);
      const done = what === 'fails' ? 'failed' : 'verified';
      record(world, done, { ...at, of: world.n });
      if (done === 'verified') running.set(JSON.stringify([model, stage]), version);
    }
    if (seen) await sync(world);
  }
  await sync(world);
  return running;
}

/** Stages for which GTO says something else. */
function wrong(running: ReadonlyMap<string, string>, shown: Readonly<Record<string, GtoShown>>): string[] {
  return [...running].flatMap(([key, version]) => {
    const [model, stage] = JSON.parse(key) as [string, string];
    const one = shown[model];
    const said = [one?.stage[stage], one?.found[stage], one?.listed[stage]?.split(', ')[0]];
    return said.every((name) => name === version) ? [] : [`${key} runs ${version}: ${said.join()}`];
  });
}

describe('stage tags', () => {
  test('go on under the names of an adopted history, but where a stage of the model has that name', async () => {
    const world = newWorld();
    const [commit = ''] = COMMITS;
    const adopted = { commit, annotated: true, time: START - 9 };
    world.tags.all.push({ ...adopted, name: 'churn@v0.1.0' }, { ...adopted, name: 'churn#prod#1' });
    record(world, 'register', { model: 'churn', version: 'v1.0.0', commit: COMMITS[1] ?? '' });
    const at = { model: 'churn', stage: 'production', version: 'v1.0.0' };
    record(world, 'promote', at);
    record(world, 'verified', { ...at, of: world.n });
    await sync(world, { prod: 'production', live: 'production' });
    const names = world.tags.all.map(({ name }) => name);
    expect(names.slice(3)).toEqual(['churn#production#2', 'churn#prod#3']);
    await sync(world, { prod: 'production' });
    expect(world.tags.all).toHaveLength(names.length);
  });

  test('say what was verified last while something else is on its way, or failed', async () => {
    const world = newWorld();
    for (const [i, version] of ['v1.0.0', 'v1.1.0', 'v1.2.0'].entries())
      record(world, 'register', { model: 'churn', version, commit: COMMITS[i] ?? '' });
    const at = (version: string) => ({ model: 'churn', stage: 'staging', version });
    record(world, 'promote', at('v1.1.0'));
    await sync(world);
    expect(world.tags.all).toHaveLength(3);
    record(world, 'verified', { ...at('v1.1.0'), of: world.n });
    record(world, 'promote', at('v1.2.0'));
    await sync(world);
    record(world, 'failed', { ...at('v1.2.0'), of: world.n });
    await sync(world);
    expect(world.tags.all.slice(3)).toMatchObject([{ name: 'churn#staging#1', commit: COMMITS[1] }]);
  });
});

describe.runIf(hasGto)('beside the real GTO', { timeout: PATIENCE }, () => {
  test('whatever happened in the log, GTO shows the version that every stage runs', async () => {
    using repository = temporaryRepository(COMMITS.length);
    const real = new Map(COMMITS.map((commit, i) => [commit, repository.commits[i] ?? '']));
    await using gto = new Gto();
    let [checked, back] = [0, 0];
    for (const one of samples(story, 12)) {
      const world = newWorld();
      const running = await live(one, world);
      const made = world.tags.all.map(({ name, commit, time }) => ({
        ...{ name, target: real.get(commit ?? '') ?? '' },
        time: time ?? 0,
      }));
      await gto.make(repository.folder, made);
      expect(wrong(running, await gto.show(repository.folder)), JSON.stringify(one)).toEqual([]);
      const stages = new Set([...running.keys()].map((key) => (JSON.parse(key) as string[])[1]));
      expect(await gto.stages(repository.folder)).toEqual([...stages].sort());
      checked += running.size;
      back += world.tags.all.filter(({ name }) => name.includes('!')).length;
    }
    expect(checked).toBeGreaterThan(30);
    expect(back).toBeGreaterThan(6);
  });
});
