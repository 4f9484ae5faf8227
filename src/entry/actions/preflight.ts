import { z } from 'zod';

import { clockSkew, freeDisk, pythonVersion } from '../../platform/compute/machine.ts';
import { lookAtGpus, type GpuLook } from '../../platform/compute/nvidia-smi.ts';
import { badge, paragraph, table, type Document, type Tone } from '../../report/index.ts';
import { defineAction, type Remark } from './action.ts';
import { choice, flag, whole } from './inputs.ts';
import { checkMachine, freestMemory, type Check, type Machine } from './preflight-checks.ts';

const inputs = z.object({
  'require-gpu': flag.default(false),
  cuda: z
    .string()
    .regex(/^\d{1,3}\.\d{1,3}$/u, 'expected a version such as 12.4')
    .nullable()
    .default(null),
  'gpu-memory': whole(0).default(0),
  mig: choice(['any', 'on', 'off']).default('any'),
  disk: whole(0).default(5),
  'clock-skew': whole(1).default(60),
});

/** Looks at the machine before a job spends hours on it. It changes nothing there. */
export const preflight = defineAction({
  inputs,
  outputs: ['gpus', 'gpu', 'driver', 'cuda', 'gpu-memory-free', 'disk-free', 'clock-skew'],
  async run({ inputs: given, runner, cwd, signal }) {
    const [gpus, disk, skew, python] = await Promise.all([
      lookAtGpus(),
      freeDisk(cwd),
      clockSkew(runner.apiUrl, signal),
      pythonVersion(),
    ]);
    const machine: Machine = { gpus, disk, skew, node: process.versions.node, python };
    const wanted = {
      gpu: given['require-gpu'],
      cuda: given.cuda,
      gpuMemory: given['gpu-memory'],
      mig: given.mig,
      disk: given.disk,
      skew: given['clock-skew'],
    };
    const checks = checkMachine(wanted, machine);
    const failed = checks.filter(({ status }) => status === 'error');
    const message = failed.length === 0 ? inOrder(gpus) : failed.map(({ found }) => found).join('; ');
    return {
      schema: 'slipway.preflight/1',
      decision: failed.length === 0 ? 'pass' : 'fail',
      reason: failed.length === 0 ? 'CHECK_PASSED' : 'CHECK_FAILED',
      message,
      document: { machine, checks },
      text: checks.map(lineOf).join('\n'),
      outputs: outputsOf(machine),
      summary: summaryOf(message, checks),
      remarks: checks.flatMap(remarkOf),
    };
  },
});

function inOrder(look: GpuLook): string {
  const count = look.kind === 'found' ? look.gpus.length : 0;
  if (count === 0) return 'this machine has no GPU, and is in order otherwise';
  return `this machine is in order, with ${count} GPU${count === 1 ? '' : 's'}`;
}

function outputsOf({ gpus, disk, skew }: Machine): Record<string, string | number> {
  const found = gpus.kind === 'found' ? gpus : { gpus: [], driver: '', cuda: null };
  return {
    gpus: found.gpus.length,
    gpu: found.gpus[0]?.name ?? '',
    driver: found.driver,
    cuda: found.cuda ?? '',
    'gpu-memory-free': freestMemory(found.gpus),
    'disk-free': Math.floor(disk / 1e9),
    'clock-skew': skew === null ? '' : Number(skew.toFixed(1)),
  };
}

function lineOf({ name, status, found, next }: Check): string {
  const word = { ok: 'ok     ', warning: 'warning', error: 'FAILED ' }[status];
  return `${word}  ${name}: ${found}${next === undefined ? '' : `\n         next: ${next}`}`;
}

function remarkOf({ name, status, found, next }: Check): readonly Remark[] {
  if (status === 'ok') return [];
  const hint = next === undefined ? {} : { hint: next };
  return [{ level: status, code: 'MACHINE_UNFIT', message: `${name}: ${found}`, ...hint }];
}

const TONES: Readonly<Record<Check['status'], Tone>> = { ok: 'good', warning: 'caution', error: 'bad' };

function summaryOf(message: string, checks: readonly Check[]): Document {
  const rows = checks.map(({ name, status, found, next = '' }) => [
    badge(status, TONES[status]),
    name,
    found,
    next,
  ]);
  return {
    title: 'Preflight',
    summary: message,
    blocks: [paragraph(message), table(['', 'looked at', 'found', 'next'], 'llll', rows)],
  };
}
