import { describe, expect, it } from 'vitest';

import { sha256 } from '../../../../src/contracts/digest.ts';
import { isCodedError } from '../../../../src/contracts/errors.ts';
import { Manifest } from '../../../../src/contracts/manifest.ts';
import type { Release } from '../../../../src/registry/ports.ts';
import type { Registration } from '../../../../src/registry/index.ts';
import { commitFiles } from '../../../sandbox/history.ts';
import { FILES, golden, register, source, versionsWorld, type VersionsWorld } from './world.ts';

const OTHER = { run: { id: 'another run', url: null } };

function onnx(name: string): Pick<Registration, 'files' | 'entry' | 'run'> {
  const bytes = golden(name);
  return {
    entry: 'model.onnx',
    files: [{ path: 'model.onnx', source: source(bytes), sha256: sha256(bytes) }],
    run: { id: name, url: null },
  };
}

/** Codes and messages of what is thrown. */
async function refusal(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isCodedError(error)) throw new Error('it was not refused', { cause: error });
  return error.problems.map(({ code, message }) => `${code} ${message}`).join('\n');
}

function immutable(w: VersionsWorld): void {
  w.world.call('owner', 'PUT /repos/owner/repo/immutable-releases');
}

function release(w: VersionsWorld, tag: string): { id: number; url: string } {
  const found = w.world.call('owner', `GET /repos/owner/repo/releases/tags/${tag}`);
  return found.body as { id: number; url: string };
}

describe('register', () => {
  it('ends in one entry, one annotated tag and one published release with exactly these files', async () => {
    const w = versionsWorld();
    const done = await register(w.registration(), w.process());
    expect(done).toMatchObject({
      version: 'v0.1.0',
      tag: 'churn@v0.1.0',
      n: 1,
      already: false,
      warnings: [],
    });
    const state = await w.state();
    expect(state).toMatchObject({
      entries: ['register churn v0.1.0'],
      tags: ['churn@v0.1.0'],
      drafts: [],
    });
    expect(state.published['churn@v0.1.0']).toEqual({
      'model.model.onnx': sha256(FILES['model/model.onnx']),
      'model.labels.txt': sha256(FILES['model/labels.txt']),
      'model.thresholds.json': sha256(FILES['model/thresholds.json']),
      'manifest.json': done.manifest,
      'metrics.json': expect.any(String) as string,
      'model-card.md': expect.any(String) as string,
    });
  });

  it('is the same version when it is asked for again, with few calls and no upload', async () => {
    const w = versionsWorld();
    const first = await register(w.registration(), w.process());
    const again = w.process();
    expect(await register(w.registration(), again)).toEqual({ ...first, already: true });
    expect(again.calls.filter((call) => !call.startsWith('GET'))).toEqual([]);
  });

  it('splits files above the limit, packs what are too many, and keeps empty ones', async () => {
    const w = versionsWorld();
    const files = Array.from({ length: 12 }, (_, at) => {
      const bytes = Buffer.from(`line ${at}\n`.repeat(at * 10));
      return { path: `texts/${at}.txt`, source: source(bytes, 64), sha256: sha256(bytes) };
    });
    const limits = { assetBytes: 700, assets: 14 };
    const process = w.process({ limits });
    await register(w.registration({ files, entry: 'texts/1.txt' }), process);
    const [{ assets }] = (await process.releases.ofTag('churn@v0.1.0')) as [Release];
    expect(assets.length).toBeLessThanOrEqual(14);
    const bytesOf = async (name: string) => {
      const chunks = [];
      const { id } = assets.find((asset) => asset.name === name)!;
      for await (const chunk of process.releases.download(id, 0)) chunks.push(chunk);
      return Buffer.concat(chunks);
    };
    const manifest = Manifest.parse(JSON.parse((await bytesOf('manifest.json')).toString()));
    expect(manifest.files.some((file) => file.assets.length > 1)).toBe(true);
    expect(manifest.files.some((file) => file.assets.some(({ offset }) => offset !== undefined))).toBe(true);
    for (const [at, file] of manifest.files.entries()) {
      const parts = await Promise.all(
        file.assets.map(async ({ name, offset = 0 }) => (await bytesOf(name)).subarray(offset)),
      );
      expect(sha256(Buffer.concat(parts).subarray(0, file.bytes))).toBe(files[at]?.sha256);
      expect(file.sha256).toBe(files[at]?.sha256);
    }
  });
});

