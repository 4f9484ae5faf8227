import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { handoverZip } from '../support/judging-world.ts';
import { finish, runsOf, upload, WORKFLOW } from './handed-over.ts';
import { facts, line, UNTIL } from './looks.ts';
import { stand, type Stand } from './stand.ts';

const rows = Array.from({ length: 600 }, (_, n) => ({ id: `c${n}`, churned: n % 3 === 0 ? 1 : 0 }));
const FILES = {
  'slipway.yaml': `version: 1
models:
  churn:
    task: binary
    data: {source: data.csv, split: {test: 0.5, by: hash, on: id}, id: id, target: churned}
    train: {run: python train.py, outputs: {model: [model/**]}}
    evaluate: {metrics: [roc_auc], gates: [{metric: roc_auc, min: 0.6}]}
    stages: {staging: {}}
`,
  'data.csv': `id,n,churned\n${rows.map(({ id, churned }, n) => `${id},${n},${churned}`).join('\n')}\n`,
  '.github/workflows/ci.yml': WORKFLOW,
};

/** Predictions that are right for most rows. */
const PREDICTIONS = `id,score\n${rows.map(({ id, churned }, n) => `${id},${(churned + (n % 7) / 7) / 2}`).join('\n')}\n`;

describe('a pull request’s model', () => {
  let here: Stand;
  beforeAll(async () => {
    here = await stand();
  });
  afterAll(() => here.close());

  it('is judged from its artifact, and the verdict stays in the one comment after the merge and a restart', async () => {
    const bot = await here.bot();
    const place = await here.repository('judged', FILES);
    const [run] = runsOf(here, place, 'pull_request');
    const model = { 'model/model.json': '{}', 'predictions.csv': PREDICTIONS };
    upload(here, place, run!, 'slipway-churn', handoverZip(model, { model: 'churn' }));
    finish(here, run!);
    expect(await line(here, place, { msg: 'pull request judged' })).toMatchObject({
      ...{ model: 'churn', decision: 'inconclusive', reason: 'BASELINE_FAILED' },
    });
    const report = async () => (await facts(here, place)).answers;
    const isJudged = [expect.stringContaining('churn: CANNOT TELL') as unknown];
    await expect.poll(report, UNTIL).toEqual(isJudged);
    await here.as('owner')('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
      ...{ owner: 'owner', repo: place.name, pull_number: place.pull },
    });
    await here.comment('writer', place, '/status');
    await expect.poll(async () => (await report()).join(), UNTIL).toContain('## Status');
    expect(await report()).toEqual(isJudged);
    await bot.stop();
    await here.bot();
    await here.comment('writer', place, '/help');
    await expect.poll(async () => (await report()).join(), UNTIL).toContain('<summary>Commands</summary>');
    expect(await report()).toEqual(isJudged);
  }, 60_000);
});
