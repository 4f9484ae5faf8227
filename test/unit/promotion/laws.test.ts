import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { canonicalJson } from '../../../src/contracts/digest.ts';
import { decide } from '../../../src/promotion/index.ts';
import type { World } from '../../../src/promotion/index.ts';
import { config, play, plays, SETTINGS } from './plays.ts';
import { PEOPLE } from './story.ts';
import type { Story } from './story.ts';

/** Requests of some kinds that are granted, by key. */
function granted(story: Story, world: World, kinds: readonly string[]): string[] {
  return decide(world, config, new Date(story.now))
    .answers.filter(({ status, request }) => status === 'granted' && kinds.includes(request.kind))
    .map(({ key }) => key);
}

function without<Value>(map: ReadonlyMap<number, Value>, id: number): Map<number, Value> {
  return new Map([...map].filter(([key]) => key !== id));
}

const MOVES = ['promote', 'rollback'];

function law(kinds: readonly string[], change: (world: World, draw: number) => World): void {
  let granting = 0;
  fc.assert(
    fc.property(plays, fc.nat(), (acts, draw) => {
      play(acts, (story) => {
        const world = story.world();
        const before = granted(story, world, kinds);
        granting += before.length;
        expect(before).toEqual(expect.arrayContaining(granted(story, change(world, draw), kinds)));
      });
    }),
    { ...SETTINGS, numRuns: 20 },
  );
  expect(granting).toBeGreaterThan(20);
}

describe('never makes more happen', () => {
  test('an approval that is taken away', () => {
    law(MOVES, (world, draw) => {
      const approvals = world.requests.filter(({ kind }) => kind === 'approve');
      const gone = approvals[draw % Math.max(1, approvals.length)];
      return { ...world, requests: world.requests.filter((request) => request !== gone) };
    });
  });

  test('a role that is taken away', () => {
    const ids = Object.values(PEOPLE).map(({ id }) => id);
    law([...MOVES, 'freeze', 'unfreeze'], (world, draw) => ({
      ...world,
      people: without(world.people, ids[draw % ids.length]!),
    }));
  });

  test('a freeze', () => {
    law([...MOVES, 'freeze'], (world, draw) => {
      const models = [...world.log.models].map(([name, state]) => {
        const stages = Object.entries(state.stages).map(([stage, known], at) => {
          const frozen = { n: 1, at: '2026-03-01T00:00:00.000Z', actor: world.self, reason: 'x' };
          return [
            stage,
            (draw + at) % 2 === 0 ? { ...known, frozen: known.frozen ?? frozen } : known,
          ] as const;
        });
        return [name, { ...state, stages: Object.fromEntries(stages) }] as const;
      });
      return { ...world, log: { ...world.log, models: new Map(models) } };
    });
  });
});

describe('a decision', () => {
  test('is the same however often and in whatever order its facts come, and changes none of them', () => {
    fc.assert(
      fc.property(plays, (acts) => {
        const story = play(acts);
        const world = story.world();
        const before = canonicalJson({ ...world, people: [...world.people], pulls: [...world.pulls] });
        const now = new Date(story.now);
        const first = decide(world, config, now);
        const turned: World = {
          ...world,
          requests: world.requests.toReversed(),
          people: new Map([...world.people].reverse()),
          pulls: new Map([...world.pulls].reverse()),
          deployments: new Map([...world.deployments].reverse()),
          log: { ...world.log, models: new Map([...world.log.models].reverse()) },
        };
        expect(decide(turned, config, now)).toEqual(first);
        expect(decide(world, config, now)).toEqual(first);
        expect(canonicalJson({ ...world, people: [...world.people], pulls: [...world.pulls] })).toBe(before);
      }),
      { ...SETTINGS, numRuns: 60 },
    );
  });

  test('never asks for an entry that the log holds', () => {
    fc.assert(
      fc.property(plays, (acts) => {
        play(acts, (story) => {
          const { next } = story.decide();
          if (next?.do === 'append') expect(story.recorded.has(next.draft.request)).toBe(false);
        });
      }),
      { ...SETTINGS, numRuns: 20 },
    );
  });
});
