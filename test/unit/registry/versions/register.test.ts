import { describe, expect, it } from 'vitest';

import { sha256 } from '../../../../src/contracts/digest.ts';
import { FILES, register, versionsWorld } from './world.ts';

describe('register', () => {
  it('ends in one entry, one annotated tag and one published release with exactly these files', async () => {
    const w = versionsWorld();
    const done = await register(w.registration(), w.process());
    expect(done).toMatchObject({ version: 'v0.1.0', tag: 'churn@v0.1.0', n: 1, already: false, warnings: [] });
    const state = await w.state();
    expect(state).toMatchObject({ entries: ['register churn v0.1.0'], tags: ['churn@v0.1.0'], drafts: [] });
    expect(state.published['churn@v0.1.0']).toEqual({
      'model.model.onnx': sha256(FILES['model/model.onnx']),
      'model.labels.txt': sha256(FILES['model/labels.txt']),
      'model.thresholds.json': sha256(FILES['model/thresholds.json']),
      'manifest.json': done.manifest,
      'metrics.json': expect.any(String),
      'model-card.md': expect.any(String),
    });
  });
});
