import { describe, expect, it } from 'vitest';

import { encodeCommit, readCommit } from '../../../sandbox/git/commit-object.ts';
import { signedPart, withSignature } from '../../../sandbox/git/signature.ts';
import { addApp, install } from '../access/keys.ts';
import { commitFiles } from '../history.ts';
import { newWorld } from '../world.ts';

const GIT = '/repos/owner/repo/git';

function withBot() {
  const world = newWorld();
  const oid = commitFiles(world, { 'a.txt': 'a' });
  const { core } = world.sandbox;
  const { app, jwt } = addApp(core, 'slipway', { contents: 'write', pull_requests: 'write' });
  const { id } = install(core, app, 'owner');
  const made = world.call({ token: jwt() }, `POST /app/installations/${id}/access_tokens`, {});
  const bot = { token: made.body.token as string };
  const { tree } = readCommit(core.objects(world.repository), oid);
  const commit = (as: Parameters<typeof world.call>[0], more: object = {}) =>
    world.call(as, `POST ${GIT}/commits`, { message: 'an entry', tree, parents: [oid], ...more }).body;
  return { world, core, app, bot, oid, tree, commit, store: core.objects(world.repository) };
}

const EMAIL = (id: number) => `${id}+slipway[bot]@users.noreply.github.com`;

