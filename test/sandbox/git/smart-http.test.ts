import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bareObjects } from '../../../sandbox/git/bare.ts';
import { node } from '../../../sandbox/git/graph.ts';
import { ZERO_ID } from '../../../sandbox/git/objects.ts';
import { type GitEndpoint, gitRequest, type RefReport, serveGit } from '../../../sandbox/git/smart-http.ts';
import { git, HERMETIC, temporary } from './repository.ts';

const run = promisify(execFile);

interface Remote {
  readonly url: string;
  readonly refs: Map<string, string>;
  readonly endpoint: GitEndpoint;
}

/** A repository behind HTTP whose refs are a map; `refuse` may say why a command is not done. */
async function remote(
  refuse: (ref: string, after: string) => { reason: string; messages: string[] } | undefined = () =>
    undefined,
): Promise<Remote> {
  const root = temporary();
  const refs = new Map<string, string>();
  const objectDirectory = join(root, 'networks', '1', 'objects');
  const endpoint: GitEndpoint = {
    directory: join(root, 'repositories', '1.git'),
    objectDirectory,
    objects: bareObjects(objectDirectory),
    refs: () => refs,
    head: 'refs/heads/main',
    largestFile: 2 ** 20,
    apply: (commands, atomic) => {
      const reports = commands.map(({ ref, before, after }): RefReport => {
        if ((refs.get(ref) ?? ZERO_ID) !== before) return { ref, ok: false, reason: 'stale', messages: [] };
        const problem = refuse(ref, after);
        return problem === undefined ? { ref, ok: true } : { ref, ok: false, ...problem };
      });
      if (atomic && reports.some(({ ok }) => !ok))
        return reports.map((r) =>
          r.ok ? { ref: r.ref, ok: false, reason: 'atomic push failure', messages: [] } : r,
        );
      for (const [i, { ref, after }] of commands.entries()) {
        if (!reports[i]!.ok) continue;
        if (after === ZERO_ID) refs.delete(ref);
        else refs.set(ref, after);
      }
      return reports;
    },
  };
  const server = createServer((request, response) => {
    const what = gitRequest(request.method ?? '', request.url ?? '');
    if (what === undefined) response.writeHead(404).end();
    else
      serveGit(request, response, what, endpoint).catch((error: unknown) => {
        response.destroy(error as Error);
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/owner/r.git`,
    refs,
    endpoint,
  };
}

/** A work tree with one commit on main. */
function clone(files: Record<string, string> = { 'a.txt': 'one\n' }): string {
  const directory = join(temporary(), 'work');
  mkdirSync(directory);
  git(directory, ['init', '-q', '-b', 'main']);
  commit(directory, files);
  return directory;
}

function commit(directory: string, files: Record<string, string | Buffer>): string {
  for (const [path, text] of Object.entries(files)) writeFileSync(join(directory, path), text);
  git(directory, ['add', '-A']);
  git(directory, ['commit', '-q', '-m', 'change']);
  return git(directory, ['rev-parse', 'HEAD']).trim();
}

/** git beside a running server: gives both texts, whatever the outcome. */
async function speak(directory: string, ...args: string[]): Promise<{ ok: boolean; text: string }> {
  const options = { cwd: directory, env: HERMETIC, maxBuffer: 1 << 26 };
  return run('git', args, options).then(
    ({ stdout, stderr }) => ({ ok: true, text: stdout + stderr }),
    (error: unknown) => {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      return { ok: false, text: stdout + stderr };
    },
  );
}

describe('git push', () => {
  it('creates, moves and deletes refs; the objects are in the network', async () => {
    const { url, refs, endpoint } = await remote();
    const work = clone();
    const first = git(work, ['rev-parse', 'HEAD']).trim();
    expect(await speak(work, 'push', url, 'main', 'main:refs/tags/v1')).toMatchObject({ ok: true });
    expect(refs).toEqual(
      new Map([
        ['refs/heads/main', first],
        ['refs/tags/v1', first],
      ]),
    );
    const second = commit(work, { 'b.txt': 'two\n' });
    expect(await speak(work, 'push', url, 'main', ':refs/tags/v1')).toMatchObject({ ok: true });
    expect(refs).toEqual(new Map([['refs/heads/main', second]]));
    expect(node(endpoint.objects, second).parents).toEqual([first]);
    expect((await speak(work, 'push', url, ':main')).text).toContain('[deleted]');
    expect(refs.size).toBe(0);
  });

  it('of many objects keeps them in a pack that the store reads', async () => {
    const { url, refs, endpoint } = await remote();
    const files = Object.fromEntries(
      Array.from({ length: 150 }, (_, i) => [`f${String(i)}`, `${String(i)}\n`]),
    );
    const work = clone(files);
    expect(await speak(work, 'push', url, 'main')).toMatchObject({ ok: true });
    expect(endpoint.objects.read(refs.get('refs/heads/main')!)?.type).toBe('commit');
  });

  it('sent in pieces and compressed works as well', async () => {
    const { url, refs } = await remote();
    const work = clone();
    commit(work, { 'big.bin': Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i * 7919) >> 3)) });
    const pushed = await speak(work, '-c', 'http.postBuffer=65536', 'push', url, 'main');
    expect(pushed).toMatchObject({ ok: true });
    expect(refs.get('refs/heads/main')).toBe(git(work, ['rev-parse', 'HEAD']).trim());
  });

  it('shows a refusal as GitHub does: lines of the remote, then the ref with the reason', async () => {
    const { url, refs } = await remote((ref) =>
      ref === 'refs/heads/main'
        ? {
            reason: 'protected branch hook declined',
            messages: ['error: GH006: Protected branch update failed for refs/heads/main.'],
          }
        : undefined,
    );
    const pushed = await speak(clone(), 'push', url, 'main', 'main:other');
    expect(pushed.ok).toBe(false);
    expect(pushed.text).toContain(
      'remote: error: GH006: Protected branch update failed for refs/heads/main.',
    );
    expect(pushed.text).toContain(' ! [remote rejected] main -> main (protected branch hook declined)');
    expect([...refs.keys()]).toEqual(['refs/heads/other']);
  });

  it('with --atomic does all or nothing', async () => {
    const { url, refs } = await remote((ref) =>
      ref.endsWith('main') ? { reason: 'no', messages: [] } : undefined,
    );
    const pushed = await speak(clone(), 'push', '--atomic', url, 'main', 'main:other');
    expect(pushed.text).toContain('atomic push failure');
    expect(refs.size).toBe(0);
  });

  it('takes push options and reads over them', async () => {
    const { url } = await remote();
    expect(await speak(clone(), 'push', '-o', 'ci.skip', url, 'main')).toMatchObject({ ok: true });
  });

  it('of a commit whose objects are missing is refused', async () => {
    const { url, refs } = await remote();
    const empty = Buffer.from([0x50, 0x41, 0x43, 0x4b, 0, 0, 0, 2, 0, 0, 0, 0]);
    const answer = await fetch(`${url}/git-receive-pack`, {
      method: 'POST',
      body: pushBody('1'.repeat(40), empty),
    });
    expect(await answer.text()).toContain('ng refs/heads/main missing necessary objects');
    expect(refs.size).toBe(0);
  });

  it('of a damaged pack is refused and leaves the refs alone', async () => {
    const { url, refs } = await remote();
    const damaged = Buffer.concat([
      Buffer.from('PACK'),
      Buffer.from([0, 0, 0, 2, 0, 0, 0, 1]),
      Buffer.alloc(40, 7),
    ]);
    const answer = await fetch(`${url}/git-receive-pack`, {
      method: 'POST',
      body: pushBody('1'.repeat(40), damaged),
    });
    expect(await answer.text()).toContain('ng refs/heads/main unpacker error');
    expect(refs.size).toBe(0);
  });

  it('of a file above the limit is refused with its name', async () => {
    const { url, refs } = await remote();
    const work = clone();
    commit(work, { 'big.bin': Buffer.alloc(2 ** 20 + 1) });
    commit(work, { 'a.txt': 'after\n' });
    const pushed = await speak(work, 'push', url, 'main');
    expect(pushed.text).toContain(
      "File big.bin is 1.00 MB; this exceeds GitHub's file size limit of 1.00 MB",
    );
    expect(pushed.text).toContain('GH001: Large files detected.');
    expect(pushed.text).toContain('! [remote rejected] main -> main (pre-receive hook declined)');
    expect(refs.size).toBe(0);
  });

  it('that is no protocol is a bad request', async () => {
    const { url } = await remote();
    for (const body of ['zzzz', '0009hello', '00']) {
      const answer = await fetch(`${url}/git-receive-pack`, { method: 'POST', body });
      expect(answer.status).toBe(400);
    }
  });
});

function pushBody(after: string, pack: Buffer): Uint8Array<ArrayBuffer> {
  const line = `${ZERO_ID} ${after} refs/heads/main\0report-status`;
  const head = `${(line.length + 4).toString(16).padStart(4, '0')}${line}0000`;
  return new Uint8Array(Buffer.concat([Buffer.from(head), pack]));
}

describe('git fetch', () => {
  it.each(['0', '1', '2'])('clones, shallow and partial too, by protocol version %s', async (version) => {
    const { url, refs } = await remote();
    const work = clone();
    for (let n = 0; n < 4; n++) commit(work, { 'a.txt': `${String(n)}\n` });
    git(work, ['tag', '-a', '-m', 'version', 'v1']);
    await speak(work, 'push', url, 'main', 'v1');
    const folder = temporary();
    const v = ['-c', `protocol.version=${version}`];
    expect(await speak(folder, ...v, 'clone', '-q', url, 'full')).toEqual({ ok: true, text: '' });
    expect(git(join(folder, 'full'), ['rev-parse', 'HEAD', 'v1^{commit}']).trim().split('\n')).toEqual([
      refs.get('refs/heads/main'),
      refs.get('refs/heads/main'),
    ]);
    expect(await speak(folder, ...v, 'clone', '-q', '--depth=2', url, 'shallow')).toMatchObject({ ok: true });
    expect(git(join(folder, 'shallow'), ['rev-list', '--count', 'HEAD'])).toBe('2\n');
    const partial = await speak(
      folder,
      ...v,
      'clone',
      '-q',
      '--filter=blob:none',
      '--no-checkout',
      url,
      'partial',
    );
    expect(partial).toMatchObject({ ok: true });
    expect(git(join(folder, 'partial'), ['rev-list', '--objects', '--missing=print', 'HEAD'])).toMatch(
      /^\?/m,
    );
    const tip = commit(work, { 'a.txt': 'later\n' });
    await speak(work, 'push', url, 'main');
    expect(await speak(join(folder, 'shallow'), ...v, 'fetch', '-q')).toEqual({ ok: true, text: '' });
    expect(git(join(folder, 'shallow'), ['rev-parse', 'origin/main']).trim()).toBe(tip);
  });

  it('gives any object by its id, as actions/checkout asks', async () => {
    const { url } = await remote();
    const work = clone();
    const first = git(work, ['rev-parse', 'HEAD']).trim();
    commit(work, { 'a.txt': 'two\n' });
    await speak(work, 'push', url, 'main');
    const other = clone();
    expect(await speak(other, 'fetch', '-q', '--depth=1', url, `+${first}:refs/remotes/x`)).toMatchObject({
      ok: true,
    });
    expect(git(other, ['rev-parse', 'refs/remotes/x']).trim()).toBe(first);
  });

  it('of an empty repository learns the default branch', async () => {
    const { url } = await remote();
    const folder = temporary();
    expect(await speak(folder, 'clone', '-q', url, 'empty')).toMatchObject({ ok: true });
    expect(git(join(folder, 'empty'), ['symbolic-ref', 'HEAD'])).toBe('refs/heads/main\n');
  });

  it('follows a branch that became a directory', async () => {
    const { url, refs } = await remote();
    const work = clone();
    await speak(work, 'push', url, 'main', 'main:refs/heads/topic');
    const folder = temporary();
    await speak(folder, 'clone', '-q', url, 'full');
    const id = refs.get('refs/heads/topic')!;
    refs.delete('refs/heads/topic');
    refs.set('refs/heads/topic/deeper', id);
    for (const version of ['0', '2']) {
      const listed = await speak(folder, '-c', `protocol.version=${version}`, 'ls-remote', url);
      expect(listed.text).toContain('refs/heads/topic/deeper');
      expect(listed.text).not.toContain('refs/heads/topic\n');
    }
    expect(await speak(join(folder, 'full'), 'fetch', '-q', '--prune')).toMatchObject({ ok: true });
  });
});

describe('the path of a git request', () => {
  it('names repository and service with and without .git', () => {
    const what = { owner: 'owner', name: 'r', service: 'git-upload-pack' };
    expect(gitRequest('GET', '/owner/r.git/info/refs?service=git-upload-pack')).toEqual({
      ...what,
      advertise: true,
    });
    expect(gitRequest('POST', '/owner/r/git-upload-pack')).toEqual({ ...what, advertise: false });
  });

  it('is nothing for dumb HTTP and other paths', () => {
    for (const [method, path] of [
      ['GET', '/owner/r.git/info/refs'],
      ['GET', '/owner/r.git/HEAD'],
      ['GET', '/owner/r/git-upload-pack'],
      ['POST', '/owner/r.git/info/refs?service=git-upload-pack'],
      ['GET', '/owner/r'],
    ])
      expect(gitRequest(method!, path!)).toBeUndefined();
  });
});
