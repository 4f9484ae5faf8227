import { describe, expect, test } from 'vitest';

import { newMemory, type Line } from '../../../src/reconcile/index.ts';
import { adoptHistory } from '../../../src/reconcile/adopt.ts';
import { syncStageTags } from '../../../src/reconcile/views/stage-tags.ts';
import { openLog, printVersionTag, readGtoHistory, type Log } from '../../../src/registry/index.ts';
import type { RepositoryTag } from '../../../src/registry/ports.ts';
import { Gto, hasGto, readTags } from '../../support/gto.ts';
import { OWNER } from '../../support/log-entries.ts';
import { MemoryLogStore } from '../../support/memory-log-store.ts';
import { MemoryTags } from '../../support/memory-tags.ts';
import { gtoSteps } from '../registry/gto/gto-steps.ts';
import { breaksGto, PATIENCE, samples, START, temporaryRepository } from '../registry/gto/histories.ts';

const trust = { bot: null };
const MODELS = ['churn', 'fraud', 'churn-2', 'a', 'a/b', 'seg', '9'];
const STAGES = ['production', 'staging', 'prod/eu-1', 'v1', 'latest'];
const RENAMED = { prod: 'production' };
const stage = { after: null, approvals: 0, approvers: [], soak: 0, gates: true };
const CONFIG = {
  commit: null,
  status: 'good',
  promotion: Object.fromEntries(
    MODELS.map((model) => [model, Object.fromEntries(STAGES.map((name) => [name, stage]))]),
  ),
  adopt: RENAMED,
  notify: null,
  problem: null,
} as unknown as Parameters<typeof adoptHistory>[3];

async function adopt(tags: MemoryTags, store = new MemoryLogStore()): Promise<{ log: Log; said: Line[] }> {
  const said: Line[] = [];
  const ports = { repository: 1, tags, store, trust, mode: 'open' as const, self: OWNER };
  const log = await adoptHistory(
    { ...ports, sleep: () => Promise.resolve(), log: (line) => said.push(line) },
    newMemory(),
    await openLog(store, { trust }),
    CONFIG,
  );
  return { log, said };
}

const view = (tags: MemoryTags, log: Log): Promise<void> =>
  syncStageTags(
    { tags, log, config: CONFIG.promotion, adopt: RENAMED, now: new Date((START + 9000) * 1000) },
    new Map(),
  );

/** What stages hold by the log: `model stage` → version. */
const heldIn = (log: Log): ReadonlyMap<string, string> =>
  new Map(
    [...log.models.values()].flatMap(({ model, stages }) =>
      Object.entries(stages).flatMap(([name, { held }]) =>
        held === null ? [] : [[`${model} ${name}`, held.version] as const],
      ),
    ),
  );

const aTag = (name: string, commit: string, time: number, message = ''): RepositoryTag => ({
  ...{ name, commit: commit.repeat(40), annotated: true, time, inner: name, message },
});

describe('an adopted history', () => {
  test('is taken over once, and tags of ours that came later are no part of it', async () => {
    const tags = new MemoryTags([
      aTag('churn@v1.0.0', '1', 1),
      aTag('churn#prod#1', '1', 2),
      aTag('v1.2.3', '1', 2),
    ]);
    const store = new MemoryLogStore();
    const { log } = await adopt(tags, store);
    expect(log.n).toBe(2);
    await view(tags, log);
    const digests = { manifest: '0'.repeat(64), trainKey: '0'.repeat(64) };
    const { name, message } = printVersionTag({ model: 'churn', version: 'v2.0.0', ...digests });
    tags.all.push(aTag(name, '2', 3, message));
    await tags.create({
      name: 'churn#prod#9',
      commit: '2'.repeat(40),
      message: 'Assign\n\nWritten by Slipway from its log.\n',
      time: 9,
    });
    const again = await adopt(tags, store);
    expect(again.log.n).toBe(2);
    expect(again.said).toEqual([]);
  });
});

describe.runIf(hasGto)('beside the real GTO', { timeout: PATIENCE }, () => {
  test('the log holds what GTO shows, or says why not; and then GTO shows what the log holds', async () => {
    await using gto = new Gto();
    const counts = { equal: 0, trap: 0, left: 0 };
    for (const steps of samples(gtoSteps, 3)) {
      using repository = temporaryRepository();
      const { folder } = repository;
      await gto.write(folder, steps);
      const tags = new MemoryTags(readTags(folder));
      const before = readGtoHistory(tags.all);
      if (breaksGto(before)) continue;
      const { log, said } = await adopt(tags);
      const held = heldIn(log);
      const shown = await gto.show(folder);
      const story = JSON.stringify(steps);
      for (const model of MODELS)
        for (const [old, version] of Object.entries(shown[model]?.stage ?? {})) {
          if (version === null) continue;
          const ours = held.get(`${model} ${old === 'prod' ? 'production' : old}`);
          const trap = before.warnings.some(
            (one) => one.artifact === model && one.stage === old && one.differs,
          );
          const left = said.some(({ message }) => message.includes(`stage ${old} of ${model} holds`));
          counts[trap ? 'trap' : left ? 'left' : 'equal'] += 1;
          if (!trap && !left) expect(ours, `${model} ${old}: ${story}`).toBe(version);
        }
      await view(tags, log);
      await gto.make(
        folder,
        tags.all.map(({ name, commit, time }) => ({
          ...{ name, target: commit ?? '' },
          ...(time === null ? {} : { time }),
        })),
      );
      const after = await gto.show(folder);
      for (const [key, version] of held) {
        const [model = '', name = ''] = key.split(' ');
        const shared = before.warnings.some((one) => one.trap === 'shared-commit' && one.artifact === model);
        if (!shared) expect(after[model]?.stage[name], `${key}: ${story}`).toBe(version);
        const events = before.artifacts.find(({ artifact }) => artifact === model)?.events ?? [];
        const old =
          name === 'production' && events.some((event) => 'stage' in event && event.stage === 'prod');
        if (old && !shared) expect(after[model]?.stage['prod'], `${key}: ${story}`).toBe(version);
      }
    }
    expect(counts.equal, JSON.stringify(counts)).toBeGreaterThan(2);
  });
});
