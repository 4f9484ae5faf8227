import { describe, expect, test } from 'vitest';

import type { EntryDraft } from '../../../../src/contracts/entry.ts';
import { appendEntry, openLog, type AppendOptions } from '../../../../src/registry/index.ts';
import { draft } from '../../../support/log-entries.ts';
import { Crash, MemoryLogStore, type WriteFault } from '../../../support/memory-log-store.ts';

const trust = { bot: null };

function append(store: MemoryLogStore, one: EntryDraft, options: Partial<AppendOptions> = {}) {
  return appendEntry(store, one, {
    trust,
    recheck: () => Promise.resolve(null),
    sleep: () => Promise.resolve(),
    ...options,
  });
}

/** Keys in the order of the log. */
async function keysOf(store: MemoryLogStore): Promise<string[]> {
  const log = await openLog(store, { trust });
  expect(log.trouble).toBeNull();
  const keys: string[] = [];
  if (log.head !== null)
    for await (const { message } of store.history(log.head, null))
      keys.unshift((JSON.parse(message.split('\n\n')[1]!) as { request: string }).request);
  expect(log.n).toBe(keys.length);
  return keys;
}

describe('appending', () => {
  test('the first entry begins the branch, the next stands on it', async () => {
    const store = new MemoryLogStore();
    const first = await append(store, draft('register'));
    expect(first).toMatchObject({ status: 'appended', recorded: { entry: { n: 1 } } });
    const next = await append(store, draft('promote', { version: 'v1.0.0', stage: 'staging' }), {
      followed: first.log,
    });
    expect(next).toMatchObject({ status: 'appended', recorded: { entry: { n: 2 } } });
    const seen = await openLog(store, { trust });
    expect(seen.models).toEqual(next.log.models);
    expect({ ...seen, models: null }).toEqual({ ...next.log, models: null });
    expect((await store.read(seen.head!, ['README.md']))[0]).toContain('slipway/log');
  });

  test('the same request is recorded once and given back', async () => {
    const store = new MemoryLogStore();
    const one = draft('register');
    const first = await append(store, one);
    expect(await append(store, one)).toMatchObject({ status: 'already', recorded: { entry: { n: 1 } } });
    expect(await append(store, one, { followed: first.log })).toMatchObject({ status: 'already' });
    expect(await keysOf(store)).toEqual([one.request]);
  });

  const faults: WriteFault[][] = [
    ['refused'],
    ['ambiguous-before'],
    ['ambiguous-after'],
    ['refused', 'ambiguous-before', 'ambiguous-after'],
    ['network', 'ambiguous-before', 'refused'],
  ];
  test.each(faults.map((list) => [list.join(', '), list] as const))(
    'through %s it is recorded exactly once',
    async (_, list) => {
      const store = new MemoryLogStore();
      await append(store, draft('register'));
      store.writeFaults.push(...list);
      const one = draft('register', { version: 'v1.1.0' });
      const done = await append(store, one);
      expect(done.status).not.toBe('refused');
      expect((await keysOf(store)).filter((key) => key === one.request)).toHaveLength(1);
    },
  );

  test.each(['crash-before', 'crash-after'] as const)('a %s is healed by asking again', async (fault) => {
    const store = new MemoryLogStore();
    const one = draft('register');
    store.writeFaults.push(fault);
    await expect(append(store, one)).rejects.toThrow(Crash);
    expect((await append(store, one)).status).toBe(fault === 'crash-after' ? 'already' : 'appended');
    expect(await keysOf(store)).toEqual([one.request]);
  });

  test('an unclear write that cannot be read back is said to be unclear', async () => {
    const store = new MemoryLogStore();
    store.writeFaults.push('ambiguous-after');
    const one = draft('register');
    await expect(append(store, one, { attempts: 1 })).rejects.toMatchObject({ code: 'AMBIGUOUS' });
    expect(await append(store, one)).toMatchObject({ status: 'already' });
  });

  test('the last look sees what others wrote meanwhile', async () => {
    const store = new MemoryLogStore();
    const { log } = await append(store, draft('register'));
    const freeze = draft('freeze', { stage: 'staging', reason: 'incident' });
    store.meanwhile = async () => {
      await append(store, freeze);
    };
    const seen: number[] = [];
    const done = await append(store, draft('promote', { version: 'v1.0.0', stage: 'staging' }), {
      followed: log,
      recheck: (now) => {
        seen.push(now.n);
        const frozen = now.models.get('churn')?.stages['staging']?.frozen != null;
        return Promise.resolve(frozen ? { code: 'REQUEST_REFUSED', message: 'staging is frozen' } : null);
      },
    });
    expect(seen).toEqual([1, 2]);
    expect(done).toMatchObject({
      status: 'refused',
      refusal: { message: 'staging is frozen' },
      log: { n: 2 },
    });
    expect(await keysOf(store)).toHaveLength(2);
  });

  test('what no longer fits is refused even where the recheck does not see it', async () => {
    const store = new MemoryLogStore();
    await append(store, draft('register'));
    const done = await append(store, draft('register'));
    expect(done).toMatchObject({ status: 'refused', refusal: { code: 'ENTRY_REFUSED' } });
    expect(await keysOf(store)).toHaveLength(1);
  });

  test('a log that keeps moving is busy, and nothing is written', async () => {
    const store = new MemoryLogStore();
    await append(store, draft('register'));
    store.writeFaults.push('refused', 'refused', 'refused');
    const waits: number[] = [];
    const sleep = (ms: number) => Promise.resolve(void waits.push(ms));
    const one = draft('register', { version: 'v2.0.0' });
    await expect(append(store, one, { attempts: 3, sleep })).rejects.toMatchObject({ code: 'LOG_BUSY' });
    expect(waits).toEqual([25, 50]);
    expect(await keysOf(store)).toHaveLength(1);
  });

  test('an outdated head neither doubles an entry nor passes for a lost one', async () => {
    const store = new MemoryLogStore();
    const first = await append(store, draft('register'));
    const second = await append(store, draft('register', { version: 'v1.1.0' }), { followed: first.log });
    store.staleHeads.push(first.log.head, first.log.head, first.log.head, first.log.head);
    const one = draft('register', { version: 'v1.2.0' });
    expect(await append(store, one, { followed: second.log })).toMatchObject({ status: 'appended' });
    store.staleHeads.push(first.log.head);
    expect(await append(store, one)).toMatchObject({ status: 'already' });
    expect(await keysOf(store)).toHaveLength(3);
  });

  test('many writers at once: each entry once, numbers without gaps', async () => {
    const store = new MemoryLogStore();
    const drafts = Array.from({ length: 8 }, (_, at) => draft('register', { version: `v1.${at}.0` }));
    const done = await Promise.all(drafts.map((one) => append(store, one)));
    expect(done.map(({ status }) => status)).toEqual(drafts.map(() => 'appended'));
    expect((await keysOf(store)).sort()).toEqual(drafts.map(({ request }) => request).sort());
  });
});
