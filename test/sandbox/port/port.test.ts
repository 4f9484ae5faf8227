import { describe, expect, it } from 'vitest';

import { Faults, type FaultConfigInput } from '../../../sandbox/faults/index.ts';
import { Port } from '../../../sandbox/port.ts';
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
});
