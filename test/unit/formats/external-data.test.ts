import {
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { checkExternalData } from '../../../src/formats/index.ts';
import type { FileFacts } from '../../../src/formats/index.ts';

let root = '';
let outside = '';

beforeAll(() => {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-external-')));
  root = join(base, 'version');
  outside = join(base, 'outside');
  mkdirSync(join(root, 'model'), { recursive: true });
  mkdirSync(outside);
  for (const file of ['model/net.weights', 'model/shared', 'top.weights'])
    writeFileSync(join(root, file), 'numbers');
  for (const file of ['secret', 'weights']) writeFileSync(join(outside, file), 'secret');
  linkSync(join(root, 'model/shared'), join(root, 'model/again'));
  linkSync(join(outside, 'secret'), join(root, 'model/stolen'));
  symlinkSync(join(outside, 'secret'), join(root, 'model/pointer'));
  symlinkSync('net.weights', join(root, 'model/alias'));
  symlinkSync(outside, join(root, 'linked'));
  mkdirSync(join(root, 'model/folder'));
});

afterAll(() => {
  rmSync(join(root, '..'), { recursive: true });
});

/** As a registrar would: facts of any path below the root, whatever it is. */
function factsOf(path: string): FileFacts | null {
  const full = join(root, path);
  const found = lstatSync(full, { throwIfNoEntry: false });
  if (found === undefined) return null;
  const kind = found.isSymbolicLink() ? 'link' : found.isFile() ? 'file' : 'other';
  return { kind, links: found.nlink, realpath: realpathSync(full) };
}

function wrong(name: string, model = 'model/net.onnx'): string | null {
  return checkExternalData({ model, names: [name] }, root, factsOf)[0]?.message ?? null;
}

describe('external data of an ONNX model', () => {
  it('is a plain file beside the model', () => {
    expect(wrong('net.weights')).toBeNull();
    expect(wrong('top.weights', 'net.onnx')).toBeNull();
    expect(checkExternalData({ model: 'net.onnx', names: [] }, root, factsOf)).toEqual([]);
  });

  it.each([
    ['missing', 'not among the files'],
    ['top.weights', 'not among the files'],
    ['pointer', 'is a link'],
    ['alias', 'is a link'],
    ['folder', 'no regular file'],
    ['again', 'has 2 names'],
    ['stolen', 'has 2 names'],
    ['../top.weights', 'no plain file name'],
    ['../../outside/secret', 'no plain file name'],
    ['folder/../net.weights', 'no plain file name'],
    ['./net.weights', 'no plain file name'],
    ['/etc/passwd', 'no plain file name'],
    ['C:secret', 'no plain file name'],
    ['..\\secret', 'no plain file name'],
    ['\\\\server\\share', 'no plain file name'],
    ['net.weights\0.txt', 'no plain file name'],
    ['..', 'no plain file name'],
    ['.', 'no plain file name'],
    ['', 'no plain file name'],
    ['x'.repeat(300), 'no plain file name'],
  ])('is not %j', (name, reason) => {
    const message = wrong(name);

    expect(message).toContain('model/net.onnx: keeps weights in');
    expect(message).toContain(reason);
  });

  it('does not lie behind a folder that is a link', () => {
    expect(wrong('weights', 'linked/net.onnx')).toContain('lies elsewhere');
  });

  it('is refused name by name', () => {
    const names = ['net.weights', 'missing', 'pointer'];

    expect(checkExternalData({ model: 'model/net.onnx', names }, root, factsOf)).toMatchObject([
      { code: 'EXTERNAL_DATA', message: expect.stringContaining('missing') as string },
      { code: 'EXTERNAL_DATA', message: expect.stringContaining('pointer') as string },
    ]);
  });

  it('never leaves the folder, whatever the name', () => {
    const part = fc.constantFrom(
      '..',
      '.',
      '/',
      '\\',
      'model',
      'outside',
      'secret',
      'linked',
      'net.weights',
      '\0',
      'C:',
      '',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
        const name = parts.join('');
        if (wrong(name) === null) expect(name).toBe('net.weights');
      }),
    );
  });
});
