import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { digestOf } from '../../../src/contracts/digest.ts';
import type { EvaluationRecord } from '../../../src/contracts/evaluation-record.ts';
import { mergeDecision } from '../../../src/promotion/index.ts';
import type { MergeFacts } from '../../../src/promotion/index.ts';
import { hex, person } from './story.ts';

const KEY = hex(1);
const HEAD = hex(2, 40);
const FILES = [
  { path: 'model/weights.safetensors', bytes: 40, sha256: hex(11) },
  { path: 'model/model.onnx', bytes: 30, sha256: hex(10) },
];

function record(more: Partial<EvaluationRecord> = {}): EvaluationRecord {
  return {
    schema: 'slipway.evaluation/1',
    model: 'churn',
    train_key: KEY,
    candidate: digestOf([
      ['model/model.onnx', hex(10)],
      ['model/weights.safetensors', hex(11)],
    ]),
    files: FILES,
    baseline: null,
    pull: 7,
    head: HEAD,
    same_repository: true,
    base: hex(3, 40),
    run: { id: 1, attempt: 1, conclusion: 'success' },
    workflows_equal_base: true,
    dataset: { test: hex(4), train: hex(5) },
    holdout: 'visible',
    decision: 'pass',
    reason: 'ALL_GATES_PASS',
    message: '',
    comparison: null,
    predictions: { candidate: hex(6), baseline: null },
    judged: '2026-03-01T12:00:00Z',
    slipway: '0.1.0',
    ...more,
  };
}

function facts(more: Partial<MergeFacts> = {}, changed: Partial<EvaluationRecord> = {}): MergeFacts {
  return {
    model: 'churn',
    trainKey: KEY,
    merge: { commit: hex(9, 40), headAtMerge: HEAD, fork: false },
    records: [record(changed)],
    files: new Map(FILES.map(({ sha256, bytes }) => [sha256, bytes])),
    accepted: [],
    ...more,
  };
}

function reasons(more: Partial<MergeFacts> = {}, changed: Partial<EvaluationRecord> = {}): readonly string[] {
  const decision = mergeDecision(facts(more, changed));
  return 'train' in decision ? decision.train : [];
}

describe('the bytes of a pull request become the version', () => {
  test('where one trusted record speaks of exactly them', () => {
    expect(mergeDecision(facts())).toEqual({ reuse: record() });
  });

  test('with records of other keys and models beside it, and the same one twice', () => {
    const records = [
      record({ train_key: hex(77) }),
      record(),
      record({ model: 'fraud', head: hex(8, 40) }),
      record(),
    ];
    expect(mergeDecision(facts({ records }))).toEqual({ reuse: record() });
  });
});

describe('the merge commit is trained again where', () => {
  test.each<[string, Partial<MergeFacts>, Partial<EvaluationRecord>, string]>([
    ['nothing was judged', { records: [] }, {}, 'no evaluation record has the train key of the merge commit'],
    [
      'the key is another one',
      { trainKey: hex(99) },
      {},
      'no evaluation record has the train key of the merge commit',
    ],
    [
      'the model is another one',
      { model: 'fraud' },
      {},
      'no evaluation record has the train key of the merge commit',
    ],
    [
      'two records have the key',
      { records: [record(), record({ pull: 8 })] },
      {},
      '2 evaluation records have this train key, so none is the one',
    ],
    ['the head was in a fork', {}, { same_repository: false }, 'the pull request came from a fork'],
    [
      'GitHub says it was a fork',
      { merge: { commit: '', headAtMerge: HEAD, fork: true } },
      {},
      'the pull request came from a fork',
    ],
    [
      'the head moved after it was judged',
      { merge: { commit: '', headAtMerge: hex(0xabc, 40), fork: false } },
      {},
      'head 000000000000 was judged, 000000000000 was merged',
    ],
    [
      'the run failed',
      {},
      { run: { id: 1, attempt: 1, conclusion: 'failure' } },
      'the run that trained it ended with failure',
    ],
    [
      'the run is not over',
      {},
      { run: { id: 1, attempt: 1, conclusion: '' } },
      'the run that trained it ended with ',
    ],
    [
      'workflows were changed',
      {},
      { workflows_equal_base: false },
      'the pull request changed something under .github/',
    ],
    [
      'a file is missing',
      { files: new Map([[hex(10), 30]]) },
      {},
      'model/weights.safetensors is not at hand with the digest that was judged',
    ],
    [
      'a file has another size',
      {
        files: new Map([
          [hex(10), 31],
          [hex(11), 40],
        ]),
      },
      {},
      'model/model.onnx is not at hand with the digest that was judged',
    ],
    [
      'the list of files is not what was judged',
      {},
      { files: [FILES[0]!] },
      'the files of the evaluation record do not have the digest that was judged',
    ],
    [
      'it failed',
      {},
      { decision: 'fail', reason: 'GATE_FAILED' },
      'it was judged fail (GATE_FAILED), and nobody accepted that',
    ],
    [
      'it is inconclusive',
      {},
      { decision: 'inconclusive', reason: 'GATE_INCONCLUSIVE' },
      'it was judged inconclusive (GATE_INCONCLUSIVE), and nobody accepted that',
    ],
    [
      'nothing was judged',
      {},
      { decision: 'skipped', reason: 'NOTHING_TO_DO' },
      'it was judged skipped (NOTHING_TO_DO), and nobody accepted that',
    ],
  ])('%s', (_, more, changed, reason) => {
    expect(reasons(more, changed)).toEqual([reason]);
  });

  test('several things are wrong: all are said', () => {
    const changed: Partial<EvaluationRecord> = {
      same_repository: false,
      head: hex(8, 40),
      run: { id: 1, attempt: 2, conclusion: 'cancelled' },
      workflows_equal_base: false,
      files: [],
      decision: 'error',
    };
    expect(reasons({}, changed)).toHaveLength(7);
    expect(reasons({}, changed)).toContain('the evaluation record names no files');
  });
});

