import { describe, expect, it } from 'vitest';
import { bareObjects } from '../../../sandbox/git/bare.ts';
import { memoryObjects, type ObjectStore, ZERO_ID } from '../../../sandbox/git/objects.ts';
import { join } from 'node:path';
import { readdirSync, writeFileSync } from 'node:fs';
import { bareRepository, commitTree, filesTree, git, numbers } from './repository.ts';

/** Twenty versions of a long file, so that packing makes chains of deltas. */
function versions(store: ObjectStore): { tip: string; ids: string[] } {
  const random = numbers(7);
  const lines = Array.from({ length: 400 }, (_, i) => `line ${String(i)} ${String(random.below(1e9))}\n`);
  const ids: string[] = [];
  let tip: string | undefined;
  for (let n = 0; n < 20; n++) {
    lines[random.below(lines.length)] = `changed in ${String(n)}\n`;
    const tree = filesTree(store, { 'dir/long.txt': lines.join(''), 'n.txt': String(n) });
    tip = commitTree(store, tree, tip === undefined ? [] : [tip], 1_700_000_000 + n);
    ids.push(tip, tree);
  }
  return { tip: tip!, ids };
}

describe('a store over a bare repository', () => {
  it('gives the ids of the store in memory', () => {
    expect(versions(bareRepository().store)).toEqual(versions(memoryObjects()));
  });

  it('writes what git fsck finds clean and leaves no temporary files', () => {
    const { directory, store } = bareRepository();
    const { tip } = versions(store);
    git(directory, ['update-ref', 'refs/heads/main', tip]);
    expect(git(directory, ['fsck', '--strict', '--full', '--no-dangling'])).toBe('');
    expect(readdirSync(join(directory, 'objects')).filter((name) => name.startsWith('tmp'))).toEqual([]);
  });

  it('reads packs, delta by offset and by id, as git does', () => {
    for (const byOffset of [true, false]) {
      const { directory, store } = bareRepository();
      const { tip } = versions(store);
      git(directory, ['update-ref', 'refs/heads/main', tip]);
      git(directory, ['-c', `repack.useDeltaBaseOffset=${String(byOffset)}`, 'repack', '-adfq']);
      git(directory, ['prune-packed']);
      const fresh = bareObjects(join(directory, 'objects'));
      const all = git(directory, ['cat-file', '--batch-all-objects', '--batch-check']).trim().split('\n');
      expect(all.length).toBeGreaterThan(60);
      for (const line of all) {
        const [id, type, size] = line.split(' ');
        const object = fresh.read(id!);
        expect([object?.type, object?.body.length]).toEqual([type, Number(size)]);
        expect(memoryObjects().write(object!.type, object!.body)).toBe(id);
      }
    }
  });

  it('sweeps away what a killed process left', () => {
    const { directory } = bareRepository();
    const objects = join(directory, 'objects');
    for (const path of ['tmp_obj_1', 'pack/tmp_pack_1']) writeFileSync(join(objects, path), 'half');
    bareObjects(objects);
    expect([...readdirSync(objects), ...readdirSync(join(objects, 'pack'))]).toEqual(['info', 'pack']);
  });

  it('notices packs that arrive later', () => {
    const { directory, store } = bareRepository();
    const other = bareRepository();
    const { tip } = versions(other.store);
    git(other.directory, ['update-ref', 'refs/heads/main', tip]);
    expect(store.has(tip)).toBe(false);
    git(directory, ['-c', 'fetch.unpackLimit=1', 'fetch', '-q', other.directory, 'main']);
    expect(store.has(tip)).toBe(true);
    expect(store.read(tip)?.type).toBe('commit');
    expect(store.read(ZERO_ID)).toBeUndefined();
  });
});
