import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { isCodedError } from '../../../../src/contracts/errors.ts';
import { lookAtGpus, parseNvidiaSmi } from '../../../../src/platform/compute/nvidia-smi.ts';
import { nvidiaSmi } from '../../../support/nvidia-smi.ts';

describe('the report of nvidia-smi', () => {
  test('is read for what a job depends on', () => {
    expect(parseNvidiaSmi(nvidiaSmi([{}]))).toEqual({
      driver: '570.133.20',
      cuda: '12.8',
      gpus: [
        {
          name: 'NVIDIA H100 80GB HBM3',
          memory: { total: 81_559, free: 81_079 },
          mig: false,
          partitions: [],
          uncorrectable: 0,
          repair: 'none',
          processes: [],
        },
      ],
    });
  });

  test('tells partitions, and the memory of each', () => {
    const { gpus } = parseNvidiaSmi(nvidiaSmi([{ mig: 'Enabled', partitions: [20_096, 9000] }]));

    expect(gpus[0]).toMatchObject({
      mig: true,
      partitions: [{ total: 20_096, free: 20_096 }, { free: 9000 }],
    });
  });

  test('says nothing of what a GPU does not have', () => {
    const { gpus, cuda } = parseNvidiaSmi(nvidiaSmi([{ ecc: null, mig: 'N/A' }], { cuda: 'N/A' }));

    expect(gpus[0]).toMatchObject({ mig: null, uncorrectable: null });
    expect(cuda).toBeNull();
  });

  test.each([
    [
      'Ampere and newer',
      '<sram_uncorrectable_parity>1</sram_uncorrectable_parity><dram_uncorrectable>3</dram_uncorrectable>',
      4,
    ],
    ['Turing', '<sram_correctable>7</sram_correctable><sram_uncorrectable>2</sram_uncorrectable>', 2],
    [
      'older drivers',
      '<single_bit><device_memory>5</device_memory><total>5</total></single_bit><double_bit><device_memory>2</device_memory><register_file>N/A</register_file><total>2</total></double_bit>',
      2,
    ],
  ])('adds up errors that could not be corrected: %s', (_, ecc, count) => {
    expect(parseNvidiaSmi(nvidiaSmi([{ ecc }])).gpus[0]?.uncorrectable).toBe(count);
  });

  test.each([
    [{ remapped: { pending: 'Yes' } }, 'pending'],
    [{ remapped: { failure: 'Yes', pending: 'Yes' } }, 'failed'],
    [{ reset: 'Yes' }, 'pending'],
  ] as const)('tells broken memory: %j is %s', (gpu, repair) => {
    expect(parseNvidiaSmi(nvidiaSmi([gpu])).gpus[0]?.repair).toBe(repair);
  });

  test('lists what computes on a GPU, and not what draws', () => {
    const { gpus } = parseNvidiaSmi(
      nvidiaSmi([
        {
          processes: [
            { pid: 11, type: 'C', name: 'python train.py --note "&lt;b&gt;"', memory: '1024 MiB' },
            { pid: 12, type: 'G', name: 'Xorg', memory: '40 MiB' },
            { pid: 13, type: 'C+G', name: 'viewer', memory: 'N/A' },
          ],
        },
      ]),
    );

    expect(gpus[0]?.processes).toMatchObject([
      { pid: 11, memory: 1024 },
      { pid: 13, name: 'viewer', memory: null },
    ]);
  });

  test('is a report, or refused: whatever else a program of that name prints', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `<nvidia_smi_log>${text}</nvidia_smi_log>`),
        ),
        (text) => {
          try {
            expect(parseNvidiaSmi(text).gpus).toEqual([]);
          } catch (error) {
            expect(isCodedError(error), String(error)).toBe(true);
          }
        },
      ),
    );
    expect(() => parseNvidiaSmi('hello')).toThrow(expect.objectContaining({ code: 'MACHINE_UNFIT' }));
  });
});

describe('looking for GPUs', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-smi-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function program(script: string): string {
    const file = join(folder, 'nvidia-smi');
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  test('finds what the driver reports', async () => {
    writeFileSync(join(folder, 'report.xml'), nvidiaSmi([{}, {}]));

    const look = await lookAtGpus(program(`[ "$*" = "-q -x" ] && cat '${folder}/report.xml'`));

    expect(look).toMatchObject({ kind: 'found', gpus: [{}, {}] });
  });

  test('tells a machine without GPUs from one whose driver is broken', async () => {
    const broken = program('echo "Failed to initialize NVML: Driver/library version mismatch"; exit 18');

    expect(await lookAtGpus(join(folder, 'none'))).toEqual({ kind: 'absent' });
    expect(await lookAtGpus(broken)).toEqual({
      kind: 'broken',
      why: 'Failed to initialize NVML: Driver/library version mismatch',
    });
  });
});
