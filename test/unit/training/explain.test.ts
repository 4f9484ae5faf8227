import { expect, test } from 'vitest';

import { digestOf } from '../../../src/contracts/digest.ts';
import { explainKey } from '../../../src/training/explain.ts';
import { type KeyDocument, keyOf } from '../../../src/training/key.ts';

const BASE: KeyDocument = {
  schema: 'slipway.train-key/1',
  dir: '.',
  run: 'python train.py',
  inputs: [
    ['src/a.py', '100644', 'a1'],
    ['src/b.py', '100644', 'b1'],
  ],
  params: { alpha: 0.1, net: { layers: [64, 32] } },
  environment: { install: 'make install', lock: [['requirements.txt', 'r1']], env: { CI: 'true' } },
  data: { train: 't1', validation: null },
  seed: 0,
  repeats: 1,
};

test('equal keys need no reason', () => {
  expect(explainKey(BASE, structuredClone(BASE))).toEqual([]);
});

test.each<[Partial<KeyDocument>, string[]]>([
  [{ run: 'python train.py --fast' }, ['command changed: python train.py → python train.py --fast']],
  [
    {
      inputs: [
        ['src/a.py', '100755', 'a1'],
        ['src/c.py', '100644', 'c1'],
      ],
    },
    ['input changed: src/a.py', 'input added: src/c.py', 'input removed: src/b.py'],
  ],
  [
    { params: { alpha: 0.2, net: { layers: [64] }, beta: 1 } },
    [
      'param changed: alpha 0.1 → 0.2',
      'param changed: net.layers.1 32 → (none)',
      'param changed: beta (none) → 1',
    ],
  ],
  [
    {
      environment: {
        install: 'pip install .',
        lock: [
          ['requirements.txt', 'r2'],
          ['uv.lock', 'u'],
        ],
        env: {},
      },
    },
    [
      'install command changed: make install → pip install .',
      'lock file changed: requirements.txt',
      'lock file added: uv.lock',
      'variable removed: CI',
    ],
  ],
  [{ data: { train: 't2', validation: 'v' } }, ['training rows changed', 'validation rows changed']],
  [{ seed: 1, repeats: 3 }, ['seed changed: 0 → 1', 'repeats changed: 1 → 3']],
])('%j', (change, reasons) => {
  expect(explainKey(BASE, { ...BASE, ...change })).toEqual(reasons);
});

test('of many changed files ten are named', () => {
  const inputs = Array.from({ length: 25 }, (_, index): [string, string, string] => [
    `f${index}`,
    '100644',
    'x',
  ]);

  expect(explainKey({ ...BASE, inputs: [] }, { ...BASE, inputs }).at(-1)).toBe('15 more inputs added');
});

test('the quick way to the key gives what canonical JSON gives', () => {
  const document = {
    ...BASE,
    inputs: [['grün "\\\u0001\u{1F600}', '100644', 'x'] as [string, string, string]],
  };

  expect(keyOf(document)).toBe(digestOf(document));
});
