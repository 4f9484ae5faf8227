import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { unzip } from '../../../../src/platform/storage/unzip.ts';
import { zipOf, type Envelope, type Piece } from '../../../support/zips.ts';

const LIMITS = { entries: 50, entryBytes: 4 << 20, totalBytes: 6 << 20, ratio: 200 };
const MIB = 1 << 20;

let home: string;
let into: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'slipway-unzip-'));
  into = join(home, 'a', 'b');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

async function unpacked(bytes: Uint8Array, more: { links?: 'refuse' | 'skip'; strip?: number } = {}) {
  rmSync(join(home, 'a'), { recursive: true, force: true });
  mkdirSync(into, { recursive: true });
  const archive = join(home, 'archive.zip');
  writeFileSync(archive, bytes);
  return await unzip({ archive, into, limits: LIMITS, links: 'refuse', ...more });
}

/** Everything below the test's folder but the archive and what was unpacked where it belongs. */
function strayed(): string[] {
  const all = readdirSync(home, { recursive: true, encoding: 'utf8' });
  return all.filter((path) => !['archive.zip', 'a', 'a/b'].includes(path) && !path.startsWith('a/b/'));
}

const refusal = (pieces: readonly Piece[], envelope?: Envelope) =>
  expect(unpacked(zipOf(pieces, envelope))).rejects;

const ARTIFACT_REFUSED = (message: RegExp) => ({
  code: 'ARTIFACT_REFUSED',
  message: expect.stringMatching(message) as string,
});

describe('an honest archive', () => {
  test('is unpacked, stored and deflated entries alike, with digests', async () => {
    const large = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * at) % 251));
    const files = { 'run.json': '{}', 'model/model.onnx': large, 'model/ä/empty': '' };
    const bytes = zipSync({
      'run.json': [Buffer.from('{}'), { level: 0 }],
      'model/': new Uint8Array(),
      'model/model.onnx': large,
      'model/ä/empty': new Uint8Array(),
    });
    const found = await unpacked(bytes);
    expect(found.map(({ path }) => path)).toEqual(['model/model.onnx', 'model/ä/empty', 'run.json']);
    for (const [path, content] of Object.entries(files)) {
      expect(readFileSync(join(into, path)).equals(Buffer.from(content))).toBe(true);
      const sha256 = createHash('sha256').update(content).digest('hex');
      expect(found).toContainEqual({ path, sha256, bytes: Buffer.from(content).length });
    }
    expect(strayed()).toEqual([]);
  });

  test('with sizes behind the data, as streaming writers leave them', async () => {
    const pieces = [{ name: 'a.txt', content: 'hello', flags: 0x808, local: { bytes: 0 } }];
    expect(await unpacked(zipOf(pieces))).toMatchObject([{ path: 'a.txt', bytes: 5 }]);
  });

  test('loses its outer folder, and its links where they are to be skipped', async () => {
    const pieces = [
      { name: 'repo-1/', mode: 0o040755, method: 0 },
      { name: 'repo-1/a.txt', content: 'hello' },
      { name: 'repo-1/link', content: '/etc/passwd', mode: 0o120777 },
    ];
    expect(await unpacked(zipOf(pieces), { links: 'skip', strip: 1 })).toMatchObject([{ path: 'a.txt' }]);
    expect(existsSync(join(into, 'link'))).toBe(false);
  });
});

