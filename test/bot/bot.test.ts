import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { stand, type Place, type Stand } from './stand.ts';

describe('the bot', () => {
  let here: Stand;
  beforeAll(async () => {
    here = await stand();
    await here.bot();
  });
  afterAll(() => here.close());

  it('records what a writer asks for by label, answers by one comment, and takes the label off', async () => {
    const place: Place = await here.repository('labels');
    await here.label('writer', place, 'promote:staging');
    await expect
      .poll(async () => (await here.entries(place)).map(({ op, stage }) => `${op} ${stage ?? ''}`), {
        timeout: 10_000,
        interval: 200,
      })
      .toEqual(['register ', 'promote staging', 'verified staging']);
  });
});
