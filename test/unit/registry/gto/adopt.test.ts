import { describe, expect, test } from 'vitest';

import { adoptGto, readGtoHistory } from '../../../../src/registry/gto/index.ts';

import type { RepositoryTag } from '../../../../src/registry/gto/events.ts';

const tags = (...rows: readonly (readonly [string, string, number])[]): readonly RepositoryTag[] =>
  rows.map(([name, commit, time]) => ({ name, commit, time, annotated: true }));
const CONFIG = {
  models: { churn: ['staging', 'production'] },
  stages: { prod: 'production', live: 'production' },
};
const HISTORY = [
  ['v1.2.3', 'c1', 1],
  ['churn@v1.0.0', 'c1', 1],
  ['churn@v1.1.0', 'c2', 2],
  ['churn#staging#1', 'c2', 3],
  ['churn#prod#2', 'c2', 4],
  ['churn#prod#3', 'c1', 5],
] as const;

describe('adopting a history of GTO', () => {
  test('versions and stages are taken over under the names of the config', () => {
    expect(adoptGto(readGtoHistory(tags(...HISTORY)), CONFIG)).toEqual({
      models: [
        {
          model: 'churn',
          versions: [
            { version: 'v1.0.0', commit: 'c1', tag: 'churn@v1.0.0', at: 1 },
            { version: 'v1.1.0', commit: 'c2', tag: 'churn@v1.1.0', at: 2 },
          ],
          stages: [
            { stage: 'production', version: 'v1.0.0', counter: 3 },
            { stage: 'staging', version: 'v1.1.0', counter: 1 },
          ],
        },
      ],
      problems: [],
    });
  });

  test.each([
    ['an artifact that is no model', ['fraud@v1.0.0', 'c1', 6], 'MODEL_UNKNOWN'],
    ['a stage the config does not have', ['churn#dev#4', 'c1', 6], 'STAGE_UNKNOWN'],
    ['a commit without a version', ['churn#staging#4', 'c9', 6], 'VERSION_UNKNOWN'],
    ['a version on two commits', ['churn@v1.0.0#4', 'c3', 6], 'VERSION_UNKNOWN'],
    ['a version too large', ['churn@v99999999999999999999.0.0', 'c4', 6], 'VERSION_UNKNOWN'],
    ['two stages that are one and disagree', ['churn#live#4', 'c2', 6], 'VERSION_UNKNOWN'],
  ] as const)('%s is left out and said', (_, row, code) => {
    const { problems } = adoptGto(readGtoHistory(tags(...HISTORY, row)), CONFIG);
    expect(problems[0]?.code).toBe(code);
  });
});
