import { describe, expect, it } from 'vitest';

import { isCodedError } from '../../../../src/contracts/errors.ts';
import type { LocalFile } from '../../../../src/registry/index.ts';
import { golden, register, source, versionsWorld } from './world.ts';

const PICKLE = '\x80\x02cos\nsystem\nX\x02\0\0\0id\x85R.';
const TOKEN = `ghp_${'a1B2'.repeat(9)}`;
const plain = (path: string, content: string | Uint8Array): LocalFile => ({ path, source: source(content) });
const placed = (path: string, facts: LocalFile['facts']): LocalFile => ({
  ...plain(path, golden(path === 'model.onnx' ? 'external.onnx' : 'external.weights')),
  ...(facts === undefined ? {} : { facts }),
});
const linked = (path: string, facts: NonNullable<LocalFile['facts']>): LocalFile => ({
  ...plain(path, 'stays\nleaves\n'),
  facts,
});
const at = (path: string) => ({ kind: 'file' as const, links: 1, realpath: `/run/${path}` });

/** Codes of what a registration of these files is refused for. No call is made. */
async function refusedFor(files: readonly LocalFile[], entry = files[0]!.path): Promise<readonly string[]> {
  const w = versionsWorld();
  const process = w.process();
  const error = await register(w.registration({ files, entry, root: '/run' }), process).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(process.calls).toEqual([]);
  if (!isCodedError(error)) throw new Error('it was not refused', { cause: error });
  return error.problems.map(({ code }) => code);
}

describe('what never goes up, and nothing is called for', () => {
  it.each([
    ['a pickle that is named a model', plain('model.onnx', Buffer.from(PICKLE, 'latin1')), 'FORMAT_REFUSED'],
    ['a damaged model', plain('model.onnx', golden('logreg.onnx').subarray(0, 100)), 'MODEL_UNREADABLE'],
    ['a folder of git', plain('.git/config', 'x'), 'FORMAT_REFUSED'],
    ['a hidden file', plain('model/.env', 'x'), 'FORMAT_REFUSED'],
    ['a way out', plain('../x.txt', 'x'), 'FORMAT_REFUSED'],
    ['a token', plain('config.txt', `token = ${TOKEN}\n`), 'FORMAT_REFUSED'],
    ['a private key', plain('key.txt', '-----BEGIN RSA PRIVATE KEY-----\n'), 'FORMAT_REFUSED'],
    ['a program', plain('train.py', 'import os\nprint(os)\n'), 'FORMAT_REFUSED'],
    [
      'a link',
      linked('labels.txt', { kind: 'link', links: 1, realpath: '/run/labels.txt' }),
      'FORMAT_REFUSED',
    ],
    [
      'a file behind a link',
      linked('x/y.txt', { kind: 'file', links: 1, realpath: '/etc/y.txt' }),
      'FORMAT_REFUSED',
    ],
  ])('%s', async (_, file, code) => {
    // Beside a model that is all right nothing else can be the reason.
    const good = plain('good.onnx', golden('logreg-tensor.onnx'));
    expect(await refusedFor([good, file], 'good.onnx')).toEqual([code]);
  });

  it('weights outside of the version, or with another name elsewhere', async () => {
    const model = placed('model.onnx', at('model.onnx'));
    expect(await refusedFor([model])).toEqual(['EXTERNAL_DATA']);
    const elsewhere = placed('external.weights', { ...at('external.weights'), links: 2 });
    expect(await refusedFor([model, elsewhere])).toEqual(['EXTERNAL_DATA']);
  });

  it('paths that differ in case alone, and an entry that is not there', async () => {
    expect(await refusedFor([plain('a.txt', 'x'), plain('A.txt', 'x')], 'b.txt')).toEqual([
      'FORMAT_REFUSED',
      'OUTPUT_MISSING',
    ]);
  });

  it.each([
    ['one of our own', 'Manifest.json', 'x'],
    ['one that GitHub would change', 'a b.json', 'x'],
    ['one of an empty document', 'profile.arrow', ''],
  ])('a name of a document: %s', async (_, name, text) => {
    const w = versionsWorld();
    const named = w.registration({ documents: [{ name, source: source(text) }] });
    await expect(register(named, w.process())).rejects.toThrow(name);
  });

  it('names every problem at once', async () => {
    const files = [plain('.git/config', 'x'), plain('a.pkl', Buffer.from(PICKLE, 'latin1'))];
    expect(await refusedFor(files, '.git/config')).toHaveLength(2);
  });
});

describe('what goes up', () => {
  it('weights beside their model', async () => {
    const w = versionsWorld();
    const files = [
      placed('model.onnx', at('model.onnx')),
      placed('external.weights', at('external.weights')),
    ];
    const done = await register(w.registration({ files, entry: 'model.onnx', root: '/run' }), w.process());
    expect(done.version).toBe('v0.1.0');
  });

  it('a risky format that the config names', async () => {
    const w = versionsWorld();
    const files = [plain('model.pkl', Buffer.from(PICKLE, 'latin1'))];
    const named = w.registration({ files, entry: 'model.pkl', formats: ['pickle'] });
    expect((await register(named, w.process())).version).toBe('v0.1.0');
  });
});
