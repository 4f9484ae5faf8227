import { expect, it } from 'vitest';

import { storm } from './storm.ts';

it(
  'records every approved request once while the bot is killed again and again',
  { timeout: 240_000 },
  async () => {
    const { problems, recorded, kills } = await storm({ requests: 40, kills: 5, seed: 1 });
    expect(problems).toEqual([]);
    expect(kills).toBe(5);
    expect(recorded).toBeGreaterThan(40);
  },
);