describe('the number', () => {
  it('follows the change of the signature, read from the last version', async () => {
    const w = versionsWorld();
    const numbers = [];
    for (const name of ['batch-of-1.onnx', 'logits.onnx'])
      numbers.push((await register(w.registration(onnx(name)), w.process())).version);
    const retrained = w.registration({ ...onnx('logits.onnx'), run: { id: 'retrained', url: null } });
    numbers.push((await register(retrained, w.process())).version);
    expect(numbers).toEqual(['v0.1.0', 'v1.0.0', 'v1.0.1']);
  });

  it('goes past names that any tag has, and takes one of the caller’s choice where it is free', async () => {
    const w = versionsWorld();
    w.world.call('writer', 'POST /repos/owner/repo/git/refs', {
      ref: 'refs/tags/churn@v2.0.0',
      sha: w.commit,
    });
    const own = w.registration({ number: { version: 'v2.0.0' } });
    expect(await refusal(register(own, w.process()))).toMatch(/^VERSION_EXISTS v2.0.0 is taken/);
    const done = await register(w.registration({ number: { bump: 'minor' } }), w.process());
    expect(done.version).toBe('v2.1.0');
  });

  it('warns where the commit carries a version already', async () => {
    const w = versionsWorld();
    await register(w.registration(), w.process());
    const { warnings } = await register(w.registration(OTHER), w.process());
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/churn@v0.1.0 is on the same commit/);
    const commit = commitFiles(w.world, { 'train.py': 'print(1)\n' });
    const next = await register(w.registration({ run: { id: 'third', url: null }, commit }), w.process());
    expect(next.warnings).toEqual([]);
  });

  it('leaves out a name that an immutable release used up, before anything is recorded', async () => {
    const w = versionsWorld();
    immutable(w);
    const tag = 'churn@v0.1.0';
    const made = w.world.call('owner', 'POST /repos/owner/repo/releases', {
      tag_name: tag,
      target_commitish: w.commit,
      draft: true,
    }).body as { id: number };
    w.world.call('owner', `PATCH /repos/owner/repo/releases/${made.id}`, { tag_name: tag, draft: false });
    w.world.call('owner', `DELETE /repos/owner/repo/releases/${made.id}`);
    expect(w.world.call('owner', `DELETE /repos/owner/repo/git/refs/tags/${tag}`).status).toBe(204);
    const done = await register(w.registration(), w.process());
    expect(done.version).toBe('v0.1.1');
    expect(done.warnings[0]).toMatch(/GitHub refuses the name churn@v0.1.0/);
    expect(await w.state()).toMatchObject({
      entries: ['register churn v0.1.1'],
      tags: ['churn@v0.1.1'],
      drafts: [],
    });
  });

  it('records nothing where a ruleset refuses its tags', async () => {
    const w = versionsWorld();
    const made = w.world.call('owner', 'POST /repos/owner/repo/rulesets', {
      name: 'versions',
      target: 'tag',
      enforcement: 'active',
      conditions: { ref_name: { include: ['refs/tags/*'], exclude: [] } },
      rules: [{ type: 'creation' }],
    });
    expect(made.status).toBe(201);
    expect(await refusal(register(w.registration(), w.process()))).toMatch(
      /^PERMISSION GitHub refuses to create the tag churn@v0.1.2/,
    );
    expect(await w.state()).toMatchObject({ entries: [], tags: [], published: {} });
  });
});

describe('two at once', () => {
  it.each([0, 1, 2, 3, 5, 8, 11, 13, 14, 15, 17, 19, 21])(
    'the same registration by two processes is one version (the other begins at call %i)',
    async (at) => {
      const w = versionsWorld();
      let second: ReturnType<typeof register> | undefined;
      let calls = 0;
      const before = async () => {
        if (calls++ !== at) return;
        second = register(w.registration(), w.process());
        await second;
      };
      const first = await register(w.registration(), w.process({ before }));
      const other = await second!;
      expect(other).toMatchObject({ version: first.version, manifest: first.manifest, n: 1 });
      const state = await w.state();
      expect(state).toMatchObject({
        entries: ['register churn v0.1.0'],
        tags: ['churn@v0.1.0'],
        drafts: [],
      });
      expect(Object.keys(state.published['churn@v0.1.0'] ?? {})).toHaveLength(6);
    },
  );

  it.each([1, 3, 8, 13, 14, 15, 17, 19, 21])(
    'two registrations of one model are two versions (the other begins at call %i)',
    async (at) => {
      const w = versionsWorld();
      let calls = 0;
      const before = async () => {
        if (calls++ === at) await register(w.registration(OTHER), w.process());
      };
      await register(w.registration(), w.process({ before }));
      const { entries, tags, published, drafts } = await w.state();
      expect(entries.toSorted()).toEqual(['register churn v0.1.0', 'register churn v0.1.1']);
      expect(tags).toEqual(['churn@v0.1.0', 'churn@v0.1.1']);
      expect(Object.keys(published).toSorted()).toEqual(tags);
      expect(drafts).toEqual([]);
    },
  );

  it('registers side by side, call by call', async () => {
    const w = versionsWorld();
    const models = ['churn', 'churn', 'fraud', 'fraud'];
    const done = await Promise.all(
      models.map((model, at) => {
        const run = { id: `run ${at}`, url: null };
        return register(w.registration({ model, run }), w.process());
      }),
    );
    expect(done.map(({ tag }) => tag).toSorted()).toEqual([
      'churn@v0.1.0',
      'churn@v0.1.1',
      'fraud@v0.1.0',
      'fraud@v0.1.1',
    ]);
    expect((await w.state()).drafts).toEqual([]);
  });
});

