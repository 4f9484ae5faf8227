import { expect, it } from 'vitest';

import { newWorld } from '../world.ts';

it('closes a pull request whose fork is deleted, and keeps its commits', () => {
  const world = newWorld();
  world.call('owner', 'PUT /repos/owner/repo/contents/a', { message: 'a', content: '' });
  expect(world.call('outsider', 'POST /repos/owner/repo/forks', {}).status).toBe(202);
  world.call('outsider', 'PUT /repos/outsider/repo/contents/b', {
    message: 'b',
    content: '',
    branch: 'main',
  });
  const pull = { title: 'b', head: 'outsider:main', base: 'main' };
  expect(world.call('outsider', 'POST /repos/owner/repo/pulls', pull).status).toBe(201);
  expect(world.call('outsider', 'DELETE /repos/outsider/repo').status).toBe(204);
  const { body } = world.call('reader', 'GET /repos/owner/repo/pulls/1');
  expect([body.state, body.head.repo, body.commits]).toEqual(['closed', null, 1]);
});
