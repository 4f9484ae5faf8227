import type { Gpu, GpuLook } from '../../platform/compute/nvidia-smi.ts';

/** What a job asks of its machine. */
export interface Wanted {
  readonly gpu: boolean;
  /** CUDA version that the job's programs were built with, `12.4`; null: any. */
  readonly cuda: string | null;
  /** MiB that must be free on one GPU, or on one partition of it. */
  readonly gpuMemory: number;
  readonly mig: 'any' | 'on' | 'off';
  /** GB (10⁹ bytes). */
  readonly disk: number;
  /** Seconds. */
  readonly skew: number;
}

/** What was found. */
export interface Machine {
  readonly gpus: GpuLook;
  /** Bytes. */
  readonly disk: number;
  /** Seconds ahead of GitHub's clock; null where it could not be asked. */
  readonly skew: number | null;
  readonly node: string;
  readonly python: string | null;
}

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  readonly status: 'ok' | 'warning' | 'error';
  /** One sentence. */
  readonly found: string;
  /** The repair, where something is wrong. */
  readonly next?: string;
}

/** Everything that was looked at, in the order in which it is shown. */
export function checkMachine(wanted: Wanted, machine: Machine): readonly Check[] {
  return [
    ...gpuChecks(wanted, machine.gpus),
    diskCheck(wanted, machine.disk),
    clockCheck(wanted, machine.skew),
    { name: 'programs', status: 'ok', found: programs(machine) },
  ];
}

function programs({ node, python }: Machine): string {
  return `Node ${node}, ${python === null ? 'no Python' : `Python ${python}`}`;
}

function diskCheck(wanted: Wanted, bytes: number): Check {
  const found = `${(bytes / 1e9).toFixed(1)} GB are free`;
  if (bytes >= wanted.disk * 1e9) return { name: 'disk', status: 'ok', found };
  const next = 'free space on the runner, or lower the input `disk`';
  return { name: 'disk', status: 'error', found: `${found}, ${wanted.disk} GB are asked for`, next };
}

/** A clock that is wrong makes tokens and certificates invalid, and times in reports lies. */
function clockCheck(wanted: Wanted, skew: number | null): Check {
  const name = 'clock';
  if (skew === null)
    return {
      name,
      status: 'warning',
      found: 'GitHub’s clock could not be asked',
      next: 'check the network of the runner',
    };
  const found = `${Math.abs(skew).toFixed(1)} s ${skew < 0 ? 'behind' : 'ahead of'} GitHub’s`;
  if (Math.abs(skew) <= wanted.skew) return { name, status: 'ok', found };
  const next = 'start time synchronisation on the runner (systemd-timesyncd, chrony)';
  return { name, status: 'error', found: `${found}, at most ${wanted.skew} s are allowed`, next };
}

function gpuChecks(wanted: Wanted, look: GpuLook): readonly Check[] {
  if (look.kind === 'found' && look.gpus.length > 0) {
    return [
      driverCheck(wanted, look.driver, look.cuda),
      ...look.gpus.flatMap((gpu, index) => eachGpu(wanted, gpu, index)),
      memoryCheck(wanted, look.gpus),
    ];
  }
  const status = wanted.gpu ? 'error' : look.kind === 'broken' ? 'warning' : 'ok';
  const found = {
    absent: 'this machine has no NVIDIA GPU: nvidia-smi is not on the PATH',
    broken: `the NVIDIA driver does not answer: ${look.kind === 'broken' ? look.why : ''}`,
    found: 'the NVIDIA driver is loaded and sees no GPU',
  }[look.kind];
  const next = wanted.gpu
    ? 'run the job on a runner with a GPU (`train.runner` in slipway.yaml), in a container with `--gpus all`'
    : 'reload the driver, or restart the machine';
  return [{ name: 'gpu', status, found, ...(status === 'ok' ? {} : { next }) }];
}

/** Oldest driver of each CUDA family (docs.nvidia.com: CUDA compatibility, minor version compatibility, table 1). */
const OLDEST_DRIVER: Readonly<Record<number, number>> = { 11: 450, 12: 525, 13: 580 };

/**
 * Newer drivers run programs of older CUDA. Older ones run programs of the same major version by minor version
 * compatibility, but for what is compiled when it starts (PTX).
 */