describe('uploads', () => {
  it('sends what was cut off once more, at once where it was its own', async () => {
    const w = versionsWorld();
    const begun = w.world.clock.now();
    const done = await register(w.registration(), w.process({ cut: 'model.model.onnx' }));
    expect(done.version).toBe('v0.1.0');
    expect(w.world.clock.now() - begun).toBeLessThan(10_000);
    const digest = (await w.state()).published['churn@v0.1.0']?.['model.model.onnx'];
    expect(digest).toBe(sha256(FILES['model/model.onnx']));
  });

  it('gives an upload that another process began a minute', async () => {
    const w = versionsWorld();
    // The process that began it is gone: its next call, the deletion of the starter, never comes.
    const gone = w.process({ cut: 'model.model.onnx', fault: { at: 7, kind: 'crash-before' } });
    await expect(register(w.registration(), gone)).rejects.toThrow();
    const begun = w.world.clock.now();
    const { core } = w.world.sandbox;
    expect([...core.tables.assets.all()].map(({ state }) => state)).toContain('starter');
    const fresh = [...core.tables.assets.all()].find(({ state }) => state === 'starter')!;
    core.store.transaction(() =>
      core.tables.assets.put({ ...fresh, updatedAt: new Date(begun).toISOString() }),
    );
    await register(w.registration(), w.process());
    expect(w.world.clock.now() - begun).toBeGreaterThanOrEqual(60_000);
    expect((await w.state()).drafts).toEqual([]);
  });

  it('registers nothing where the bytes are not those that were judged', async () => {
    const w = versionsWorld();
    const [model, ...rest] = w.registration().files;
    const changed = { ...model!, sha256: sha256('what was judged') };
    const call = register(w.registration({ files: [changed, ...rest] }), w.process());
    expect(await refusal(call)).toMatch(/^INPUT_CHANGED model.model.onnx: changed while it was registered/);
    expect(await w.state()).toMatchObject({ entries: [], tags: [], published: {} });
  });

  it('registers nothing where a file changes while it is sent', async () => {
    const w = versionsWorld();
    const bytes = Buffer.from('a,b\n1,2\n');
    let reads = 0;
    const changing = {
      bytes: bytes.length,
      async *read(start = 0) {
        await Promise.resolve();
        yield Buffer.from(++reads > 4 ? 'a,b\n6,6\n' : bytes).subarray(start);
      },
    };
    const files = [...w.registration().files, { path: 'table.csv', source: changing }];
    const call = register(w.registration({ files }), w.process({ before: () => void (reads = 9) }));
    expect(await refusal(call)).toMatch(/^INPUT_CHANGED table.csv/);
    expect(await w.state()).toMatchObject({ entries: [], tags: [] });
  });
});

describe('the log', () => {
  it('is looked at first: nothing is sent where it was tampered with', async () => {
    const w = versionsWorld();
    await register(w.registration(), w.process());
    const head = (await w.log()).head;
    w.world.call('writer', 'PATCH /repos/owner/repo/git/refs/heads/slipway/log', {
      sha: w.commit,
      force: true,
    });
    expect((await w.log()).head).not.toBe(head);
    const process = w.process();
    expect(await refusal(register(w.registration(OTHER), process))).toMatch(/^LOG_TAMPERED nothing was/);
    expect(process.calls.filter((call) => !call.startsWith('GET'))).toEqual([]);
  });
});

describe('a release that is gone', () => {
  it('is completed by the same registration', async () => {
    const w = versionsWorld();
    const first = await register(w.registration(), w.process());
    const { id } = release(w, 'churn@v0.1.0');
    w.world.call('owner', `DELETE /repos/owner/repo/releases/${id}`);
    expect((await w.state()).published).toEqual({});
    const again = await register(w.registration(), w.process());
    expect(again).toMatchObject({ version: 'v0.1.0', manifest: first.manifest, n: 1, already: true });
    expect((await w.state()).published['churn@v0.1.0']?.['manifest.json']).toBe(first.manifest);
  });
});
