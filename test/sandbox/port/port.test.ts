import { describe, expect, it } from 'vitest';

import { Faults, type FaultConfigInput } from '../../../sandbox/faults/index.ts';
import { Port, type RefData } from '../../../sandbox/port.ts';
import { addAccount, addMember, addTeam, addTeamMember } from '../../../sandbox/seed.ts';
import { commitFiles } from '../history.ts';
import { newWorld, type Who } from '../world.ts';

function ported(config?: FaultConfigInput) {
  const world = newWorld();
  const oid = commitFiles(world, { 'a.txt': 'a' });
  const faults = new Faults(world.sandbox.core);
  if (config !== undefined) faults.configure(config);
  const as = (who: Who) =>
    new Port(world.sandbox.core, {
      token: world.tokens[who],
      owner: 'owner',
      repo: 'repo',
      validation: 'everything',
      faults,
    });
  return { world, oid, faults, as, port: as('writer') };
}

describe('the typed port', () => {
  it('appends a commit to a branch by compare and set', () => {
    const { port, oid } = ported();
    const { tree } = port.commit(oid);
    const next = (text: string) =>
      port.createCommit({
        message: 'an entry',
        tree: port.createTree(tree.sha, { 'entry.json': text }),
        parents: [oid],
      });
    const [one, other] = [next('1'), next('2')];
    expect(port.createRef('refs/heads/log', oid).object.sha).toBe(oid);
    expect(port.updateRef('heads/log', one).object.sha).toBe(one);
    expect(() => port.updateRef('heads/log', other)).toThrow('Update is not a fast forward');
    expect(port.ref('heads/log')?.object.sha).toBe(one);
    expect(port.file('entry.json', 'log')).toBe('1');
    expect(port.ref('heads/nothing')).toBeUndefined();
  });

  it('makes annotated tags and finds them by prefix', () => {
    const { port, oid } = ported();
    const tag = port.createTag({ tag: 'churn@v1.0.0', message: 'manifest', object: oid });
    port.createRef('refs/tags/churn@v1.0.0', tag);
    port.createRef('refs/tags/churn#production#1', tag);
    expect(port.refs('tags/churn@').map(({ ref }) => ref)).toEqual(['refs/tags/churn@v1.0.0']);
    expect(port.tag(tag)).toMatchObject({ message: 'manifest', object: { sha: oid } });
  });

  it('releases with assets', () => {
    const { port } = ported();
    const { id } = port.createRelease({ tag_name: 'v1', draft: true });
    const asset = port.uploadAsset(id, 'model.bin', Buffer.from('weights'));
    expect(port.assets(id)).toMatchObject([{ name: 'model.bin', state: 'uploaded', digest: asset.digest }]);
    expect(Buffer.from(port.readAsset(asset.id)).toString()).toBe('weights');
    expect(port.updateRelease(id, { draft: false }).draft).toBe(false);
    expect(port.releaseOf('v1')?.id).toBe(id);
    expect(port.releaseOf('v2')).toBeUndefined();
  });

  it('deploys', () => {
    const { port } = ported();
    const { id } = port.createDeployment({ ref: 'main', environment: 'production' });
    port.setDeploymentStatus(id, { state: 'success' });
    expect(port.deployments({ environment: 'production' })).toMatchObject([{ id }]);
    expect(port.deploymentStatuses(id)).toMatchObject([{ state: 'success' }]);
  });

  it('asks for the same permissions as HTTP', () => {
    const { as, oid } = ported();
    expect(as('reader').ref('heads/main')?.object.sha).toBe(oid);
    expect(() => as('reader').createRef('refs/heads/x', oid)).toThrow();
    expect(() => as('writer').createRelease({ tag_name: 1 as never })).toThrow(/Invalid request/);
    expect(as('owner').role('writer')).toBe('write');
  });

  it('suffers the same faults', () => {
    const { port, faults, oid } = ported({
      errorStatus: 502,
      staleTransactions: 1,
      plan: [
        { operation: 'git/create-ref', call: 1, fault: 'error-after' },
        { operation: 'git/create-ref', call: 2, fault: 'crash-before' },
        { operation: 'git/list-matching-refs', call: 1, fault: 'hole' },
        { operation: 'git/list-matching-refs', call: 2, fault: 'stale' },
      ],
    });
    const create = (name: string) => port.createRef(`refs/tags/${name}`, oid);
    expect(() => create('t1')).toThrow('Server Error');
    expect(() => create('t2')).toThrow('crash before git/create-ref');
    create('t3');
    const names = () => port.refs('tags/t').map(({ ref }) => ref);
    expect(names()).toHaveLength(1);
    expect(names()).toEqual(['refs/tags/t1']);
    expect(names()).toEqual(['refs/tags/t1', 'refs/tags/t3']);
    expect(faults.log.list().map(({ fault, status }) => [fault, status])).toEqual([
      ['error-after', 502],
      ['crash-before', null],
      [null, 201],
      ['hole', 200],
      ['stale', 200],
      [null, 200],
    ]);
  });

  it('reads long lists page by page', () => {
    const { port } = ported();
    for (let n = 0; n < 101; n++) port.createRelease({ tag_name: `v${n}`, draft: true });
    expect(port.releases()).toHaveLength(101);
  });

  it('talks: issues, labels, comments and who did what', () => {
    const { port, as } = ported();
    const { number } = port.createIssue({ title: 'drift', body: 'seen', labels: [] });
    port.createLabel({ name: 'promote:production', color: 'ededed' });
    as('writer-2').addLabels(number, ['promote:production']);
    expect(port.labelsOf(number)).toMatchObject([{ name: 'promote:production' }]);
    const labelled = port.timeline(number).find(({ event }) => event === 'labeled');
    expect(labelled).toMatchObject({ actor: { login: 'writer-2' }, label: { name: 'promote:production' } });
    const comment = port.createComment(number, 'one');
    expect(port.updateComment(comment.id, 'two').body).toBe('two');
    expect(port.comments(number)).toHaveLength(1);
    expect(() => as('reader').updateComment(comment.id, 'three')).toThrow();
    port.deleteComment(comment.id);
    port.removeLabel(number, 'promote:production');
    expect(port.updateIssue(number, { state: 'closed' }).state).toBe('closed');
    expect(port.issues({ state: 'closed' })).toMatchObject([{ number, labels: [] }]);
    expect(port.issue(number).title).toBe('drift');
  });

  it('opens, reviews and merges a pull request', () => {
    const { port, as, world, oid } = ported();
    port.createRef('refs/heads/topic', oid);
    const head = commitFiles(world, { 'b.txt': 'b' }, 'topic');
    const pull = port.createPull({ title: 'b', head: 'topic', base: 'main' });
    as('writer-2').review(pull.number, { event: 'APPROVE', commit_id: head });
    expect(port.reviews(pull.number)).toMatchObject([{ state: 'APPROVED', commit_id: head }]);
    expect(port.updatePull(pull.number, { body: 'why' }).body).toBe('why');
    const merged = port.mergePull(pull.number, { sha: head });
    expect(port.ref('heads/main')?.object.sha).toBe(merged);
    expect(port.isAncestor(head, merged)).toBe(true);
    expect(port.pull(pull.number).merged_at).not.toBeNull();
    expect(port.pulls({ state: 'closed' })).toHaveLength(1);
  });

  it('sets statuses', () => {
    const { port, oid } = ported();
    port.setStatus(oid, { state: 'pending', context: 'slipway/gate' });
    expect(() => port.createDeployment({ ref: 'main' })).toThrow('Commit status checks failed');
    expect(port.checks('main')).toEqual([]);
  });

  it('lists commits page by page, and who moved the branch', () => {
    const { port, as, oid } = ported();
    const { tree } = port.commit(oid);
    const ids = [oid];
    for (const message of ['one', 'two', 'three'])
      ids.push(port.createCommit({ message, tree: tree.sha, parents: [ids.at(-1)!] }));
    port.createRef('refs/heads/log', oid);
    as('writer-2').updateRef('heads/log', ids[3]!);
    expect(port.listCommits('log', 1, 2).map(({ commit }) => commit.message)).toEqual(['three', 'two']);
    expect(port.listCommits('log', 2, 2).map(({ sha }) => sha)).toEqual([ids[1], oid]);
    expect(port.listCommits('log')[0]).toMatchObject({
      author: { login: 'writer' },
      commit: { verification: { verified: false, reason: 'unsigned' } },
    });
    expect(port.activities({ ref: 'log' }).map(({ actor, after }) => [actor?.login, after])).toEqual([
      ['writer-2', ids[3]],
      ['writer', oid],
    ]);
  });

  it('reacts to comments', () => {
    const { port, as } = ported();
    const { number } = port.createIssue({ title: 'drift' });
    const comment = port.createComment(number, '/promote churn production');
    const eyes = as('writer-2').react(comment.id, 'eyes');
    expect(as('writer-2').react(comment.id, 'eyes').id).toBe(eyes.id);
    expect(port.reactions(comment.id)).toMatchObject([{ content: 'eyes', user: { login: 'writer-2' } }]);
    as('writer-2').unreact(comment.id, eyes.id);
    expect(port.reactions(comment.id)).toEqual([]);
    expect(port.comments(number)[0]?.updated_at).toBe(comment.created_at);
  });

  it('knows teams, rules of branches and pull requests of commits', () => {
    const { port, as, world, oid } = ported();
    const { core } = world.sandbox;
    core.store.transaction(() => {
      const acme = addAccount(core, 'acme', 'Organization');
      const id = (login: string) => core.tables.accounts.find('login', login)!.id;
      for (const login of ['owner', 'writer']) addMember(core, acme.id, id(login));
      addTeamMember(core, addTeam(core, acme.id, 'ml').id, id('writer'));
    });
    expect(as('owner').isTeamMember('acme', 'ml', 'writer')).toBe(true);
    expect(as('owner').isTeamMember('acme', 'ml', 'owner')).toBe(false);
    expect(as('outsider').isTeamMember('acme', 'ml', 'writer')).toBe(false);
    world.call('owner', 'POST /repos/owner/repo/rulesets', {
      name: 'log',
      target: 'branch',
      enforcement: 'active',
      conditions: { ref_name: { include: ['refs/heads/slipway/**'], exclude: [] } },
      rules: [{ type: 'deletion' }, { type: 'non_fast_forward' }],
    });
    expect(port.branchRules('slipway/log').map(({ type }) => type)).toEqual(['deletion', 'non_fast_forward']);
    expect(port.branchRules('main')).toEqual([]);
    port.createRef('refs/heads/topic', oid);
    const head = commitFiles(world, { 'b.txt': 'b' }, 'topic');
    const { number } = port.createPull({ title: 'b', head: 'topic', base: 'main' });
    expect(port.pullsOf(head)).toMatchObject([{ number }]);
  });

  it('sees runs of workflows by event and commit', () => {
    const { port, oid } = ported();
    const file = {
      '.github/workflows/ci.yml': 'on: push\njobs: {a: {runs-on: x, steps: [{run: "true"}]}}\n',
    };
    const tree = port.createTree(port.commit(oid).tree.sha, file);
    const head = port.createCommit({ message: 'ci', tree, parents: [oid] });
    port.updateRef('heads/main', head);
    const [run] = port.workflowRuns({ event: 'push', head_sha: head });
    expect(run).toMatchObject({ head_sha: head, head_branch: 'main', actor: { login: 'writer' } });
    expect(port.workflowRuns({ event: 'push', head_sha: oid })).toEqual([]);
    expect(port.artifacts({ runId: run!.id })).toEqual([]);
    expect(port.artifacts({ name: 'model' })).toEqual([]);
  });

  it('tells the time, and what did not change costs nothing', () => {
    const { port, world, oid } = ported();
    expect(port.now).toBe(world.clock.now());
    const used = () => port.ask<{ rate: { used: number } }>('rate-limit/get').rate.used;
    const read = (etag?: string) => port.askIfChanged<RefData>(etag, 'git/get-ref', { ref: 'heads/main' });
    const first = read()!;
    expect(first.result.object.sha).toBe(oid);
    const before = used();
    expect(read(first.etag)).toBeUndefined();
    expect(used()).toBe(before);
    const next = commitFiles(world, { 'b.txt': 'b' });
    expect(read(first.etag)?.result.object.sha).toBe(next);
    expect(used()).toBe(before + 1);
  });
});
