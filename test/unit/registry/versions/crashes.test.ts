import { expect, it } from 'vitest';

import { register, versionsWorld, type Fault, type VersionsWorld } from './world.ts';

/** The calls of a registration without faults: each of them is where something happens, once. */
async function callsOfOne(): Promise<{
  calls: readonly string[];
  done: Awaited<ReturnType<typeof expected>>;
}> {
  const w = versionsWorld();
  const process = w.process();
  await register(w.registration(), process);
  return { calls: process.calls, done: await expected(w) };
}

async function expected(w: VersionsWorld) {
  const { entries, tags, published, drafts } = await w.state();
  return { entries, tags, published, drafts };
}

const WRITES: readonly Fault[] = ['error-before', 'error-after', 'crash-before', 'crash-after'];
/** A read has no effect that could be there or not. */
const READS: readonly Fault[] = ['error-before', 'crash-before'];

async function endOf(w: VersionsWorld, at: number, kind: Fault): Promise<boolean> {
  return await register(w.registration(), w.process({ fault: { at, kind } })).then(
    () => true,
    () => false,
  );
}

const { calls, done } = await callsOfOne();
const places = calls.flatMap((call, at) =>
  (call.startsWith('GET') ? READS : WRITES).map((kind) => ({ at, call, kind })),
);

it.each(places)('$kind at call $at, $call: called again, it is one version', async ({ at, kind }) => {
  const w = versionsWorld();
  const ended = await endOf(w, at, kind);
  // One error is got over in the same call.
  if (kind.startsWith('error')) expect(ended).toBe(true);
  const again = await register(w.registration(), w.process());
  expect(again).toMatchObject({ version: 'v0.1.0', n: 1 });
  expect(await expected(w)).toEqual(done);
});

it.each(places.filter(({ kind }) => kind.startsWith('crash')))(
  '$kind at call $at, $call: whoever comes next finishes or clears away',
  async ({ at, kind }) => {
    const w = versionsWorld();
    await endOf(w, at, kind);
    w.world.clock.advance(2 * 3_600_000);
    const { troubles } = await w.finish();
    expect(troubles).toEqual([]);
    const state = await expected(w);
    if (state.entries.length > 0) expect(state).toEqual(done);
    else expect(state).toEqual({ entries: [], tags: [], published: {}, drafts: [] });
  },
);
