import { describe, expect, test } from 'vitest';

import type { Entry } from '../../../src/contracts/entry.ts';
import { InputError } from '../../../src/contracts/errors.ts';
import { MANIFEST_SCHEMA, type Manifest } from '../../../src/contracts/manifest.ts';
import {
  entryWords,
  findVersion,
  foldEntries,
  lineageOf,
  parseNamed,
  statusOf,
  type Log,
} from '../../../src/registry/index.ts';
import {
  diffDocument,
  diffVersions,
  historyDocument,
  statusDocument,
  verifyDocument,
  versionDocument,
  versionsDocument,
} from '../../../src/registry/report.ts';
import { toText } from '../../../src/report/index.ts';
import { entry, OWNER } from '../../support/log-entries.ts';

const NOW = new Date('2026-01-03T00:00:00Z');
const PASS = { decision: 'pass', reason: 'ALL_GATES_PASS', holdout: 'hidden' } as const;

const ENTRIES: readonly Entry[] = [
  entry(1, 'register', { version: 'v1.0.0', verdict: PASS, pull: 3, authors: [OWNER] }),
  entry(2, 'register', { version: 'v1.1.0', verdict: PASS, pull: 5 }),
  entry(3, 'promote', { version: 'v1.0.0', stage: 'production' }),
  entry(4, 'verified', { version: 'v1.0.0', stage: 'production', of: 3 }),
  entry(5, 'promote', { version: 'v1.1.0', stage: 'production' }),
  entry(6, 'advance', { stage: 'production', of: 5, weights: { 'v1.0.0': 95, 'v1.1.0': 5 } }),
  entry(7, 'freeze', { stage: 'staging', reason: 'incident' }),
  entry(8, 'genesis', { model: 'fraud', version: 'v2.0.0', stage: 'live' }),
];

function logOf(entries: readonly Entry[]): Log {
  const models = foldEntries(entries);
  return {
    head: 'a'.repeat(40),
    repository: 1,
    n: entries.length,
    models,
    mode: 'open',
    writer: null,
    trouble: null,
  };
}
const LOG = logOf(ENTRIES);

function manifestOf(version: string, more: Partial<Manifest> = {}): Manifest {
  return {
    schema: MANIFEST_SCHEMA,
    model: 'churn',
    version,
    task: 'binary',
    commit: 'c'.repeat(40),
    pull: 3,
    authors: [OWNER],
    entry: 'model.onnx',
    files: [{ path: 'model.onnx', bytes: 12, sha256: 'd'.repeat(64), format: 'onnx', assets: [] }],
    documents: [],
    signature: { inputs: [{ name: 'x', type: 'float32', shape: [null, 3] }], outputs: [] },
    digests: {
      train_key: 'e'.repeat(64),
      data: { source: 's', train: 'f'.repeat(64), validation: null, test: '1'.repeat(64) },
      environment: null,
      evaluation: null,
    },
    run: { id: 'run-1', url: null },
    params: { alpha: 1, tree: { depth: 3 } },
    seeds: [1],
    metrics: [{ name: 'roc_auc', direction: 'higher', value: 0.8, low: 0.7, high: 0.9 }],
    verdict: PASS,
    created: NOW.toISOString(),
    slipway: '0.1.0',
    ...more,
  };
}

