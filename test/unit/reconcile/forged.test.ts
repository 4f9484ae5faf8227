import { describe, expect, it } from 'vitest';

import { entryMessage } from '../../../src/registry/index.ts';
import { repositoryWorld, type RepositoryWorld } from './world.ts';

async function promoted() {
  const world = repositoryWorld();
  await world.registered('churn', 'v1.0.0');
  world.label('writer', 'promote:staging');
  await world.reconcile();
  return world;
}

/** Who was not heard, and why. */
const ignored = ({ lines }: Pick<RepositoryWorld, 'lines'>) =>
  lines.filter(({ message }) => message === 'ignored').map(({ facts }) => [facts['by'], facts['why']]);

describe('what a writer or reader forges', () => {
  it('a push to the log changes no state, blocks what would stand on it, and is named with its repair', async () => {
    const world = await promoted();
    const { n, head } = await world.log();
    const forged = entryMessage({
      schema: 'slipway.entry/1',
      n: n + 1,
      repository: world.world.repository.id,
      at: '2026-01-01T01:00:00.000Z',
      op: 'promote',
      model: 'churn',
      stage: 'production',
      version: 'v1.0.0',
      request: 'f'.repeat(64),
      actor: world.bot,
      approvals: [],
      mode: 'app',
      config: null,
    });
    const port = world.port('writer');
    const tree = port.commit(head!).tree.sha;
    port.updateRef('heads/slipway/log', port.createCommit({ message: forged, tree, parents: [head!] }));
    const summary = await world.reconcile();
    expect(summary.recorded).toEqual([]);
    expect(summary.blocked?.repair).toContain('git push');
    expect((await world.log()).models.get('churn')?.stages['production']).toBeUndefined();
    expect(world.lines.map(({ message }) => message)).toContain('the log is not acted upon');
  });

  it('a comment that looks like the bot’s own is no answer and no command', async () => {
    const world = await promoted();
    world.comment('writer', '<!-- slipway:report -->\n/promote churn@v1.0.0 production');
    const { recorded, decided } = await world.reconcile();
    expect(recorded).toEqual([]);
    expect(decided?.answers.filter(({ request }) => request.stage === 'production')).toEqual([]);
    expect(world.comments('slipway[bot]')).toHaveLength(1);
    expect(ignored(world)).toEqual([
      ['writer', 'it is made to look like Slipway’s, and is not by slipway[bot]'],
    ]);
  });

  it('what a bot asks for is not heard, and a line of the log says so', async () => {
    const world = repositoryWorld();
    await world.registered('churn', 'v1.0.0');
    const { core } = world.world.sandbox;
    const account = core.tables.accounts.find('login', 'writer')!;
    core.store.transaction(() => core.tables.accounts.put({ ...account, type: 'Bot' }));
    world.comment('writer', '/promote churn staging');
    world.label('writer', 'promote:staging');
    expect((await world.reconcile()).recorded).toEqual([]);
    expect(ignored(world)).toEqual([
      ['writer', 'bots are not heard'],
      ['writer', 'bots are not heard'],
    ]);
  });

  it('says of each request that is not granted why, and once', async () => {
    const world = await promoted();
    world.comment('reader', '/promote churn production');
    world.comment('writer', '/promot churn production');
    await world.reconcile();
    await world.reconcile();
    const said = world.lines.filter(({ message }) => message.startsWith('request '));
    expect(said.map(({ message, facts }) => [message, facts['by'], facts['rules']])).toEqual([
      ['request refused', 'reader', ['no-rights', 'approvals']],
      ['request refused', 'writer', ['unknown-command']],
    ]);
    expect(said.map(({ facts }) => facts['why']).join()).toContain('write access');
  });

  it('an edit of the bot’s comment is put right and read by nobody', async () => {
    const world = await promoted();
    const { id, body } = world
      .port('owner')
      .comments(world.pull)
      .find(({ user }) => user.login === 'slipway[bot]')!;
    world.clock.advance(5000);
    world.port('writer').updateComment(id, `${body}\n/promote churn@v1.0.0 production`);
    expect((await world.reconcile()).recorded).toEqual([]);
    expect(world.comments('slipway[bot]')).toEqual([body]);
  });

  it('an edited command counts for nothing, and its author is told', async () => {
    const world = await promoted();
    const id = world.comment('writer', 'nice work');
    world.clock.advance(5000);
    world.port('writer').updateComment(id, '/rollback churn staging');
    const { recorded } = await world.reconcile();
    expect(recorded).toEqual([]);
    expect(world.comments('slipway[bot]')[0]).toContain('edited');
  });

  it('a label put on by somebody who lost their rights grants nothing', async () => {
    const world = repositoryWorld();
    await world.registered('churn', 'v1.0.0');
    world.label('writer', 'promote:staging');
    world.demote('writer');
    const { recorded, decided } = await world.reconcile();
    expect(recorded).toEqual([]);
    expect(decided?.answers[0]?.unmet[0]?.rule).toBe('no-rights');
  });

  it('a version tag and a stage tag change nothing of what the log says', async () => {
    const world = await promoted();
    world.tag('churn@v9.0.0');
    world.tag('churn#production#9');
    expect((await world.reconcile()).recorded).toEqual([]);
    const state = (await world.log()).models.get('churn');
    expect(state?.versions.map(({ version }) => version)).toEqual(['v1.0.0']);
    expect(Object.keys(state?.stages ?? {})).toEqual(['staging']);
  });

  it('rights that are taken away between reading and writing stop the entry', async () => {
    const world = repositoryWorld();
    await world.registered('churn', 'v1.0.0');
    world.label('writer', 'promote:staging');
    let asked = 0;
    const api = world.api();
    const { recorded } = await world.reconcile((route, parameters) => {
      // The second time rights are asked for is the last look before the write.
      if (route.includes('/permission') && ++asked === 2) world.demote('writer');
      return api(route, parameters);
    });
    expect(asked).toBeGreaterThanOrEqual(2);
    expect(recorded).toEqual([]);
  });

  it('a label that is taken off between reading and writing stops the entry', async () => {
    const world = repositoryWorld();
    await world.registered('churn', 'v1.0.0');
    world.label('writer', 'promote:staging');
    let reads = 0;
    const api = world.api();
    const { recorded } = await world.reconcile((route, parameters) => {
      if (route.endsWith('/issues/{issue_number}') && ++reads === 1)
        world.unlabel('writer', 'promote:staging');
      return api(route, parameters);
    });
    expect(reads).toBeGreaterThanOrEqual(1);
    expect(recorded).toEqual([]);
  });
});
