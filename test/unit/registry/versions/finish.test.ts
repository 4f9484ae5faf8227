import { describe, expect, it } from 'vitest';

import { sha256 } from '../../../../src/contracts/digest.ts';
import { printVersionTag, readVersionTag } from '../../../../src/registry/index.ts';
import { register, versionsWorld, type Fault, type VersionsWorld } from './world.ts';

const HOUR = 3_600_000;

/** Registers until a call that matches, where the process ends. */
async function until(w: VersionsWorld, call: RegExp, kind: Fault = 'crash-before', nth = 0): Promise<void> {
  const dry = versionsWorld();
  const process = dry.process();
  await register(dry.registration(), process);
  const places = process.calls.flatMap((made, at) => (call.test(made) ? [at] : []));
  const at = places.at(nth)!;
  await expect(register(w.registration(), w.process({ fault: { at, kind } }))).rejects.toThrow();
}

const PUBLISH = /^PATCH .*releases/;

describe('finishVersions', () => {
  it('takes one call where there is nothing to do', async () => {
    const w = versionsWorld();
    await register(w.registration(), w.process());
    const known = new Set<string>();
    await w.finish(w.process(), known);
    const process = w.process();
    expect(await w.finish(process, known)).toEqual({ finished: [], cleaned: [], troubles: [] });
    expect(process.calls).toHaveLength(1);
  });

  it('publishes what is registered, with the train key in its tag', async () => {
    const w = versionsWorld();
    await until(w, PUBLISH, 'crash-before', -1);
    w.world.call('owner', 'DELETE /repos/owner/repo/git/refs/tags/churn@v0.1.0');
    expect(await w.finish()).toEqual({ finished: ['churn@v0.1.0'], cleaned: [], troubles: [] });
    const tag = await w.process().tags.read('churn@v0.1.0');
    expect(readVersionTag('churn@v0.1.0', tag?.message ?? '')?.trainKey).toBe(sha256('train key'));
    expect((await w.state()).drafts).toEqual([]);
  });

  it('leaves a registration alone that still goes on', async () => {
    const w = versionsWorld();
    await until(w, /git\/tags/, 'crash-before');
    w.world.clock.advance(HOUR / 2);
    expect(await w.finish()).toEqual({ finished: [], cleaned: [], troubles: [] });
    expect((await w.state()).drafts).toEqual(['churn@v0.1.0']);
  });

  it('takes an old draft that somebody goes on with for none that is abandoned', async () => {
    const w = versionsWorld();
    await until(w, /git\/refs/, 'crash-after', 0);
    w.world.clock.advance(2 * HOUR);
    const before = async (call: string) => {
      if (call.startsWith('POST') && call.endsWith('git/trees'))
        expect((await w.finish()).cleaned).toEqual([]);
    };
    await register(w.registration(), w.process({ before }));
    expect(await w.state()).toMatchObject({ tags: ['churn@v0.1.0'], drafts: [] });
  });

  it('loses no release, whenever it comes between two steps of a registration', async () => {
    const dry = versionsWorld();
    const calls = dry.process();
    await register(dry.registration(), calls);
    for (let at = 0; at < calls.calls.length; at++) {
      const w = versionsWorld();
      let n = 0;
      const before = async () => {
        if (n++ === at) await w.finish();
      };
      await register(w.registration(), w.process({ before }));
      const state = await w.state();
      expect([at, Object.keys(state.published), state.drafts]).toEqual([at, ['churn@v0.1.0'], []]);
    }
  });

  it('touches no draft of others, nor one of its own that no registration made', async () => {
    const w = versionsWorld();
    const key = sha256('anything');
    const draft = (body: string) => ({ tag: 'churn@v0.1.0', commit: w.commit, title: 'x', body });
    await w.process({ who: 'writer' }).releases.createDraft(draft(`<!-- slipway-key: ${key} -->`));
    await w.process().releases.createDraft(draft('notes of a person'));
    w.world.clock.advance(2 * HOUR);
    expect(await w.finish()).toEqual({ finished: [], cleaned: [], troubles: [] });
    expect((await w.state()).drafts).toHaveLength(2);
  });

  it('never publishes a draft that a writer made to look like a registered version', async () => {
    const w = versionsWorld();
    const done = await register(w.registration(), w.process());
    const writer = w.process({ who: 'writer' });
    const { key } = w.registration();
    const forged = await writer.releases.createDraft({
      tag: done.tag,
      commit: w.commit,
      title: 'x',
      body: `<!-- slipway-key: ${key} -->`,
    });
    expect(await w.finish()).toEqual({ finished: [], cleaned: [], troubles: [] });
    await register(w.registration(), w.process());
    expect(await w.process().releases.get(forged.id)).toMatchObject({ draft: true });
  });

  it('names a version whose draft was deleted, which the same registration completes', async () => {
    const w = versionsWorld();
    await until(w, PUBLISH, 'crash-before', -1);
    const [draft] = await w.process().releases.ownDrafts();
    w.world.call('owner', `DELETE /repos/owner/repo/releases/${draft!.id}`);
    const { troubles } = await w.finish();
    expect(troubles.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'RELEASE_MISSING churn@v0.1.0 is registered, but its release was deleted',
    ]);
    await register(w.registration(), w.process());
    expect(await w.finish()).toEqual({ finished: [], cleaned: [], troubles: [] });
  });

  it('publishes nothing under a tag that somebody else made, and names it', async () => {
    const w = versionsWorld();
    await until(w, PUBLISH, 'crash-before', -1);
    w.world.call('owner', 'DELETE /repos/owner/repo/git/refs/tags/churn@v0.1.0');
    w.world.call('writer', 'POST /repos/owner/repo/git/refs', {
      ref: 'refs/tags/churn@v0.1.0',
      sha: w.commit,
    });
    const { finished, troubles } = await w.finish();
    expect(finished).toEqual([]);
    expect(troubles.map(({ code }) => code)).toEqual(['EXISTS']);
    expect((await w.state()).published).toEqual({});
  });

  it('publishes nothing under an annotated tag that names other bytes', async () => {
    const w = versionsWorld();
    await until(w, PUBLISH, 'crash-before', -1);
    w.world.call('owner', 'DELETE /repos/owner/repo/git/refs/tags/churn@v0.1.0');
    const { name, message } = printVersionTag({
      model: 'churn',
      version: 'v0.1.0',
      manifest: sha256('other bytes'),
      trainKey: sha256('train key'),
    });
    await w.process({ who: 'writer' }).tags.create({ name, commit: w.commit, message });
    const { finished, troubles } = await w.finish();
    expect(finished).toEqual([]);
    expect(troubles.map(({ code }) => code)).toEqual(['EXISTS']);
    expect((await w.state()).published).toEqual({});
  });

  it('keeps its draft beside a release of the name that somebody else published', async () => {
    const w = versionsWorld();
    await until(w, PUBLISH, 'crash-before', -1);
    w.world.call('writer', 'POST /repos/owner/repo/releases', { tag_name: 'churn@v0.1.0' });
    const { finished, troubles } = await w.finish();
    expect(finished).toEqual([]);
    expect(troubles.map(({ code }) => code)).toEqual(['EXISTS']);
    expect((await w.state()).drafts).toEqual(['churn@v0.1.0']);
  });

  it('publishes nothing where rules refuse the tag: GitHub would make a lightweight one', async () => {
    const w = versionsWorld();
    await until(w, PUBLISH, 'crash-before', -1);
    w.world.call('owner', 'DELETE /repos/owner/repo/git/refs/tags/churn@v0.1.0');
    w.world.call('owner', 'POST /repos/owner/repo/rulesets', {
      name: 'versions',
      target: 'tag',
      enforcement: 'active',
      conditions: { ref_name: { include: ['refs/tags/*'], exclude: [] } },
      rules: [{ type: 'creation' }],
    });
    const { troubles } = await w.finish();
    expect(troubles.map(({ code }) => code)).toEqual(['PERMISSION']);
    expect(await w.state()).toMatchObject({ tags: [], published: {}, drafts: ['churn@v0.1.0'] });
  });

  it('does nothing where the log was tampered with', async () => {
    const w = versionsWorld();
    await until(w, PUBLISH, 'crash-before', -1);
    w.world.call('writer', 'PATCH /repos/owner/repo/git/refs/heads/slipway/log', {
      sha: w.commit,
      force: true,
    });
    const process = w.process();
    expect(await w.finish(process)).toEqual({ finished: [], cleaned: [], troubles: [] });
    expect(process.calls).toEqual([]);
  });
});