describe('what runs where', () => {
  test('a stage on its way says what serves meanwhile, since when and by whom', () => {
    const [churn] = statusOf(LOG, 'churn').models;

    expect(churn?.stages.find(({ stage }) => stage === 'production')).toEqual({
      stage: 'production',
      version: 'v1.1.0',
      state: 'pending',
      n: 5,
      op: 'promote',
      since: '2026-01-01T00:00:05.000Z',
      by: OWNER,
      weights: { 'v1.0.0': 95, 'v1.1.0': 5 },
      serving: 'v1.0.0',
      frozen: null,
    });
    expect(churn?.newest.map(({ version }) => version)).toEqual(['v1.1.0', 'v1.0.0']);
  });

  test('declared stages come first, in their order, whether the log knows them or not', () => {
    const [churn] = statusOf(LOG, 'churn', { churn: ['qa', 'production'] }).models;

    expect(churn?.stages.map(({ stage, state }) => [stage, state])).toEqual([
      ['qa', 'empty'],
      ['production', 'pending'],
      ['staging', 'empty'],
    ]);
  });

  test('a stage that is frozen before anything was promoted there is shown', () => {
    const staging = statusOf(LOG, 'churn').models[0]?.stages.find(({ stage }) => stage === 'staging');

    expect(staging).toMatchObject({ version: null, frozen: { reason: 'incident' } });
  });

  test('names of the prototype are no models of the declaration', () => {
    const log = logOf([entry(1, 'register', { model: 'constructor' })]);

    expect(statusOf(log).models).toMatchObject([{ model: 'constructor', stages: [] }]);
  });

  test('reads well in 100 columns', () => {
    const waiting = [
      { model: 'churn', stage: 'qa', version: 'v1.1.0', ready: true, lacks: [] },
      { model: 'churn', stage: 'staging', version: 'v1.1.0', ready: false, lacks: ['It is frozen.'] },
    ];
    const lines = toText(statusDocument(statusOf(LOG), waiting, NOW)).split('\n');

    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "model  stage       version  state                              since  by     newest
      churn  production  v1.1.0   pending (v1.0.0 95 %, v1.1.0 5 %)  1 d    owner  v1.1.0 (pass, 1 d)
             staging     –        – frozen
      fraud  live        v2.0.0   verified                           1 d    owner  v2.0.0 (adopted, 1 d)

      • churn staging is frozen by owner, 1 d ago: incident. slipway unfreeze churn staging

      • churn@v1.1.0 → qa: can go now: slipway promote churn@v1.1.0 qa
      • churn@v1.1.0 → staging: It is frozen.

      2 models, 3 versions, entry 8, mode open
      "
    `);
  });

  test('a log in trouble says so first, with the exact repair', () => {
    const trouble = {
      kind: 'tampered',
      commit: 'b',
      message: 'commit b is forged',
      repair: 'git push x',
    } as const;
    const text = toText(statusDocument(statusOf({ ...LOG, trouble }), [], NOW));

    expect(text.indexOf('tampered')).toBeLessThan(text.indexOf('churn'));
    expect(text).toContain('Repair: git push x');
  });
});

describe('a version is named', () => {
  test.each([
    ['churn', 'v1.1.0'],
    ['churn@v1.0.0', 'v1.0.0'],
    ['churn@1.0.0', 'v1.0.0'],
    ['churn#production', 'v1.1.0'],
    ['fraud#live', 'v2.0.0'],
  ])('%s is %s', (text, version) => {
    expect(findVersion(LOG.models, parseNamed(text)).version).toBe(version);
  });

  test.each([
    ['chrun', 'MODEL_UNKNOWN', 'Did you mean churn?'],
    ['churn@v1.0.1', 'VERSION_UNKNOWN', 'Did you mean v1.0.0?'],
    ['churn#prod', 'STAGE_UNKNOWN', 'Did you mean production?'],
    ['churn#staging', 'VERSION_UNKNOWN', ''],
    ['churn@', 'USAGE', ''],
    ['a b', 'USAGE', ''],
    ['churn@v1.0.0#production', 'USAGE', ''],
  ])('%s is %s', (text, code, hint) => {
    let found: unknown;
    try {
      findVersion(LOG.models, parseNamed(text));
    } catch (error) {
      found = error;
    }

    expect(found).toBeInstanceOf(InputError);
    const [problem] = (found as InputError).problems;
    expect(problem?.code).toBe(code);
    expect(problem?.hint ?? '').toContain(hint);
  });
});

describe('entries in words', () => {
  test.each(ENTRIES.map((one, at) => [one, at] as const))('entry %#', (one, at) => {
    expect(entryWords(one)).toBe(
      [
        'churn@v1.0.0 registered from pull request 3',
        'churn@v1.1.0 registered from pull request 5',
        'churn@v1.0.0 promoted to production',
        'production of churn verified (entry 3)',
        'churn@v1.1.0 promoted to production',
        'production of churn advanced to v1.0.0 95 %, v1.1.0 5 % (entry 5)',
        'staging of churn frozen',
        'fraud@v2.0.0 adopted in live from an older registry',
      ][at],
    );
  });

  test('the history shows approvers only where there are some', () => {
    const recorded = ENTRIES.map((one) => ({ commit: 'a', entry: one }));
    const approved = { ...ENTRIES[2]!, approvals: [{ ...OWNER, via: 'comment', event: 1 } as const] };

    expect(toText(historyDocument(recorded))).not.toContain('approved by');
    expect(toText(historyDocument([{ commit: 'a', entry: approved }]))).toContain('approved by');
    expect(toText(historyDocument([]))).toContain('No entries.');
  });
});

describe('two versions side by side', () => {
  const [left, right] = [LOG.models.get('churn')!.versions[0]!, LOG.models.get('churn')!.versions[1]!];

  test('by their manifests: metrics, params, data, signature, files', () => {
    const before = { state: left, manifest: manifestOf('v1.0.0') };
    const after = {
      state: right,
      manifest: manifestOf('v1.1.0', {
        params: { alpha: 2, tree: { depth: 3 } },
        metrics: [{ name: 'roc_auc', direction: 'higher', value: 0.85, low: null, high: null }],
        files: [{ path: 'model.onnx', bytes: 13, sha256: '2'.repeat(64), format: 'onnx', assets: [] }],
        signature: { inputs: [{ name: 'x', type: 'float64', shape: [null, 3] }], outputs: [] },
      }),
    };
    const rows = diffVersions(before, after);

    expect(rows.filter(({ changed }) => changed).map(({ part, name }) => [part, name])).toEqual([
      ['metrics', 'roc_auc'],
      ['params', 'alpha'],
      ['signature', expect.stringContaining('float64')],
      ['files', 'model.onnx'],
      ['log', 'manifest'],
      ['log', 'pull request'],
      ['log', 'authors'],
      ['log', 'registered'],
    ]);
    const text = toText(diffDocument('churn@v1.0.0', 'churn@v1.1.0', rows, null));
    expect(text).toContain('+0.05');
    expect(text).toContain('broke');
  });

  test('without a manifest only what the log knows', () => {
    const rows = diffVersions(
      { state: left, manifest: null },
      { state: right, manifest: manifestOf('v1.1.0') },
    );

    expect(new Set(rows.map(({ part }) => part))).toEqual(new Set(['log']));
  });
});

describe('where a version comes from', () => {
  const state = LOG.models.get('churn')!;

  test('data, run, version, stages', () => {
    expect(lineageOf(state, state.versions[0]!, manifestOf('v1.0.0'))).toEqual([
      'data ffffffffffff (test 111111111111)',
      'run run-1 at commit ccccccc of pull request 3',
      'churn@v1.0.0',
      'production (before)',
    ]);
    expect(lineageOf(state, state.versions[1]!, null)).toEqual([
      'commit ccccccc of pull request 5',
      'churn@v1.1.0',
      'production (pending)',
    ]);
  });

  test('its page holds the facts of its manifest', () => {
    const version = state.versions[0]!;
    const text = toText(versionDocument('churn', version, manifestOf('v1.0.0'), [], ['run', 'churn@v1.0.0']));

    for (const word of ['run → churn@v1.0.0', 'roc_auc', '[0.7, 0.9]', 'alpha=1', '1 file, 12 B (onnx)'])
      expect(text).toContain(word);
  });

  test('lists show a metric where a manifest is at hand', () => {
    const line = {
      version: 'v1.0.0',
      n: 1,
      at: NOW.toISOString(),
      verdict: 'pass',
      pull: 3,
      commit: 'c'.repeat(40),
      stages: [],
    };
    const listed = { model: 'churn', ...line, metric: { name: 'roc_auc', value: 0.81234 } };

    expect(toText(versionsDocument([listed], 2, NOW))).toContain('roc_auc 0.8123');
    expect(toText(versionsDocument([listed], 2, NOW))).toContain('1 of 2 versions');
    expect(toText(versionsDocument([], 0, NOW))).toContain('No versions yet');
  });
});

test('what verifying found names every problem with its repair', () => {
  const problem = {
    kind: 'tampered',
    commit: 'b',
    message: 'commit b is forged',
    repair: 'git push x',
  } as const;

  expect(toText(verifyDocument(3, []))).toContain('3 entries');
  expect(toText(verifyDocument(3, [problem]))).toContain('Repair: git push x');
});
