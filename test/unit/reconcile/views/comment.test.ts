import { describe, expect, it } from 'vitest';

import { syncReport } from '../../../../src/reconcile/views/comment.ts';
import { repositoryWorld } from '../world.ts';

async function own(world: ReturnType<typeof repositoryWorld>) {
  const comments = await world.connected().repository.comments(world.pull);
  return comments.filter(({ author }) => author.id === world.bot.id);
}

describe('the one comment', () => {
  it('is made once, edited when it differs, and left alone when it is right', async () => {
    const world = repositoryWorld();
    const views = world.connected().repository;
    await syncReport(views, world.pull, await own(world), 'first');
    await syncReport(views, world.pull, await own(world), 'second');
    const before = await own(world);
    world.routes();
    await syncReport(views, world.pull, before, 'second');
    expect(world.routes()).toEqual([]);
    expect(world.comments('slipway[bot]')).toEqual(['<!-- slipway:report -->\nsecond']);
  });

  it('is one again after two processes made one each', async () => {
    const world = repositoryWorld();
    const views = world.connected().repository;
    await syncReport(views, world.pull, [], 'one');
    await syncReport(views, world.pull, [], 'one');
    expect(await own(world)).toHaveLength(2);
    await syncReport(views, world.pull, await own(world), 'one');
    expect(world.comments('slipway[bot]')).toEqual(['<!-- slipway:report -->\none']);
  });

  it('of somebody else is never taken for ours, whatever it begins with', async () => {
    const world = repositoryWorld();
    world.comment('writer', '<!-- slipway:report -->\nforged');
    await syncReport(world.connected().repository, world.pull, await own(world), 'true');
    expect(world.comments('writer')).toEqual(['<!-- slipway:report -->\nforged']);
    expect(world.comments('slipway[bot]')).toHaveLength(1);
  });

  it('that is too long is cut at a line and says so', async () => {
    const world = repositoryWorld();
    const text = Array.from({ length: 5000 }, (_, i) => `line ${i} of a long report`).join('\n');
    await syncReport(world.connected().repository, world.pull, [], text);
    const [body = ''] = world.comments('slipway[bot]');
    expect(body.length).toBeLessThan(65_536);
    expect(body).toMatch(/line \d+ of a long report\n\n_The rest/);
  });
});
