import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { gitBlobId } from '../../../../src/contracts/digest.ts';
import { LogTree } from '../../../../src/registry/log/tree.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-tree-'));
  execFileSync('git', ['init', '-q', '--bare', folder]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The id that git gives to a tree of these files, without their contents. */
function byGit(files: ReadonlyMap<string, { blob: string; mode: string }>): string {
  const env = { ...process.env, GIT_DIR: folder, GIT_INDEX_FILE: join(folder, 'index') };
  const info = Array.from(files, ([path, { blob, mode }]) => `${mode} ${blob}\t${path}\n`).join('');
  execFileSync('git', ['read-tree', '--empty'], { env });
  execFileSync('git', ['update-index', '--index-info'], { env, input: info });
  return execFileSync('git', ['write-tree', '--missing-ok'], { env, encoding: 'utf8' }).trim();
}

const file = fc.record({
  path: fc
    .array(fc.constantFrom('a', 'b', 'a-b', 'a.json', 'A', 'ab', '0', 'models', 'requests'), {
      minLength: 1,
      maxLength: 4,
    })
    .map((parts) => [...parts.slice(0, -1).map((part) => `${part}.d`), parts.at(-1)!].join('/')),
  blob: fc.constantFrom('one', 'two').map((text) => gitBlobId(text)),
  mode: fc.constantFrom('100644', '100644', '100755', '120000'),
});

test('a tree has the id that git gives to it, after each file that is put there', () => {
  fc.assert(
    fc.property(fc.array(fc.array(file, { maxLength: 12 }), { minLength: 1, maxLength: 2 }), (rounds) => {
      const tree = new LogTree();
      const files = new Map<string, { blob: string; mode: string }>();
      for (const round of rounds) {
        for (const one of round) {
          tree.put(one.path, one.blob, one.mode);
          files.set(one.path, one);
        }
        expect(tree.id()).toBe(byGit(files));
      }
      expect([...tree.files.keys()].sort()).toEqual([...files.keys()].sort());
    }),
    { numRuns: 40, seed: 1 },
  );
});
