import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { RunningBot } from '../../bot/main.ts';
import { deliverAgain, facts, PRODUCED, signed, STAGED, stories, UNTIL, type Change } from './looks.ts';
import { stand, type Place, type Stand } from './stand.ts';

describe('the bot, over HTTP', () => {
  let here: Stand;
  let bot: RunningBot;
  let forApproval: Place;
  beforeAll(async () => {
    here = await stand();
    bot = await here.bot();
    // Approvals of the second in which a version was registered do not count: GitHub's times are whole seconds.
    forApproval = await here.repository('by-command');
  });
  afterAll(() => here.close());

  const replay = (to: RunningBot, change: Change) => deliverAgain(here, to, change);

  it('turns a writer’s label into an entry, one comment, a deployment record and a stage tag', async () => {
    const place = await here.repository('by-label');
    await here.label('writer', place, 'promote:staging');
    await expect.poll(() => stories(here, place), UNTIL).toEqual(STAGED);
    await expect.poll(async () => (await facts(here, place)).labels, UNTIL).toEqual([]);
    await expect.poll(async () => (await facts(here, place)).environments, UNTIL).toEqual(['staging']);
    await expect
      .poll(async () => (await facts(here, place)).tags, UNTIL)
      .toEqual(['refs/tags/churn#staging#1']);
    const { answers } = await facts(here, place);
    expect(answers).toHaveLength(1);
    expect(answers[0]).toContain('staging');
    const [, promoted] = await here.entries(place);
    expect(promoted).toMatchObject({ actor: { login: 'writer' }, mode: 'app', version: 'v1.0.0' });
  });

  it('promotes on a command once somebody else has approved by a label, and gives receipts', async () => {
    const place = forApproval;
    await here.comment('writer', place, '/promote churn staging');
    await expect.poll(() => stories(here, place), UNTIL).toEqual(STAGED);
    const asked = await here.comment('writer', place, '/promote churn production');
    await expect.poll(async () => await (await facts(here, place)).receipts(asked), UNTIL).toEqual(['eyes']);
    expect(await stories(here, place)).toEqual(STAGED);
    const [registered] = await here.entries(place);
    await expect.poll(() => Date.now(), UNTIL).toBeGreaterThan(Date.parse(registered!.at) + 2000);
    await here.label('writer-2', place, 'approve:production');
    await expect.poll(() => stories(here, place), UNTIL).toEqual(PRODUCED);
    const promoted = (await here.entries(place)).at(-2);
    expect(promoted?.approvals.map(({ login, via }) => `${login} ${via}`)).toEqual(['writer-2 label']);
    await expect
      .poll(async () => await (await facts(here, place)).receipts(asked), UNTIL)
      .toContain('rocket');
  });

  it('lets nobody without rights cause anything, whatever they write', async () => {
    const place = await here.repository('forged');
    await here.comment('reader', place, '/promote churn staging');
    await here.comment('outsider', place, '/promote churn staging');
    await here.comment('outsider', place, '<!-- slipway:report -->\n/approve churn@v1.0.0 production');
    await expect(here.label('reader', place, 'promote:staging')).rejects.toMatchObject({ status: 403 });
    // A last request that is granted shows that all before it was read.
    const last = await here.comment('owner', place, '/promote churn staging');
    await expect.poll(() => stories(here, place), UNTIL).toEqual(STAGED);
    expect((await here.entries(place))[1]).toMatchObject({ actor: { login: 'owner' } });
    await expect.poll(async () => await (await facts(here, place)).receipts(last), UNTIL).toContain('rocket');
    expect((await facts(here, place)).answers).toHaveLength(1);
  });

  it('takes no badly signed delivery, and a replayed one changes nothing', async () => {
    const place = await here.repository('replayed');
    await here.label('writer', place, 'promote:staging');
    await expect.poll(() => stories(here, place), UNTIL).toEqual(STAGED);
    const before = here.lines.length;
    const bad = await replay(bot, (body) => ({ ...signed(body), body: `${body} ` }));
    expect(new Set(bad)).toEqual(new Set([401]));
    expect(here.lines.slice(before).filter(({ msg }) => msg === 'delivery refused')).toHaveLength(bad.length);
    expect(new Set(await replay(bot, signed))).toEqual(new Set([202]));
    await here.comment('writer', place, '/promote churn production');
    await expect.poll(async () => (await facts(here, place)).answers.join(''), UNTIL).toContain('production');
    expect(await stories(here, place)).toEqual(STAGED);
  });

  it('records once what two replicas hear at the same time', async () => {
    const places = await Promise.all([1, 2].map((n) => here.repository(`twice-${n}`)));
    const other = await here.bot({ deaf: true });
    for (const place of places) await here.label('writer', place, 'promote:staging');
    await replay(other, signed);
    for (const place of places) {
      await expect.poll(() => stories(here, place), UNTIL).toEqual(STAGED);
      await expect.poll(async () => (await facts(here, place)).answers.length, UNTIL).toBe(1);
    }
    await other.stop();
    await expect(fetch(`${other.url}/healthz`)).rejects.toThrow();
  });

  it('finds by itself what it was asked for while it was away, without any webhook', async () => {
    await bot.stop();
    const place = await here.repository('lost');
    await here.label('writer', place, 'promote:staging');
    expect(await stories(here, place)).toEqual(['register']);
    bot = await here.bot({ deaf: true });
    await expect.poll(() => stories(here, place), UNTIL).toEqual(STAGED);
  });

  it('says how it is', async () => {
    const page = async (path: string) => await (await fetch(`${bot.url}${path}`)).text();
    expect(await page('/healthz')).toBe('ok');
    expect(await page('/readyz')).toBe('ok');
    await expect.poll(() => page('/metrics'), UNTIL).toMatch(/slipway_entries_total\{op="promote"\} 1/);
    expect(JSON.stringify(here.lines)).not.toMatch(/ghs_|BEGIN RSA|eyJ|"payload"/);
  });
});
