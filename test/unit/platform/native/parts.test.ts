import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { libraryOf } from '../../../../src/platform/native/load.ts';
import {
  digestOfFiles,
  digestOfPart,
  filesOfPart,
  isNeeded,
  packagesOf,
  PARTS,
  PLATFORM,
  verifyPart,
} from '../../../../src/platform/native/parts.ts';

const ROOT = process.cwd();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-parts-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Copies what is needed of DuckDB into the folder. */
function copyPart(): void {
  for (const file of filesOfPart(ROOT, 'duckdb')) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    cpSync(join(ROOT, file), join(folder, file));
  }
}

const SMALL = 'node_modules/@duckdb/node-api/lib/index.js';
const refused = (part: 'duckdb' | 'onnx', whole = false): unknown => {
  try {
    verifyPart(folder, part, { whole });
    return null;
  } catch (error) {
    return error;
  }
};

describe('the pinned parts', () => {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly version: string; readonly integrity: string }>>;
  };

  test.each(PARTS)('are the ones of the lock file, and the ones that are installed here: %s', (part) => {
    for (const { name, version, integrity } of packagesOf(part))
      expect({ version, integrity }, `run \`node scripts/native-parts.ts\``).toEqual({
        version: lock.packages[`node_modules/${name}`]?.version,
        integrity: lock.packages[`node_modules/${name}`]?.integrity,
      });
    const pinned = digestOfPart(part);
    if (pinned === null) return;
    expect(digestOfFiles(ROOT, filesOfPart(ROOT, part)), `run \`node scripts/native-parts.ts\``).toBe(pinned);
  });

  test('hold libraries and code of their platform, and nothing else', () => {
    expect(isNeeded('bin/napi-v6/linux/x64/libonnxruntime.so.1', 'linux-x64')).toBe(true);
    expect(isNeeded('bin/napi-v6/linux/arm64/libonnxruntime.so.1', 'linux-x64')).toBe(false);
    expect(isNeeded('bin/napi-v6/win32/x64/DirectML.dll', 'linux-x64')).toBe(false);
    for (const file of ['dist/index.js', 'package.json', 'LICENSE', 'duckdb.node', 'libduckdb.so'])
      expect(isNeeded(file, 'linux-x64'), file).toBe(true);
    for (const file of [
      'lib/index.ts',
      'dist/index.d.ts',
      'dist/index.js.map',
      'script/install.js',
      'README.md',
    ])
      expect(isNeeded(file, 'linux-x64'), file).toBe(false);
  });
});

describe.skipIf(digestOfPart('duckdb') === null)('a folder of native parts', () => {
  test('is hashed once, and believed as long as size and time of every file stand', () => {
    copyPart();
    expect(refused('duckdb')).toBeNull();
    const { atime, mtime } = statSync(join(folder, SMALL));
    const text = readFileSync(join(folder, SMALL), 'utf8');
    writeFileSync(join(folder, SMALL), text.replace('use', 'USE'));
    utimesSync(join(folder, SMALL), atime, mtime);

    expect(refused('duckdb')).toBeNull();
    expect(refused('duckdb', true)).toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  test('is refused where a file was changed, added to or taken away', () => {
    copyPart();
    verifyPart(folder, 'duckdb');
    appendFileSync(join(folder, SMALL), '\n');
    expect(refused('duckdb')).toMatchObject({ code: 'DIGEST_MISMATCH' });
    rmSync(join(folder, SMALL));
    expect(refused('duckdb')).toMatchObject({ code: 'DIGEST_MISMATCH' });
    cpSync(join(ROOT, SMALL), join(folder, SMALL));
    writeFileSync(join(folder, 'node_modules/@duckdb/node-api/lib/more.js'), '');
    expect(refused('duckdb', true)).toMatchObject({ code: 'DIGEST_MISMATCH' });
  });

  test('of another version is told from a changed one', () => {
    copyPart();
    const file = join(folder, 'node_modules/@duckdb/node-api/package.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"version": "[^"]+"/u, '"version": "1.0.0"'));

    expect(refused('duckdb')).toMatchObject({
      code: 'DIGEST_MISMATCH',
      message: expect.stringContaining('has version 1.0.0') as string,
    });
  });

  test('without a part says which package is missing', () => {
    expect(refused('onnx')).toMatchObject({
      code: 'NATIVE_MISSING',
      message: expect.stringMatching(`ONNX Runtime.*on ${PLATFORM}: onnxruntime-node is not in`) as string,
    });
  });
});

describe('where native parts are loaded from', () => {
  test('is the folder that setup named, checked, or nowhere', () => {
    vi.stubEnv('SLIPWAY_NATIVE', folder);

    expect(() => libraryOf('duckdb')).toThrow(expect.objectContaining({ code: 'NATIVE_MISSING' }));
  });

  test('is this package’s own place where nobody named one', () => {
    vi.stubEnv('SLIPWAY_NATIVE', '');

    expect(libraryOf('duckdb')).toMatch(/^file:.*\/platform\/native\//u);
  });
});
