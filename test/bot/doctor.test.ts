import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { documentOf, slipway } from '../support/cli.ts';
import { CONFIG, stand, type Place, type Stand } from './stand.ts';

interface Finding {
  readonly check: string;
  readonly status: string;
  readonly relied: boolean;
  readonly found: string;
  readonly repair: string | null;
}

describe('slipway doctor', () => {
  let here: Stand;
  let place: Place;
  beforeAll(async () => {
    here = await stand();
    place = await here.repository('sick');
  });
  afterAll(() => here.close());

  function clone(config: string): string {
    const folder = mkdtempSync(join(here.sandbox.folder, 'clone-'));
    execFileSync('git', ['init', '-q', '-b', 'main', folder]);
    writeFileSync(join(folder, 'slipway.yaml'), config);
    return folder;
  }

  async function doctor(folder: string, who: 'owner' | 'writer' | null, name = place.name) {
    const ended = await slipway(folder, ['doctor', '--json'], {
      GH_TOKEN: who === null ? '' : here.sandbox.token(who),
      GITHUB_TOKEN: '',
      GITHUB_REPOSITORY: `owner/${name}`,
      ...here.environment,
    });
    const { mode, findings, decision } = documentOf(ended) as unknown as {
      mode: string | null;
      findings: readonly Finding[];
      decision: string;
    };
    return {
      code: ended.code,
      mode,
      decision,
      of: (check: string) => findings.find((one) => one.check === check),
    };
  }

  it('fails where approvals are asked for and any writer can write the log', async () => {
    await here.as('owner')('POST /user/repos', { name: 'unruled', auto_init: true });
    const unruled = await doctor(clone(CONFIG), 'owner', 'unruled');
    expect(unruled).toMatchObject({ code: 1, mode: 'open', decision: 'fail' });
    expect(unruled.of('rules of the log')).toMatchObject({ status: 'missing', relied: true });
    expect(unruled.of('log')).toMatchObject({ status: 'ok', found: 'empty' });
  });

  it('says the mode as the log enforces it and what is missing beside, until its own repairs are made', async () => {
    const folder = clone(CONFIG);
    const sick = await doctor(folder, 'owner');
    expect(sick).toMatchObject({ code: 0, mode: 'app', decision: 'pass' });
    expect(sick.of('log')).toMatchObject({ found: expect.stringContaining('signed for the App') as string });
    expect(sick.of('rules of the log')).toMatchObject({
      status: 'missing',
      relied: false,
      found: expect.stringContaining('what the App did not sign is not acted upon') as string,
    });
    expect(sick.of('App')).toMatchObject({ status: 'ok' });
    const owner = here.as('owner');
    // Rule by rule: each repair is the one that the doctor names next.
    for (const check of ['rules of the log', 'rules of the log', 'rules of version and stage tags']) {
      const { repair } = (await doctor(folder, 'owner')).of(check)!;
      const body = /^echo '(.*)' \| gh api -X POST repos\/owner\/sick\/rulesets --input -$/.exec(
        repair ?? '',
      )![1]!;
      const values = { owner: 'owner', repo: 'sick', ...(JSON.parse(body) as object) };
      await owner('POST /repos/{owner}/{repo}/rulesets', values);
    }
    await owner('PUT /repos/{owner}/{repo}/immutable-releases', { owner: 'owner', repo: 'sick' });
    const well = await doctor(folder, 'owner');
    expect(well).toMatchObject({ code: 0, mode: 'app', decision: 'pass' });
    for (const check of [
      'rules of the log',
      'rules of version and stage tags',
      'immutable releases',
      'config',
      'git',
    ])
      expect(well.of(check)).toMatchObject({ status: 'ok', repair: null });
    // The rules do not stand in the App's own way.
    await here.bot();
    await here.label('writer', place, 'promote:staging');
    await expect
      .poll(async () => (await here.entries(place)).map(({ op }) => op), { timeout: 10_000, interval: 100 })
      .toEqual(['register', 'promote', 'verified']);
  });

  it('says what it could not look at, without a token and with one that sees less', async () => {
    const offline = await doctor(clone(CONFIG), null);
    expect(offline).toMatchObject({ code: 0, mode: null });
    expect(offline.of('GitHub')).toMatchObject({ status: 'unknown' });
    const writer = await doctor(clone(CONFIG), 'writer');
    expect(writer.of('workflow token')).toMatchObject({ status: 'unknown' });
  });

  it('names a config that cannot be read', async () => {
    const broken = await doctor(clone('version: 1\nmodels: 3\n'), null);
    expect(broken.code).toBe(1);
    expect(broken.of('config')).toMatchObject({ status: 'missing', relied: true });
  });
});
