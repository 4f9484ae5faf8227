import { describe, expect, it } from 'vitest';
import { encodeCommit } from '../../../sandbox/git/commit-object.ts';
import { requireRefUpdate } from '../../../sandbox/refs/update.ts';
import { type Files, filesTree } from '../git/repository.ts';
import { type Answer, newWorld, type World } from '../world.ts';

const CONTENTS = '/repos/owner/repo/contents';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

function put(w: World, path: string, body: object): Answer {
  return w.call('owner', `PUT ${CONTENTS}/${path}`, { message: 'Change', ...body });
}

/** Files of every kind, written as one commit. */
function plant(w: World, files: Files): void {
  const { core } = w.sandbox;
  const store = core.objects(w.repository);
  const owner = core.tables.accounts.find('login', 'owner')!;
  const person = { name: 'owner', email: 'owner@example.com', time: 1_767_225_600, zone: '+0000' };
  const tree = filesTree(store, files);
  const commit = { tree, parents: [], author: person, committer: person, message: 'First' };
  const after = store.write('commit', encodeCommit(commit));
  const actor = {
    account: owner,
    by: { kind: 'user', userId: owner.id, tokenId: 0, scopes: ['repo', 'workflow'] },
  } as const;
  requireRefUpdate(core, w.repository, actor, { ref: 'refs/heads/main', after });
}

describe('writing a file (REST: create or update file contents)', () => {
  it('begins an empty repository, then wants the blob it replaces', () => {
    const w = newWorld();
    expect(w.call('owner', `GET ${CONTENTS}/a.txt`)).toMatchObject({
      status: 404,
      body: { message: 'This repository is empty.' },
    });
    const first = put(w, 'dir/a.txt', { content: base64('one\n') });
    expect(first).toMatchObject({
      status: 201,
      body: {
        content: { name: 'a.txt', path: 'dir/a.txt', size: 4, type: 'file' },
        commit: { message: 'Change', parents: [], author: { name: 'owner' }, committer: { name: 'owner' } },
      },
    });
    const { sha } = (first.body as { content: { sha: string } }).content;
    expect(put(w, 'dir/a.txt', { content: base64('two\n') })).toMatchObject({
      status: 422,
      body: { message: 'Invalid request.\n\n"sha" wasn\'t supplied.' },
    });
    expect(put(w, 'dir/a.txt', { content: base64('two\n'), sha: '1'.repeat(40) })).toMatchObject({
      status: 409,
      body: { message: `dir/a.txt does not match ${'1'.repeat(40)}` },
    });
    expect(put(w, 'dir/a.txt', { content: base64('two\n'), sha })).toMatchObject({ status: 200 });
    const read = w.call(undefined, `GET ${CONTENTS}/dir/a.txt`).body as { content: string; encoding: string };
    expect([Buffer.from(read.content, 'base64').toString(), read.encoding]).toEqual(['two\n', 'base64']);
  });

  it.each([
    ['a.txt', { branch: 'none' }, 404, 'Branch none not found'],
    ['a/.git/x', {}, 422, 'malformed path component'],
    ['file/below', {}, 422, 'is a file'],
    ['dir', {}, 422, 'is not a file'],
    ['new', { content: '%%%' }, 422, 'not valid Base64'],
  ])('%s with %j is refused with %i', (path, body, status, message) => {
    const w = newWorld();
    put(w, 'file', { content: base64('x') });
    put(w, 'dir/x', { content: base64('x') });
    const answer = put(w, encodeURIComponent(path).replaceAll('%2F', '/'), { content: base64('y'), ...body });
    expect([answer.status, answer.body]).toMatchObject([
      status,
      { message: expect.stringContaining(message) as string },
    ]);
  });

  it('names author and committer as told; the author is the committer unless named', () => {
    const w = newWorld();
    const committer = { name: 'releaser', email: 'r@example.com', date: '2026-02-03T04:05:06+02:00' };
    const { body } = put(w, 'a', { content: base64('x'), committer });
    const person = { name: 'releaser', email: 'r@example.com', date: '2026-02-03T02:05:06Z' };
    expect(body).toMatchObject({ commit: { author: person, committer: person } });
  });

  it('keeps the mode, and removes with the right blob', () => {
    const w = newWorld();
    plant(w, { 'run.sh': { mode: '100755', text: 'old' }, keep: 'x' });
    const { sha } = w.call('owner', `GET ${CONTENTS}/run.sh`).body as { sha: string };
    put(w, 'run.sh', { content: base64('new'), sha });
    const tree = w.call('owner', 'GET /repos/owner/repo/git/trees/main').body as { tree: { mode: string }[] };
    expect(tree.tree.map(({ mode }) => mode)).toEqual(['100644', '100755']);
    const remove = (of: string): Answer =>
      w.call('owner', `DELETE ${CONTENTS}/run.sh`, { message: 'Remove', sha: of });
    expect(remove(sha).status).toBe(409);
    const now = w.call('owner', `GET ${CONTENTS}/run.sh`).body as { sha: string };
    expect(remove(now.sha)).toMatchObject({
      status: 200,
      body: { content: null, commit: { message: 'Remove' } },
    });
    expect(remove(now.sha).status).toBe(404);
  });

  it('is held to the rules of the branch: 409 with GitHub’s words', () => {
    const w = newWorld();
    put(w, 'a', { content: base64('x') });
    const { core } = w.sandbox;
    core.store.transaction(() =>
      core.tables.rulesets.put({
        id: 1,
        repositoryId: w.repository.id,
        organizationId: null,
        name: 'main',
        target: 'branch',
        enforcement: 'active',
        bypass: [],
        refs: { include: ['~DEFAULT_BRANCH'], exclude: [] },
        repositories: null,
        rules: [{ type: 'pull_request', parameters: {} }],
        createdAt: '',
        updatedAt: '',
      }),
    );
    const answer = put(w, 'b', { content: base64('x') });
    expect(answer).toMatchObject({
      status: 409,
      body: {
        message: 'Repository rule violations found\n\nChanges must be made through a pull request.\n\n',
      },
    });
    expect([...core.tables.ruleSuites.all()]).toMatchObject([{ result: 'fail', ref: 'refs/heads/main' }]);
  });
});

