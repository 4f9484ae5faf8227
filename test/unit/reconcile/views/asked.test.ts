import { describe, expect, it } from 'vitest';

import { repositoryWorld } from '../world.ts';

/** What the one comment says after one pass, and the receipts of a comment. */
async function said(body: string) {
  const world = repositoryWorld();
  await world.registered('churn', 'v1.0.0');
  world.label('writer', 'promote:staging');
  await world.reconcile();
  const comment = world.comment('reader', body);
  await world.reconcile();
  const { reactions } = world.world.sandbox.core.tables;
  const receipts = [...reactions.all()].map(({ content }) => content);
  return { text: world.comments('slipway[bot]')[0] ?? '', comment, receipts };
}

describe('commands that ask for no entry', () => {
  it('/status shows every stage of every model, also empty ones, and what waits', async () => {
    const { text, receipts } = await said('/status\n/promote churn production');
    expect(text).toContain('| `churn` | `staging` | `v1.0.0` | **runs** | `writer` |');
    expect(text).toMatch(/\| `churn` \| `production` \| – \|/);
    expect(receipts).toEqual(['confused']);
  });

  it('/status of a model that is not there shows nothing', async () => {
    const { text, receipts } = await said('/status fraud');
    expect(text).not.toContain('## Status');
    expect(receipts).toEqual(['rocket']);
  });

  it('/help shows a table that GitHub renders', async () => {
    const { text, receipts } = await said('/help');
    expect(text).toContain('| `/rollback MODEL STAGE [VERSION]` | goes back');
    expect(text).not.toContain('```');
    expect(receipts).toEqual(['rocket']);
  });

  it('/retrain is not passed over in silence', async () => {
    const { text, receipts } = await said('/retrain churn');
    expect(text).toContain('`/retrain` is not active');
    expect(receipts).toEqual(['confused']);
  });
});

it('folds away all but the newest requests that were refused', async () => {
  const world = repositoryWorld();
  await world.registered('churn', 'v1.0.0');
  for (let n = 1; n <= 7; n++) world.comment('writer', `/promote churn@v9.0.${n} staging\n/promot ${n}`);
  await world.reconcile();
  const [text = ''] = world.comments('slipway[bot]');
  const [open = '', folded = ''] = text.split('<summary>Earlier</summary>');
  expect([...open.matchAll(/Not done: `churn@v9\.0\.(\d)`/g)].map(([, n]) => n)).toEqual([
    '3',
    '4',
    '5',
    '6',
    '7',
  ]);
  expect([...folded.matchAll(/Not done: `churn@v9\.0\.(\d)`/g)].map(([, n]) => n)).toEqual(['1', '2']);
});