describe('a hostile archive is refused', () => {
  test.each([
    ['a way up', '../up'],
    ['a way up inside', 'model/../../up'],
    ['an absolute path', '/srv/up'],
    ['a drive', 'C:/up'],
    ['backslashes', '..\\up'],
    ['an empty part', 'model//up'],
    ['a dot', './up'],
    ['NUL', 'up\0.txt'],
    ['a line break', 'up\n## owned'],
    ['a thousand letters', 'a/'.repeat(500) + 'a'],
    ['a name no file system takes', 'ä'.repeat(128)],
    ['no name', ''],
  ])('with %s in a name', async (_, name) => {
    await refusal([
      { name: 'ok', content: 'x' },
      { name, content: 'x' },
    ]).toMatchObject(ARTIFACT_REFUSED(/holds the name/));
    expect(readdirSync(into)).toEqual([]);
    expect(strayed()).toEqual([]);
  });

  test('with links and devices', async () => {
    await refusal([{ name: 'l', content: '../..', mode: 0o120777 }]).toMatchObject(ARTIFACT_REFUSED(/link/));
    await refusal([{ name: 'p', content: '', mode: 0o010644 }]).toMatchObject(ARTIFACT_REFUSED(/neither/));
    await refusal([{ name: 'd/', mode: 0o100644, method: 0 }]).toMatchObject(ARTIFACT_REFUSED(/neither/));
  });

  test('with one name twice, also where only the case differs or a file is a folder', async () => {
    const twice = (one: string, other: string) =>
      refusal([
        { name: one, content: 'good' },
        { name: other, content: 'bad' },
      ]).toMatchObject(ARTIFACT_REFUSED(/twice|file and folder/));
    await twice('run.json', 'run.json');
    await twice('run.json', 'RUN.json');
    await twice('a', 'a/b');
    await twice('é', 'é');
  });

  test('that is a bomb: by ratio, by size, by entries', async () => {
    const zeros = Buffer.alloc(4 * MIB);
    await refusal([{ name: 'bomb', content: zeros }]).toMatchObject(ARTIFACT_REFUSED(/unpack to/));
    await refusal([{ name: 'big', content: 'x', bytes: 5 * MIB }]).toMatchObject(ARTIFACT_REFUSED(/at most/));
    const noise = Buffer.from(Array.from({ length: 3 * MIB }, (_, at) => (at * 7919) % 256));
    const three = ['1', '2', '3'].map((name) => ({ name, content: noise, method: 0 }));
    await refusal(three).toMatchObject(ARTIFACT_REFUSED(/unpacks to/));
    const many = Array.from({ length: 51 }, (_, at) => ({ name: `${at}`, content: '' }));
    await refusal(many).toMatchObject(ARTIFACT_REFUSED(/51 entries/));
  });

  test('that says less than it unpacks to, or more', async () => {
    const content = Buffer.alloc(MIB, 'a');
    await refusal([{ name: 'a', content, bytes: 10 }]).toMatchObject(ARTIFACT_REFUSED(/larger than it says/));
    await refusal([{ name: 'a', content: 'short', bytes: 50 }]).toMatchObject(ARTIFACT_REFUSED(/not what/));
    await refusal([{ name: 'a', content: 'short', crc: 1 }]).toMatchObject(ARTIFACT_REFUSED(/not what/));
    await refusal([{ name: 'a', content: 'stored', method: 0, bytes: 3 }]).toMatchObject(
      ARTIFACT_REFUSED(/lies/),
    );
  });

  test('whose entries overlap, lie outside, or say two things', async () => {
    const content = Buffer.alloc(1000, 'kernel');
    const pieces = [
      { name: 'same', content },
      { name: 'same2', content },
    ];
    await refusal([
      pieces[0]!,
      { ...pieces[0]!, name: 'sama', offset: 0, local: { name: 'sama' } },
    ]).toMatchObject(ARTIFACT_REFUSED(/two things|overlap/));
    const bytes = zipOf([
      { name: 'a', content: zipOf([{ name: 'b', content }]), method: 0 },
      { name: 'b', content, offset: 31 },
    ]);
    await expect(unpacked(bytes)).rejects.toMatchObject(ARTIFACT_REFUSED(/overlap/));
    await refusal([{ name: 'a', content: 'x', offset: 4000 }]).toMatchObject(ARTIFACT_REFUSED(/outside/));
    await refusal([{ name: 'a', content: 'x', packed: 4000 }]).toMatchObject(
      ARTIFACT_REFUSED(/outside|two things/),
    );
    await refusal([{ name: 'run.json', content: 'x', local: { name: 'run.jsoN' } }]).toMatchObject(
      ARTIFACT_REFUSED(/two things/),
    );
    await refusal([{ name: 'a', content: 'xy', local: { bytes: 1 } }]).toMatchObject(
      ARTIFACT_REFUSED(/two things/),
    );
  });

  test('that is encrypted, zip64, packed otherwise, or no zip', async () => {
    await refusal([{ name: 'a', content: 'x', flags: 0x801 }]).toMatchObject(ARTIFACT_REFUSED(/encrypted/));
    await refusal([{ name: 'a', content: 'x', bytes: 0xffffffff }]).toMatchObject(ARTIFACT_REFUSED(/zip64/));
    await refusal([], { count: 0xffff }).toMatchObject(ARTIFACT_REFUSED(/zip64/));
    await refusal([{ name: 'a', content: 'x', method: 12 }]).toMatchObject(ARTIFACT_REFUSED(/method 12/));
    await refusal([{ name: Buffer.from([0xff, 0xfe]), content: 'x' }]).toMatchObject(
      ARTIFACT_REFUSED(/UTF-8/),
    );
    await refusal([{ name: 'a', content: 'x' }], { count: 2 }).toMatchObject(ARTIFACT_REFUSED(/damaged/));
    const behind = Buffer.concat([zipOf([{ name: 'a', content: 'x' }]), Buffer.from('more')]);
    await expect(unpacked(behind)).rejects.toMatchObject(ARTIFACT_REFUSED(/no zip/));
    for (const bytes of [Buffer.alloc(0), Buffer.from('PK'), Buffer.alloc(5000, 'PK\x05\x06')])
      await expect(unpacked(bytes)).rejects.toMatchObject(ARTIFACT_REFUSED(/no zip|zip64|damaged|parts/));
  });
});

test('whatever the bytes, nothing is written elsewhere and every error is a refusal', async () => {
  const honest = zipOf([
    { name: 'run.json', content: '{"a":1}' },
    { name: 'model/m', content: Buffer.alloc(300, 'ab') },
    { name: 'predictions.csv', content: 'id,score\n1,0.5\n', method: 0 },
  ]);
  const edits = fc.array(fc.tuple(fc.nat(honest.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(edits, fc.nat(honest.length), async (changed, cut) => {
      const bytes = Buffer.from(honest);
      for (const [at, value] of changed) bytes[at] = value;
      const damaged = cut % 5 === 0 ? bytes.subarray(0, cut) : bytes;
      const error: unknown = await unpacked(damaged).then(
        () => null,
        (thrown: unknown) => thrown,
      );
      if (error !== null) expect(error).toMatchObject({ code: 'ARTIFACT_REFUSED' });
      expect(strayed()).toEqual([]);
    }),
    { seed: 7, numRuns: 300 },
  );
});