describe('reading (REST: get repository content)', () => {
  const FILES: Files = {
    'README.md': '# Hello\n',
    'docs/guide.md': 'guide\n',
    'docs/link.md': { mode: '120000', text: '../README.md' },
    'docs/away': { mode: '120000', text: '/etc/passwd' },
    module: { mode: '160000', text: '1'.repeat(40) },
    '.gitmodules': '[submodule "m"]\n\tpath = module\n\turl = https://example.com/m.git\n',
  };

  it('lists a directory with files, directories, links and submodules', () => {
    const w = newWorld();
    plant(w, FILES);
    const root = w.call(undefined, `GET ${CONTENTS}/`).body as { name: string; type: string; size: number }[];
    expect(root.map(({ name, type }) => `${name} ${type}`)).toEqual([
      '.gitmodules file',
      'README.md file',
      'docs dir',
      'module file',
    ]);
    const asObject = w.call(undefined, `GET ${CONTENTS}/docs`, undefined, {
      accept: 'application/vnd.github.object+json',
    });
    expect(asObject.body).toMatchObject({ type: 'dir', path: 'docs', entries: [{}, {}, {}] });
  });

  it('follows links that stay inside, tells others and submodules', () => {
    const w = newWorld();
    plant(w, FILES);
    const get = (path: string): unknown => w.call(undefined, `GET ${CONTENTS}/${path}`).body;
    expect(get('docs/link.md')).toMatchObject({
      type: 'file',
      content: 'IyBIZWxsbwo=\n',
      path: 'docs/link.md',
    });
    expect(get('docs/away')).toMatchObject({ type: 'symlink', target: '/etc/passwd' });
    expect(get('module')).toMatchObject({
      type: 'submodule',
      submodule_git_url: 'https://example.com/m.git',
    });
    expect(get('none')).toMatchObject({ message: 'Not Found' });
  });

  it('gives raw bytes, any ref, and the preferred README', () => {
    const w = newWorld();
    plant(w, FILES);
    const accept = { accept: 'application/vnd.github.raw+json' };
    const raw = w.call(undefined, `GET ${CONTENTS}/docs/guide.md`, undefined, accept);
    expect(Buffer.from(raw.body as Uint8Array).toString()).toBe('guide\n');
    expect(w.call(undefined, `GET ${CONTENTS}/README.md?ref=refs/heads/main`).status).toBe(200);
    expect(w.call(undefined, `GET ${CONTENTS}/README.md?ref=none`)).toMatchObject({
      status: 404,
      body: { message: 'No commit found for the ref none' },
    });
    expect(w.call(undefined, 'GET /repos/owner/repo/readme').body).toMatchObject({ path: 'README.md' });
    expect(w.call(undefined, 'GET /repos/owner/repo/readme/docs').status).toBe(404);
  });

  it('leaves the content of files above one megabyte out', () => {
    const w = newWorld();
    plant(w, { big: 'x'.repeat(2 ** 20 + 1) });
    expect(w.call(undefined, `GET ${CONTENTS}/big`).body).toMatchObject({ content: '', encoding: 'none' });
  });
});
