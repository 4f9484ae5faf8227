import { fork } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { ArtifactCache } from '../../../src/contracts/artifacts.ts';
import { sha256 } from '../../../src/contracts/digest.ts';
import { openArtifactCache } from '../../../src/pipeline/artifact-cache.ts';
import { createDigester } from '../../../src/pipeline/digester.ts';

let dir = '';
const KEY = sha256('key');
const signal = new AbortController().signal;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipway-cache-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function open(): ArtifactCache {
  return openArtifactCache(dir, createDigester(join(dir, 'cache', 'stat')));
}

function write(content: string): (into: string) => Promise<unknown> {
  return (into) => {
    mkdirSync(join(into, 'model'));
    writeFileSync(join(into, 'model', 'm.txt'), content);
    return Promise.resolve({ content });
  };
}

const temporary = (): string[] => readdirSync(join(dir, 'cache', 'tmp'));

describe('the artifact cache', () => {
  test('what was published is found again with files, digests and meta', async () => {
    await open().publish('train', KEY, write('one'));

    const entry = await open().lookup('train', KEY);

    expect(entry).toMatchObject({
      key: KEY,
      meta: { content: 'one' },
      files: [{ path: 'model/m.txt', sha256: sha256('one'), bytes: 3 }],
    });
    expect(readFileSync(join(entry?.dir ?? '', 'model', 'm.txt'), 'utf8')).toBe('one');
    expect(temporary()).toEqual([]);
  });

  test.each([
    ['appended to', (file: string) => appendFileSync(file, 'x')],
    ['truncated', (file: string) => truncateSync(file, 1)],
    ['deleted', (file: string) => unlinkSync(file)],
    ['replaced by as many bytes', (file: string) => writeFileSync(file, 'two')],
  ])('an entry whose file was %s counts as absent and can be published again', async (_, damage) => {
    const { dir: files } = await open().publish('train', KEY, write('one'));

    damage(join(files, 'model', 'm.txt'));

    expect(await open().lookup('train', KEY)).toBeNull();
    await open().publish('train', KEY, write('one'));
    expect((await open().lookup('train', KEY))?.meta).toEqual({ content: 'one' });
  });

  test('an edited manifest is no manifest', async () => {
    const entry = await open().publish('train', KEY, write('one'));
    const manifest = join(entry.dir, '..', 'entry.json');

    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"content":"one"', '"content":"two"'));

    expect(await open().lookup('train', KEY)).toBeNull();
  });

  test('an entry that failed half way leaves nothing', async () => {
    const fail = async (into: string): Promise<unknown> => {
      await write('half')(into);
      throw new Error('stopped');
    };

    await expect(open().publish('train', KEY, fail)).rejects.toThrow('stopped');

    expect(await open().lookup('train', KEY)).toBeNull();
    expect(temporary()).toEqual([]);
  });

  test('of two at once the first stays, unless the second replaces', async () => {
    const cache = open();
    const entries = await Promise.all([
      cache.publish('train', KEY, write('one')),
      open().publish('train', KEY, write('two')),
    ]);

    expect(entries[0].meta).toEqual(entries[1].meta);
    expect((await cache.publish('train', KEY, write('three'))).meta).toEqual(entries[0].meta);
    expect((await cache.publish('train', KEY, write('four'), true)).meta).toEqual({ content: 'four' });
    expect((await open().lookup('train', KEY))?.meta).toEqual({ content: 'four' });
  });

  test('what a killed process left is swept by the next one that writes', async () => {
    const child = fork(join(import.meta.dirname, 'killed-publisher.ts'), [dir], { stdio: 'ignore' });
    await once(child, 'message');
    expect(temporary()).toHaveLength(1);

    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await open().lookup('train', sha256('killed'))).toBeNull();
    await open().publish('train', KEY, write('one'));

    expect(temporary()).toEqual([]);
    expect(existsSync(join(dir, 'locks', 'killed.lock'))).toBe(true);
    expect(open().isHeld('killed')).toBe(false);
    expect(await open().exclusively('killed', { signal }, () => Promise.resolve('taken over'))).toBe(
      'taken over',
    );
  });

  test('the folder hides itself from git', async () => {
    await open().publish('train', KEY, write('one'));

    expect(readFileSync(join(dir, '.gitignore'), 'utf8')).toBe('*\n');
  });

  test('notes survive, damaged ones are none', () => {
    open().writeNote('last', { key: KEY });
    expect(open().readNote('last')).toEqual({ key: KEY });

    writeFileSync(join(dir, 'cache', 'notes', 'last.json'), '{"key"');
    expect(open().readNote('last')).toBeNull();
  });
});

describe('locks', () => {
  test('never let two in, however many come', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, (inside += 1));
      await new Promise(setImmediate);
      inside -= 1;
    };

    await Promise.all(Array.from({ length: 5 }, () => open().exclusively('same', { signal }, work)));

    expect(most).toBe(1);
    expect(readdirSync(join(dir, 'locks'))).toEqual([]);
  });

  test('tell who is waited for, and let go of on abort', async () => {
    const abort = new AbortController();
    const waits: string[] = [];
    const waiting = open().exclusively('same', { signal }, () => {
      const onWait = (owner: string): void => {
        waits.push(owner);
        abort.abort();
      };
      return open().exclusively('same', { signal: abort.signal, onWait }, () => Promise.resolve());
    });

    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(waits).toEqual([`process ${process.pid}`]);
  });

  test('of a process whose pid was given out again are taken over', async () => {
    const ownName = await open().exclusively('other', { signal }, () =>
      Promise.resolve(readFileSync(join(dir, 'locks', 'other.lock'), 'utf8')),
    );
    const [host, pid, , nonce] = ownName.split('.');
    writeFileSync(join(dir, 'locks', 'same.lock'), [host, pid, '1', nonce].join('.'));

    expect(open().isHeld('same')).toBe(false);
    expect(await open().exclusively('same', { signal }, () => Promise.resolve('in'))).toBe('in');
  });

  test('of another machine are respected while they beat', () => {
    mkdirSync(join(dir, 'locks'));
    writeFileSync(join(dir, 'locks', 'same.lock'), 'ffffffff.1.1.000000000000');

    expect(open().isHeld('same')).toBe(true);
  });
});
