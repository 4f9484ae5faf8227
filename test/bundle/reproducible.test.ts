import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { checkBundle } from '../../scripts/bundle.ts';
import { builtBundle } from '../support/bundle.ts';

const ROOT = join(import.meta.dirname, '..', '..');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-rebuild-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Builds a copy of the sources in a folder of its own. */
function builtAt(home: string, sources: string): ReadonlyMap<string, string> {
  mkdirSync(home, { recursive: true });
  for (const name of ['src', 'bot', 'scripts', 'package.json', 'package-lock.json'])
    cpSync(join(sources, name), join(home, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(home, 'node_modules'));
  execFileSync(process.execPath, ['scripts/bundle.ts', 'dist'], { cwd: home, stdio: 'pipe' });
  const names = readdirSync(join(home, 'dist'));
  return new Map(names.map((name) => [name, readFileSync(join(home, 'dist', name), 'utf8')]));
}

describe('the bundle', () => {
  test('is the same bytes wherever it is built, and names no folder', () => {
    const one = builtAt(join(folder, 'one'), ROOT);
    const other = builtAt(join(folder, 'somewhere', 'else', 'entirely'), join(folder, 'one'));

    expect([...other.keys()].sort()).toEqual([...one.keys()].sort());
    for (const [name, text] of one) {
      expect(other.get(name) === text, `${name} differs`).toBe(true);
      expect(text.includes(folder) || text.includes(ROOT), `${name} names a folder`).toBe(false);
    }
  }, 120_000);

  test('is small enough to be fetched by every step that uses it', () => {
    const bytes = checkBundle(builtBundle());

    expect(bytes).toBeLessThanOrEqual(6 * 1024 ** 2);
    process.stdout.write(`all bundles: ${(bytes / 1e6).toFixed(2)} MB\n`);
  });

  test('names the licence of everything it holds', () => {
    const text = readFileSync(join(builtBundle(), 'licenses.txt'), 'utf8');

    for (const name of ['zod', 'yaml', 'semver', 'apache-arrow', '@actions/core'])
      expect(text).toMatch(new RegExp(`^${name} \\d[^ ]* \\([A-Za-z0-9. -]+\\)$`, 'mu'));
    expect(text).not.toContain('see its sources');
  });
});
