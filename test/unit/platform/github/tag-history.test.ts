import { beforeEach, describe, expect, test } from 'vitest';

import { GRAPHQL, unclear, type Api } from '../../../../src/platform/github/api.ts';
import { connection } from '../../../../src/platform/github/connection.ts';
import { githubTagHistory } from '../../../../src/platform/github/tag-history.ts';
import { commitFiles, plantRef } from '../../../sandbox/history.ts';
import { newWorld, type World } from '../../../sandbox/world.ts';
import { sandboxApi } from '../../../support/sandbox-api.ts';

let world: World;
let commit: string;
let calls: string[];
let api: Api;

beforeEach(() => {
  world = newWorld();
  commit = commitFiles(world, { 'README.md': 'a project' });
  calls = [];
  api = sandboxApi(world.sandbox, world.tokens.writer, (route) => calls.push(route));
});

const history = (through: Api = api) =>
  githubTagHistory(connection(through, { owner: 'owner', repo: 'repo', sleep: () => Promise.resolve() }));

/** Annotated tags as GTO writes them. */
function plant(count: number): void {
  const objects = world.sandbox.core.objects(world.repository);
  for (let n = 1; n <= count; n++) {
    const name = `churn@v1.${n}.0`;
    const text = `object ${commit}\ntype commit\ntag ${name}\ntagger writer <writer@example.com> ${1_700_000_000 + n} +0000\n\nRegistering ${name}\n`;
    plantRef(world, `refs/tags/${name}`, objects.write('tag', Buffer.from(text)));
  }
}

describe('tags with what their objects say', () => {
  test('are read by one question for fifty of them, and once a process', async () => {
    plant(420);
    const tags = history();
    const read = (await tags.read('')) ?? [];
    expect(read).toHaveLength(420);
    expect(read.find(({ name }) => name === 'churn@v1.7.0')).toEqual({
      ...{ name: 'churn@v1.7.0', commit, annotated: true, time: 1_700_000_007, inner: 'churn@v1.7.0' },
      message: 'Registering churn@v1.7.0',
    });
    expect(calls.filter((route) => route.endsWith('/graphql'))).toHaveLength(9);
    expect(calls).toHaveLength(10);
    calls.length = 0;
    plantRef(world, 'refs/tags/churn@v0.0.1', commit);
    expect(await tags.read('churn@')).toHaveLength(421);
    expect(calls).toHaveLength(1);
  });

  test('are counted where they are of no commit, and left unread where they cannot be of GTO', async () => {
    const objects = world.sandbox.core.objects(world.repository);
    const blob = objects.write('blob', Buffer.from('x'));
    const tagger = 'tagger writer <writer@example.com> 1700000001 +0000';
    const text = `object ${blob}\ntype blob\ntag churn#prod#8\n${tagger}\n\nA file\n`;
    plantRef(world, 'refs/tags/churn#prod#8', objects.write('tag', Buffer.from(text)));
    plantRef(world, 'refs/tags/churn#prod#9', blob);
    for (let n = 0; n < 300; n++) plantRef(world, `refs/tags/build-${n}`, commit);
    const foreign = text.replace('churn#prod#8', 'v1.2.3');
    plantRef(world, 'refs/tags/v1.2.3', objects.write('tag', Buffer.from(foreign)));
    expect(await history().read('')).toEqual([
      {
        ...{ name: 'churn#prod#8', commit: null, annotated: true, time: 1_700_000_001 },
        ...{ inner: 'churn#prod#8', message: 'A file' },
      },
      { name: 'churn#prod#9', commit: null, annotated: false, time: null },
    ]);
    expect(calls).toHaveLength(2);
  });

  test('are the same where GraphQL does not answer, over several readings where there are many', async () => {
    plant(230);
    plantRef(world, 'refs/tags/light#prod#1', commit);
    plantRef(world, 'refs/tags/none-of-gto', commit);
    const deaf: Api = async (route, parameters) => {
      if (route === GRAPHQL) throw unclear(route, 'timeout');
      return await api(route, parameters);
    };
    const one = history(deaf);
    expect(await one.read('')).toBeNull();
    expect(await one.read('')).toEqual(await history().read(''));
  });
});
