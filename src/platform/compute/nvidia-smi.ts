import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';

import { PlatformError } from '../../contracts/errors.ts';

/** Memory in MiB, as nvidia-smi counts it. */
export interface GpuMemory {
  readonly total: number;
  readonly free: number;
}

export interface GpuProcess {
  readonly pid: number;
  readonly name: string;
  /** MiB; null where the driver does not tell. */
  readonly memory: number | null;
}

/** One GPU, or what is known of it: null means that the driver says `N/A`. */
export interface Gpu {
  readonly name: string;
  readonly memory: GpuMemory;
  /** Partitioned into smaller GPUs (Multi-Instance GPU); null where it cannot be. */
  readonly mig: boolean | null;
  readonly partitions: readonly GpuMemory[];
  /** Errors since the driver was loaded that could not be corrected; null without ECC memory. */
  readonly uncorrectable: number | null;
  /** Memory rows or pages that wait for a reset of the GPU, or that could not be replaced. */
  readonly repair: 'none' | 'pending' | 'failed';
  /** Processes that compute; those that only draw are left out. */
  readonly processes: readonly GpuProcess[];
}

export interface GpuReport {
  readonly driver: string;
  /** Newest CUDA that the driver runs, `12.8`; null where it does not tell. */
  readonly cuda: string | null;
  readonly gpus: readonly Gpu[];
}

/** What looking for GPUs found: `absent` is a machine without NVIDIA's tools, `broken` one whose driver does not answer. */
export type GpuLook =
  | ({ readonly kind: 'found' } & GpuReport)
  | { readonly kind: 'absent' }
  | { readonly kind: 'broken'; readonly why: string };

/** A driver that hangs is broken too. */
const LONGEST_MS = 60_000;
const MOST_BYTES = 16 * 1024 ** 2;

/** Asks nvidia-smi. It changes nothing. */
export async function lookAtGpus(command = 'nvidia-smi'): Promise<GpuLook> {
  try {
    const limits = { timeout: LONGEST_MS, maxBuffer: MOST_BYTES };
    const { stdout } = await promisify(execFile)(command, ['-q', '-x'], limits);
    return { kind: 'found', ...parseNvidiaSmi(stdout) };
  } catch (error) {
    const { code, killed, stdout, stderr } = error as {
      readonly code?: unknown;
      readonly killed?: boolean;
      readonly stdout?: string;
      readonly stderr?: string;
    };
    if (code === 'ENOENT') return { kind: 'absent' };
    if (killed === true) return { kind: 'broken', why: `no answer within ${LONGEST_MS / 1000} s` };
    const said = [stdout, stderr, String(error)].map((text) => (text ?? '').trim().split('\n')[0] ?? '');
    return { kind: 'broken', why: said.find((line) => line !== '' && !line.startsWith('<')) ?? 'unknown' };
  }
}

const text = z.string().catch('');
const Memory = z
  .looseObject({ total: text, free: text })
  .transform((raw): GpuMemory => ({ total: numberIn(raw.total) ?? 0, free: numberIn(raw.free) ?? 0 }));
/** An element without elements is read as its text: `None`, or nothing. */
const part = <Shape extends z.ZodRawShape>(shape: Shape) => z.preprocess(asObject, z.looseObject(shape));

const RawGpu = part({
  product_name: text,
  fb_memory_usage: part({ total: text, free: text }).pipe(Memory),
  mig_mode: part({ current_mig: text }),
  mig_devices: part({ mig_device: z.array(part({ fb_memory_usage: part({}).pipe(Memory) })).default([]) }),
  gpu_reset_status: part({ reset_required: text }),
  ecc_errors: part({ volatile: part({}) }),
  retired_pages: part({ pending_retirement: text }),
  remapped_rows: part({ remapped_row_pending: text, remapped_row_failure: text }),
  processes: part({
    process_info: z.array(part({ pid: text, type: text, process_name: text, used_memory: text })).default([]),
  }),
});
const RawReport = z.looseObject({
  nvidia_smi_log: part({ driver_version: text, cuda_version: text, gpu: z.array(RawGpu).default([]) }),
});

/**
 * Reads what `nvidia-smi -q -x` prints (NVIDIA's nvsmi_device DTDs from v10 on: fields are added and never renamed but for
 * those of ECC, which all hold `uncorrectable` or `double_bit`).
 *
 * @throws PlatformError MACHINE_UNFIT where it is not that
 */
export function parseNvidiaSmi(xml: string): GpuReport {
  const lists = new Set(['gpu', 'mig_device', 'process_info']);
  const parser = new XMLParser({
    parseTagValue: false,
    processEntities: false,
    isArray: (name) => lists.has(name),
  });
  const { driver_version: driver, cuda_version: cuda, gpu } = logIn(xml, parser);
  return { driver, cuda: /^\d+\.\d+$/u.test(cuda) ? cuda : null, gpus: gpu.map(gpuOf) };
}

function logIn(xml: string, parser: XMLParser): z.infer<typeof RawReport>['nvidia_smi_log'] {
  let cause: unknown;
  try {
    const { nvidia_smi_log: log } = RawReport.parse(parser.parse(xml));
    if (log.driver_version !== '') return log;
  } catch (error) {
    cause = error;
  }
  const message = `nvidia-smi answers with something else than its report: ${xml.slice(0, 100).trim()}`;
  throw new PlatformError({ code: 'MACHINE_UNFIT', message }, { cause });
}

function gpuOf(raw: z.infer<typeof RawGpu>): Gpu {
  const mig = raw.mig_mode.current_mig;
  return {
    name: raw.product_name,
    memory: raw.fb_memory_usage,
    mig: mig === 'Enabled' ? true : mig === 'Disabled' ? false : null,
    partitions: raw.mig_devices.mig_device.map((device) => device.fb_memory_usage),
    uncorrectable: uncorrectableIn(raw.ecc_errors.volatile),
    repair: repairOf(raw),
    processes: raw.processes.process_info
      .filter(({ type }) => type.includes('C'))
      .map(({ pid, process_name: name, used_memory: memory }) => ({
        pid: Number(pid),
        name,
        memory: numberIn(memory),
      })),
  };
}

function repairOf(raw: z.infer<typeof RawGpu>): Gpu['repair'] {
  if (raw.remapped_rows.remapped_row_failure === 'Yes') return 'failed';
  const waiting = [
    raw.remapped_rows.remapped_row_pending,
    raw.retired_pages.pending_retirement,
    raw.gpu_reset_status.reset_required,
  ];
  return waiting.includes('Yes') ? 'pending' : 'none';
}

/** Sum of all counters of a kind; older drivers nest them by place. */
function uncorrectableIn(counters: Readonly<Record<string, unknown>>, within = false): number | null {
  let sum: number | null = null;
  for (const [name, value] of Object.entries(counters)) {
    const counts = within || /uncorrectable|double_bit/u.test(name);
    // Older drivers add the places up beside them.
    if (name === 'total') continue;
    const found =
      typeof value === 'string'
        ? counts
          ? numberIn(value)
          : null
        : uncorrectableIn(asObject(value) as Record<string, unknown>, counts);
    if (found !== null) sum = (sum ?? 0) + found;
  }
  return sum;
}

/** `81559 MiB` → 81559; null for `N/A`. */
function numberIn(value: string): number | null {
  const digits = /^\d+/u.exec(value.trim());
  return digits === null ? null : Number(digits[0]);
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
