import { describe, expect, test } from 'vitest';

import { chooseArtifacts, chooseRuns, modelNamed } from '../../../../src/reconcile/evaluation/choose-run.ts';
import type { HeadRun, PullFacts, RunArtifact } from '../../../../src/reconcile/ports.ts';

const HERE = 1;
const HEAD = 'a'.repeat(40);

const PULL: PullFacts = {
  number: 7,
  author: { id: 5, login: 'writer' },
  ...{ open: true, draft: false, merged: false, mergeCommit: null },
  head: { commit: HEAD, branch: 'change', here: true },
  base: { branch: 'main', commit: 'b'.repeat(40) },
};

const RUN: HeadRun = {
  ...{ id: 10, attempt: 1, event: 'pull_request', status: 'completed', conclusion: 'success' },
  ...{ headSha: HEAD, headBranch: 'change', repository: HERE, headRepository: HERE, url: '' },
};

const ARTIFACT: RunArtifact = {
  ...{ id: 100, name: 'slipway-tiny', bytes: 10, expired: false, run: 10, headSha: HEAD, sha256: null },
};

describe('the runs of a pull request', () => {
  test('are those that succeeded, the newest first', () => {
    const [nine, eight] = [
      { ...RUN, id: 9 },
      { ...RUN, id: 8 },
    ];
    expect(chooseRuns([nine, RUN, eight], PULL, HERE)).toEqual([RUN, nine, eight]);
    expect(chooseRuns([], PULL, HERE)).toEqual([]);
  });

  test.each<[string, Partial<HeadRun>]>([
    ['another head', { headSha: 'c'.repeat(40) }],
    ['another branch, whose head is the same commit', { headBranch: 'other' }],
    ['a push', { event: 'push' }],
    ['a run with secrets', { event: 'pull_request_target' }],
    ['a run that goes on', { status: 'in_progress', conclusion: null }],
    ['a run that failed', { conclusion: 'failure' }],
    ['a run that was skipped', { conclusion: 'skipped' }],
    ['another repository', { repository: 2 }],
    ['a fork, for a branch of ours', { headRepository: 2 }],
    ['a fork that is gone, for a branch of ours', { headRepository: null }],
  ])('are not that of %s', (_, more) => {
    expect(chooseRuns([{ ...RUN, ...more }], PULL, HERE)).toEqual([]);
  });

  test('of a fork are the fork’s', () => {
    const forked = { ...PULL, head: { ...PULL.head, here: false } };
    expect(chooseRuns([RUN], forked, HERE)).toEqual([]);
    const run = { ...RUN, headRepository: 2 };
    expect(chooseRuns([run], forked, HERE)).toEqual([run]);
  });
});

describe('its artifacts', () => {
  test('are the newest of each model’s name', () => {
    const newer = { ...ARTIFACT, id: 101 };
    const other = { ...ARTIFACT, id: 50, name: 'slipway-team--b' };
    const chosen = chooseArtifacts([newer, ARTIFACT, other, { ...ARTIFACT, name: 'logs' }], RUN);
    expect(chosen).toEqual([other, newer]);
    expect(chosen.map(({ name }) => modelNamed(name))).toEqual(['team/b', 'tiny']);
  });

  test('are not those of another run or head', () => {
    const others = [
      { ...ARTIFACT, run: 11 },
      { ...ARTIFACT, headSha: 'c'.repeat(40) },
    ];
    expect(chooseArtifacts(others, RUN)).toEqual([]);
  });

  test('are not endless', () => {
    const many = Array.from({ length: 300 }, (_, id) => ({ ...ARTIFACT, id, name: `slipway-${id}` }));
    expect(chooseArtifacts(many, RUN)).toHaveLength(100);
  });
});
