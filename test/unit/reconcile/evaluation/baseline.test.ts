import { describe, expect, test } from 'vitest';

import type { ModelState, VersionState } from '../../../../src/contracts/model-state.ts';
import { baselineOf } from '../../../../src/reconcile/evaluation/baseline.ts';
import { digest } from '../../../support/judging-world.ts';

function version(name: string, manifest: string | null = digest(name)): VersionState {
  const more = { pull: null, authors: [], evaluation: null, verdict: null };
  return { version: name, n: 1, at: '', manifest, commit: 'c'.repeat(40), ...more };
}

/** A model with these versions, of which one runs in production (or ran until). */
function state(versions: readonly VersionState[], running?: string, until: string | null = null): ModelState {
  const verified = running === undefined ? [] : [{ version: running, n: 2, at: '', until }];
  return {
    schema: 'slipway.model-state/1',
    ...{ model: 'churn', n: 9, versions: [...versions], accepted: [] },
    stages: { production: { held: null, verified, withdrawn: [], frozen: null } },
  };
}

describe('a candidate is compared with', () => {
  const [v1, v2] = [version('v1.0.0'), version('v1.1.0')];

  test('what runs in production', () => {
    expect(baselineOf(state([v1, v2], 'v1.0.0'))).toEqual({
      kind: 'production',
      model: 'churn',
      version: 'v1.0.0',
      manifest: v1.manifest,
    });
  });

  test('the newest version where nothing runs there, or not any more', () => {
    const latest = { kind: 'latest', version: 'v1.1.0' };
    expect(baselineOf(state([v1, v2]))).toMatchObject(latest);
    expect(baselineOf(state([v1, v2], 'v1.0.0', '2026-01-01'))).toMatchObject(latest);
    expect(baselineOf({ ...state([v1, v2]), stages: {} })).toMatchObject(latest);
  });

  test('nothing where no version has bytes of ours', () => {
    expect(baselineOf(undefined)).toBeNull();
    expect(baselineOf(state([]))).toBeNull();
    expect(baselineOf(state([version('v0.1.0', null)], 'v0.1.0'))).toBeNull();
  });
});