describe('whatever is wrong at once', () => {
  const doubts: Readonly<Record<string, readonly [Partial<MergeFacts>, Partial<EvaluationRecord>]>> = {
    'another key': [{}, { train_key: hex(70) }],
    'another model': [{}, { model: 'fraud' }],
    'another head': [{}, { head: hex(71, 40) }],
    'a fork, by the record': [{}, { same_repository: false }],
    'a fork, by the merge': [{ merge: { commit: hex(9, 40), headAtMerge: HEAD, fork: true } }, {}],
    'a run that failed': [{}, { run: { id: 1, attempt: 1, conclusion: 'failure' } }],
    'other workflows': [{}, { workflows_equal_base: false }],
    'other bytes': [{}, { candidate: hex(72) }],
    'no files': [{}, { files: [] }],
    'bytes that are not at hand': [{ files: new Map([[hex(10), 30]]) }, {}],
    'a gate that failed': [{}, { decision: 'fail', reason: 'GATE_FAILED' }],
    'too little data': [{}, { decision: 'inconclusive', reason: 'TOO_FEW_EVENTS' }],
  };

  test('bytes are reused only where nothing is, also beside records of other keys', () => {
    const others = fc.array(fc.constantFrom(record({ train_key: hex(80) }), record({ model: 'fraud' })));
    fc.assert(
      fc.property(fc.subarray(Object.keys(doubts)), others, fc.boolean(), (names, beside, first) => {
        const changes = names.map((name) => doubts[name]!);
        const changed = Object.assign({}, ...changes.map(([, one]) => one)) as Partial<EvaluationRecord>;
        const more = Object.assign({}, ...changes.map(([one]) => one)) as Partial<MergeFacts>;
        const own = record(changed);
        const records = first ? [own, ...beside] : [...beside, own];
        const decision = mergeDecision(facts({ ...more, records }));
        expect('reuse' in decision).toBe(names.length === 0);
        if ('reuse' in decision) expect(decision.reuse).toBe(own);
      }),
      { seed: 20_260_301, numRuns: 300 },
    );
  });
});

describe('what a person accepted', () => {
  const inconclusive = { decision: 'inconclusive', reason: 'GATE_INCONCLUSIVE' } as const;
  const accepted = (op: 'accept' | 'accept-test', evaluation: string): MergeFacts['accepted'] => [
    { n: 1, op, evaluation, actor: person('owner'), reason: 'x' },
  ];

  test('counts for exactly that record', () => {
    const digest = digestOf(record(inconclusive));
    expect(reasons({ accepted: accepted('accept', digest) }, inconclusive)).toEqual([]);
    expect(reasons({ accepted: accepted('accept-test', digest) }, inconclusive)).toHaveLength(1);
    expect(reasons({ accepted: accepted('accept', digestOf(record())) }, inconclusive)).toHaveLength(1);
  });

  test('never frees a failed one, but a changed test set has its own command', () => {
    const failed = { decision: 'fail', reason: 'GATE_FAILED' } as const;
    expect(reasons({ accepted: accepted('accept', digestOf(record(failed))) }, failed)).toHaveLength(1);
    const changed = { decision: 'inconclusive', reason: 'TEST_CHANGED' } as const;
    expect(reasons({ accepted: accepted('accept-test', digestOf(record(changed))) }, changed)).toEqual([]);
    expect(reasons({ accepted: accepted('accept', digestOf(record(changed))) }, changed)).toHaveLength(1);
  });
});
