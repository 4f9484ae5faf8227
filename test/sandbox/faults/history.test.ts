import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { History } from '../../../sandbox/faults/history.ts';
import { newWorld } from '../world.ts';

type Step = readonly (readonly [id: number, name: string | null])[];

/** A transaction of the step: labels put or removed. */
const step: fc.Arbitrary<Step> = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom('a', 'b', 'c', null)),
  { minLength: 1, maxLength: 4 },
);

function playground() {
  const { core } = newWorld().sandbox;
  const { labels } = core.tables;
  const repositoryId = 1_000_000;
  const play = (changes: Step) => {
    core.store.transaction(() => {
      for (const [id, name] of changes) {
        if (name === null) labels.remove(id);
        else labels.put({ id, repositoryId, name, color: '', description: null, default: false });
      }
    });
  };
  const look = () => [...labels.entries()].map(([id, { name }]) => [id, name]).toSorted();
  const found = () =>
    ['a', 'b', 'c'].map((name) => labels.keys('name', `${repositoryId}/${name}`).toString());
  return { core, play, look: () => ({ rows: look(), found: found() }) };
}

describe('a look at an earlier state', () => {
  it('is what was there then, by key and by index, and leaves what is there now', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), fc.nat(), step, (steps, back, lost) => {
        const { core, play, look } = playground();
        const history = new History(core, 100);
        const states = [look()];
        for (const changes of steps) {
          play(changes);
          states.push(look());
        }
        const reach = history.reach(1000);
        const count = reach === 0 ? 0 : 1 + (back % reach);
        const seen = history.behind(count, () => {
          const state = look();
          play(lost);
          return state;
        });
        const distinct = states.filter((_state, at) => at === 0 || steps[at - 1] !== undefined);
        expect(reach).toBeLessThanOrEqual(steps.length);
        expect(distinct).toContainEqual(seen);
        expect(look()).toEqual(states.at(-1));
      }),
    );
  });

  it('reaches no further than it is allowed to', () => {
    const world = newWorld();
    const { core } = world.sandbox;
    const history = new History(core, 2);
    const touch = () => {
      core.store.transaction(() => core.tables.repositories.put({ ...world.repository }));
    };
    for (let n = 0; n < 5; n++) touch();
    expect(history.reach(1000)).toBe(2);
    world.clock.advance(2000);
    touch();
    expect(history.reach(1000)).toBe(1);
    history.stop();
    touch();
    expect(history.reach(1000)).toBe(1);
  });
});