describe('commits that GitHub signs', () => {
  it('are those an App makes without naming anybody', () => {
    const { world, app, bot, commit } = withBot();
    const made = commit(bot);
    expect(made).toMatchObject({
      author: { name: 'slipway[bot]', email: EMAIL(app.botId) },
      committer: { name: 'GitHub', email: 'noreply@github.com' },
      verification: { verified: true, reason: 'valid', verified_at: '2026-01-01T00:00:00Z' },
    });
    expect(made.verification.signature).toMatch(/^-----BEGIN PGP SIGNATURE-----\n/);
    expect(made.verification.payload).toMatch(/^tree [0-9a-f]{40}\nparent /);
    world.call('writer', `POST ${GIT}/refs`, { ref: 'refs/heads/log', sha: made.sha });
    const seen = [
      world.call('reader', `GET ${GIT}/commits/${made.sha}`).body,
      world.call('reader', `GET /repos/owner/repo/commits/${made.sha}`).body.commit,
      world.call('reader', 'GET /repos/owner/repo/commits?sha=log').body[0].commit,
      world.call('reader', 'GET /repos/owner/repo/compare/main...log').body.commits[0].commit,
    ];
    for (const one of seen) expect(one.verification).toEqual(made.verification);
    const [listed] = world.call('reader', 'GET /repos/owner/repo/commits?sha=log').body;
    expect(listed).toMatchObject({
      author: { id: app.botId, login: 'slipway[bot]', type: 'Bot' },
      committer: { login: 'web-flow', id: 19_864_447 },
    });
  });

  it('are not those that name an author or a committer, nor those of people', () => {
    const { bot, commit } = withBot();
    const named = { name: 'slipway[bot]', email: 'bot@example.com' };
    for (const made of [commit(bot, { author: named }), commit(bot, { committer: named }), commit('writer')])
      expect(made.verification).toEqual({
        verified: false,
        reason: 'unsigned',
        signature: null,
        payload: null,
        verified_at: null,
      });
  });

  it('cannot be forged', () => {
    const { world, app, bot, oid, tree, commit, store } = withBot();
    const real = commit(bot);
    const { signature } = real.verification;
    const person = { name: 'slipway[bot]', email: EMAIL(app.botId), date: '2026-01-01T00:00:00Z' };
    const committer = { name: 'GitHub', email: 'noreply@github.com', date: person.date };
    const claim = (more: object) => commit('writer', { author: person, committer, ...more }).verification;
    expect(claim({}).reason).toBe('unsigned');
    expect(claim({ message: 'another entry', signature })).toMatchObject({
      verified: false,
      reason: 'unknown_key',
      verified_at: null,
    });
    // The very commit the App made is the very same object.
    expect(commit('writer', { author: person, committer, signature }).sha).toBe(real.sha);
    // What git pushes is bytes like any other.
    const payload = encodeCommit({ ...readCommit(store, real.sha), headers: [], parents: [oid, oid] });
    for (const body of [payload, withSignature(payload, signature), withSignature(payload, 'anything')]) {
      const sha = store.write('commit', body);
      expect(world.call('reader', `GET ${GIT}/commits/${sha}`).body.verification.verified).toBe(false);
    }
    const twice = withSignature(store.read(real.sha)!.body, signature);
    const sha = store.write('commit', twice);
    expect(world.call('reader', `GET ${GIT}/commits/${sha}`).body.verification.verified).toBe(false);
    expect(tree).toBe(readCommit(store, real.sha).tree);
  });

  it('are signed by each sandbox with its own key', () => {
    const { commit, bot, store } = withBot();
    const other = newWorld();
    const body = store.read(commit(bot).sha)!.body;
    other.sandbox.core.store.transaction(() => {
      other.sandbox.core.tables.secretsOfSandbox.put({ name: 'web-flow', value: 'another' });
    });
    const oid = commitFiles(other, { 'a.txt': 'a' });
    const sha = other.sandbox.core.objects(other.repository).write('commit', body);
    expect(oid).not.toBe(sha);
    expect(other.call('reader', `GET ${GIT}/commits/${sha}`).body.verification.reason).toBe('unknown_key');
  });

  it('include files an App writes, merges, and what GraphQL commits for anybody', () => {
    const { world, bot } = withBot();
    const file = (as: Parameters<typeof world.call>[0], path: string, more: object = {}) =>
      world.call(as, `PUT /repos/owner/repo/contents/${path}`, { message: 'm', content: '', ...more }).body
        .commit;
    expect(file(bot, 'b').verification.reason).toBe('valid');
    expect(file(bot, 'c', { author: { name: 'a', email: 'a@example.com' } }).verification.reason).toBe(
      'unsigned',
    );
    expect(file('writer', 'd').verification.reason).toBe('unsigned');
    const head = file('writer', 'e').sha as string;
    world.call('writer', `POST ${GIT}/refs`, { ref: 'refs/heads/topic', sha: head });
    const query = `mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) {
      commit { oid signature { isValid state wasSignedByGitHub signer { login } } } } }`;
    const branch = { repositoryNameWithOwner: 'owner/repo', branchName: 'topic' };
    const input = {
      branch,
      expectedHeadOid: head,
      message: { headline: 'm' },
      fileChanges: { additions: [{ path: 'f', contents: '' }] },
    };
    const made = world.call('writer', 'POST /graphql', { query, variables: { input } }).body;
    const { oid, signature } = made.data.createCommitOnBranch.commit;
    expect(signature).toEqual({
      isValid: true,
      state: 'VALID',
      wasSignedByGitHub: true,
      signer: { login: 'web-flow' },
    });
    expect(world.call('reader', `GET /repos/owner/repo/commits/${oid}`).body).toMatchObject({
      author: { login: 'writer' },
      commit: { verification: { verified: true } },
    });
    const { number } = world.call('writer', 'POST /repos/owner/repo/pulls', {
      title: 't',
      head: 'topic',
      base: 'main',
    }).body;
    const { sha } = world.call('writer', `PUT /repos/owner/repo/pulls/${number}/merge`, {}).body;
    expect(world.call('reader', `GET ${GIT}/commits/${sha}`).body.verification.reason).toBe('valid');
  });

  it('pass rules that require signatures; others do not', () => {
    const { world, bot, oid, commit } = withBot();
    world.call('owner', 'POST /repos/owner/repo/rulesets', {
      name: 'signed',
      target: 'branch',
      enforcement: 'active',
      conditions: { ref_name: { include: ['refs/heads/log'], exclude: [] } },
      rules: [{ type: 'required_signatures' }],
    });
    world.call('writer', `POST ${GIT}/refs`, { ref: 'refs/heads/log', sha: oid });
    const move = (sha: string) => world.call('writer', `PATCH ${GIT}/refs/heads/log`, { sha });
    expect(move(commit('writer').sha).status).toBe(422);
    expect(move(commit(bot).sha).status).toBe(200);
  });
});

describe('a signature in a commit object', () => {
  it('is cut out and put back', () => {
    const payload = Buffer.from('tree x\nauthor a\ncommitter b\n\nmessage\n\ngpgsig of none');
    const signed = withSignature(payload, 'first\n\nlast');
    expect(signedPart(signed)).toEqual({ signature: 'first\n\nlast', payload });
    expect(signedPart(payload)).toBeUndefined();
  });
});
