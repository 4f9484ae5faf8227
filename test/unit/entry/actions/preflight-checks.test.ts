import { describe, expect, test } from 'vitest';

import { checkMachine, type Machine, type Wanted } from '../../../../src/entry/actions/preflight-checks.ts';
import { parseNvidiaSmi } from '../../../../src/platform/compute/nvidia-smi.ts';
import { nvidiaSmi, type FakeGpu } from '../../../support/nvidia-smi.ts';

const WANTED: Wanted = { gpu: true, cuda: null, gpuMemory: 0, mig: 'any', disk: 5, skew: 60 };

const machine = (gpus: readonly FakeGpu[], versions = {}): Machine => ({
  gpus: { kind: 'found', ...parseNvidiaSmi(nvidiaSmi(gpus, versions)) },
  disk: 50e9,
  skew: 0.2,
  node: '24.0.0',
  python: '3.11.2',
});
const healthy = machine([{}]);

/** What is not in order. */
const remarks = (wanted: Partial<Wanted>, of: Machine): readonly string[] =>
  checkMachine({ ...WANTED, ...wanted }, of)
    .filter(({ status }) => status !== 'ok')
    .map(({ name, status, found }) => `${status} ${name}: ${found}`);

describe('a machine', () => {
  test('in order has nothing to remark, and says what it has', () => {
    const checks = checkMachine(WANTED, healthy);

    expect(remarks({}, healthy)).toEqual([]);
    expect(checks.map(({ found }) => found)).toEqual([
      'driver 570.133.20, for CUDA up to 12.8',
      'NVIDIA H100 80GB HBM3, 81079 of 81559 MiB free, MIG off',
      '81079 MiB are free on the freest',
      '50.0 GB are free',
      '0.2 s ahead of GitHub’s',
      'Node 24.0.0, Python 3.11.2',
    ]);
  });

  test('with little disk or a wrong clock is not fit', () => {
    expect(remarks({ disk: 100 }, healthy)).toEqual(['error disk: 50.0 GB are free, 100 GB are asked for']);
    expect(remarks({}, { ...healthy, skew: -61 })).toEqual([
      'error clock: 61.0 s behind GitHub’s, at most 60 s are allowed',
    ]);
    expect(remarks({}, { ...healthy, skew: null })).toEqual([
      'warning clock: GitHub’s clock could not be asked',
    ]);
  });
});

describe('a machine without a GPU', () => {
  const absent: Machine = { ...healthy, gpus: { kind: 'absent' } };

  test('says so plainly, and is fit for a job that asks for none', () => {
    expect(remarks({ gpu: false }, absent)).toEqual([]);
    expect(checkMachine({ ...WANTED, gpu: false }, absent)[0]).toMatchObject({
      status: 'ok',
      found: 'this machine has no NVIDIA GPU: nvidia-smi is not on the PATH',
    });
  });

  test.each([
    ['none', { kind: 'absent' }],
    ['a driver that does not answer', { kind: 'broken', why: 'no answer within 60 s' }],
    ['a driver that sees none', { kind: 'found', driver: '570', cuda: '12.8', gpus: [] }],
  ] as const)('is unfit for a job that needs one: %s', (_, gpus) => {
    const [check] = checkMachine(WANTED, { ...healthy, gpus });

    expect(check).toMatchObject({ name: 'gpu', status: 'error' });
    expect(check?.next).toContain('train.runner');
  });

  test('but with a driver that does not answer is worth a warning', () => {
    const gpus = { kind: 'broken', why: 'mismatch' } as const;

    expect(remarks({ gpu: false }, { ...healthy, gpus })).toEqual([
      'warning gpu: the NVIDIA driver does not answer: mismatch',
    ]);
  });
});

describe('a driver', () => {
  // driver's CUDA, wanted CUDA → what comes of it (NVIDIA: minor version compatibility from CUDA 11 on).
  test.each([
    ['12.8', '12.8', 'ok'],
    ['12.8', '11.8', 'ok'],
    ['12.10', '12.9', 'ok'],
    ['13.0', '12.4', 'ok'],
    ['12.4', '12.8', 'warning'],
    ['11.4', '11.8', 'warning'],
    ['12.8', '13.0', 'error'],
    ['10.1', '10.2', 'error'],
  ])('for CUDA %s and a job of CUDA %s: %s', (cuda, wanted, status) => {
    const [check] = checkMachine({ ...WANTED, cuda: wanted }, machine([{}], { cuda }));

    expect(check).toMatchObject({ name: 'driver', status });
    if (status !== 'ok') expect(check?.found).toContain(wanted);
  });

  test('that does not tell its CUDA is judged by its own version', () => {
    const of = (driver: string): string | undefined =>
      checkMachine({ ...WANTED, cuda: '12.4' }, machine([{}], { cuda: 'N/A', driver }))[0]?.status;

    expect(of('525.60.13')).toBe('warning');
    expect(of('470.82.01')).toBe('error');
  });
});

describe('a GPU', () => {
  test('with too little free memory is not fit, however many there are', () => {
    const gpus = [{ free: 10_000 }, { free: 30_000 }];

    expect(remarks({ gpuMemory: 30_000 }, machine(gpus))).toEqual([]);
    expect(remarks({ gpuMemory: 30_001 }, machine(gpus))).toEqual([
      'error gpu memory: 30000 MiB are free on the freest, 30001 MiB are asked for',
    ]);
  });

  test('in partitions has the memory of its largest free one', () => {
    const gpus = [{ mig: 'Enabled', partitions: [20_096, 9000] }] as const;

    expect(remarks({ gpuMemory: 20_000 }, machine(gpus))).toEqual([]);
    expect(remarks({ gpuMemory: 40_000 }, machine(gpus))).toHaveLength(1);
  });

  test('whose mode is not the one asked for is said', () => {
    expect(remarks({ mig: 'on' }, healthy)).toEqual(['error gpu 0: MIG is off']);
    expect(remarks({ mig: 'off' }, machine([{ mig: 'Enabled', partitions: [1] }]))).toEqual([
      'error gpu 0: MIG is on',
    ]);
    expect(remarks({}, machine([{ mig: 'Enabled' }]))).toEqual([
      'error gpu 0: MIG is on and there is no partition',
    ]);
  });

  test('that cannot be trusted is not computed on', () => {
    const ecc = '<dram_uncorrectable>1</dram_uncorrectable>';

    expect(remarks({}, machine([{ ecc }]))).toHaveLength(1);
    expect(remarks({}, machine([{ remapped: { pending: 'Yes' } }]))).toHaveLength(1);
    expect(remarks({}, machine([{ remapped: { failure: 'Yes' } }]))).toHaveLength(1);
  });

  test('on which something runs already is a warning that names it', () => {
    const processes = [{ pid: 4711, type: 'C', name: 'python', memory: '512 MiB' }];

    expect(remarks({}, machine([{ processes }]))).toEqual([
      'warning gpu 0: process 4711 (python) is there already and holds 512 MiB',
    ]);
  });
});
