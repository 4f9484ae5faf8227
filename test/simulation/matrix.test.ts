import { describe, expect, it } from 'vitest';

import { FLOWS } from './flows.ts';
import { broken, faultsAt, placesOf } from './matrix.ts';

describe.each(FLOWS)('$name', (flow) => {
  it(
    'ends right whichever call fails, is applied without an answer, or is the last of its process',
    { timeout: 600_000 },
    async () => {
      const { places, problems } = await placesOf(flow);
      expect(problems).toEqual([]);
      expect(places.length).toBeGreaterThan(5);
      for (const place of places)
        for (const fault of faultsAt(place)) {
          const ended = await broken(flow, place, fault);
          if (ended.problems.length === 0) continue;
          expect.fail(
            `${ended.story}\n\n${fault} at ${place.operation} ${place.call}:\n${ended.problems.join('\n')}`,
          );
        }
    },
  );
});