function driverCheck({ cuda: wanted }: Wanted, driver: string, newest: string | null): Check {
  const name = 'driver';
  const found = `driver ${driver}, for CUDA up to ${newest ?? 'unknown'}`;
  if (wanted === null) return { name, status: 'ok', found };
  const oldest = OLDEST_DRIVER[majorOf(wanted)];
  if (newest !== null && compare(newest, wanted) >= 0) return { name, status: 'ok', found };
  const isSameFamily =
    newest === null
      ? oldest !== undefined && majorOf(driver) >= oldest
      : majorOf(newest) === majorOf(wanted) && majorOf(wanted) >= 11;
  if (isSameFamily) {
    const next = `programs that compile for the GPU when they start (PTX) need a driver for CUDA ${wanted}; others run`;
    return { name, status: 'warning', found: `${found}; the job is built with CUDA ${wanted}`, next };
  }
  const least = oldest === undefined ? '' : ` (${oldest} or newer)`;
  const next = `install a driver for CUDA ${wanted}${least}, or build the job with an older CUDA`;
  return { name, status: 'error', found: `${found}; the job needs CUDA ${wanted}`, next };
}

function majorOf(version: string): number {
  return Number(version.split('.', 1)[0]);
}

/** By numbers: 12.10 is newer than 12.9. */
function compare(one: string, other: string): number {
  const [left = 0, leftMinor = 0] = one.split('.').map(Number);
  const [right = 0, rightMinor = 0] = other.split('.').map(Number);
  return left - right || leftMinor - rightMinor;
}

function eachGpu(wanted: Wanted, gpu: Gpu, index: number): readonly Check[] {
  const name = `gpu ${index}`;
  const checks: Check[] = [{ name, status: 'ok', found: describe(gpu) }];
  const add = (status: Check['status'], found: string, next: string): void => {
    checks.push({ name, status, found, next });
  };
  if (gpu.repair === 'failed') add('error', 'broken memory could not be replaced', 'have the GPU replaced');
  if (gpu.repair === 'pending')
    add('error', 'broken memory waits to be replaced', 'drain the runner and reset the GPU');
  if ((gpu.uncorrectable ?? 0) > 0)
    add(
      'error',
      `${gpu.uncorrectable ?? 0} memory errors that could not be corrected since the driver was loaded`,
      'results may be wrong: drain the runner and reset the GPU',
    );
  for (const { pid, name: program, memory } of gpu.processes)
    add(
      'warning',
      `process ${pid} (${program}) is there already${memory === null ? '' : ` and holds ${memory} MiB`}`,
      'a job before this one left it, or the GPU is shared: end it, or give each runner its own GPU',
    );
  const isOn = gpu.mig === true;
  if (wanted.mig !== 'any' && isOn !== (wanted.mig === 'on'))
    add('error', `MIG is ${isOn ? 'on' : 'off'}`, `choose a runner with MIG ${wanted.mig}`);
  if (isOn && gpu.partitions.length === 0)
    add('error', 'MIG is on and there is no partition', 'an administrator makes one: nvidia-smi mig -cgi');
  return checks;
}

function describe({ name, memory, mig, partitions, uncorrectable }: Gpu): string {
  const parts = [
    name,
    `${memory.free} of ${memory.total} MiB free`,
    mig === null ? null : mig ? `MIG on, ${partitions.length} partitions` : 'MIG off',
    uncorrectable === null ? 'no ECC' : null,
  ];
  return parts.filter((part) => part !== null).join(', ');
}

/** A job computes on one GPU, or on one partition of it: the freest. */
export function freestMemory(gpus: readonly Gpu[]): number {
  return Math.max(
    0,
    ...gpus.flatMap((gpu) => (gpu.mig === true ? gpu.partitions : [gpu.memory])).map(({ free }) => free),
  );
}

function memoryCheck({ gpuMemory }: Wanted, gpus: readonly Gpu[]): Check {
  const found = `${freestMemory(gpus)} MiB are free on the freest`;
  if (freestMemory(gpus) >= gpuMemory) return { name: 'gpu memory', status: 'ok', found };
  const next = 'end what holds it, or run on a larger GPU';
  return { name: 'gpu memory', status: 'error', found: `${found}, ${gpuMemory} MiB are asked for`, next };
}
