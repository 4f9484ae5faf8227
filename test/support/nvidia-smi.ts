/** One GPU of a report; what is left out is as on a healthy, idle one. */
export interface FakeGpu {
  readonly name?: string;
  /** MiB. */
  readonly total?: number;
  readonly free?: number;
  readonly mig?: 'Enabled' | 'Disabled' | 'N/A';
  /** Free MiB of each partition. */
  readonly partitions?: readonly number[];
  /** Elements of `<volatile>`; null: memory without ECC. */
  readonly ecc?: string | null;
  readonly remapped?: { readonly pending?: string; readonly failure?: string };
  readonly reset?: string;
  readonly processes?: readonly {
    readonly pid: number;
    readonly type: string;
    readonly name: string;
    readonly memory: string;
  }[];
}

/** A report as `nvidia-smi -q -x` prints it from driver 520 on (nvsmi_device_v12.dtd), with the elements in their order. */
export function nvidiaSmi(
  gpus: readonly FakeGpu[],
  { driver = '570.133.20', cuda = '12.8' }: { readonly driver?: string; readonly cuda?: string } = {},
): string {
  return `<?xml version="1.0" ?>
<!DOCTYPE nvidia_smi_log SYSTEM "nvsmi_device_v12.dtd">
<nvidia_smi_log>
\t<timestamp>Mon Jan  5 10:00:00 2026</timestamp>
\t<driver_version>${driver}</driver_version>
\t<cuda_version>${cuda}</cuda_version>
\t<attached_gpus>${gpus.length}</attached_gpus>
${gpus.map(gpuOf).join('\n')}
</nvidia_smi_log>
`;
}

const NO_ERRORS = `<sram_correctable>0</sram_correctable>
\t\t\t\t<sram_uncorrectable_parity>0</sram_uncorrectable_parity>
\t\t\t\t<sram_uncorrectable_secded>0</sram_uncorrectable_secded>
\t\t\t\t<dram_correctable>2</dram_correctable>
\t\t\t\t<dram_uncorrectable>0</dram_uncorrectable>`;

function gpuOf(gpu: FakeGpu, index: number): string {
  const {
    name = 'NVIDIA H100 80GB HBM3',
    total = 81_559,
    free = 81_079,
    mig = 'Disabled',
    ecc = NO_ERRORS,
  } = gpu;
  const errors = ecc ?? NO_ERRORS.replaceAll(/>\d+</gu, '>N/A<');
  return `\t<gpu id="00000000:${String(index + 1).padStart(2, '0')}:00.0">
\t\t<product_name>${name}</product_name>
\t\t<product_brand>NVIDIA</product_brand>
\t\t<mig_mode>
\t\t\t<current_mig>${mig}</current_mig>
\t\t\t<pending_mig>${mig}</pending_mig>
\t\t</mig_mode>
\t\t<mig_devices>
\t\t\t${(gpu.partitions ?? []).map(partitionOf).join('\n') || 'None'}
\t\t</mig_devices>
\t\t<driver_model>
\t\t\t<current_dm>N/A</current_dm>
\t\t</driver_model>
\t\t<minor_number>${index}</minor_number>
\t\t<gpu_reset_status>
\t\t\t<reset_required>${gpu.reset ?? 'No'}</reset_required>
\t\t\t<drain_and_reset_recommended>N/A</drain_and_reset_recommended>
\t\t</gpu_reset_status>
\t\t<fb_memory_usage>
\t\t\t<total>${total} MiB</total>
\t\t\t<reserved>480 MiB</reserved>
\t\t\t<used>${total - free - 480} MiB</used>
\t\t\t<free>${free} MiB</free>
\t\t</fb_memory_usage>
\t\t<bar1_memory_usage>
\t\t\t<total>131072 MiB</total>
\t\t\t<used>1 MiB</used>
\t\t\t<free>131071 MiB</free>
\t\t</bar1_memory_usage>
\t\t<compute_mode>Default</compute_mode>
\t\t<ecc_mode>
\t\t\t<current_ecc>${ecc === null ? 'N/A' : 'Enabled'}</current_ecc>
\t\t</ecc_mode>
\t\t<ecc_errors>
\t\t\t<volatile>
\t\t\t\t${errors}
\t\t\t</volatile>
\t\t\t<aggregate>
\t\t\t\t<dram_uncorrectable>9</dram_uncorrectable>
\t\t\t</aggregate>
\t\t</ecc_errors>
\t\t<retired_pages>
\t\t\t<multiple_single_bit_retirement>
\t\t\t\t<retired_count>N/A</retired_count>
\t\t\t</multiple_single_bit_retirement>
\t\t\t<pending_retirement>N/A</pending_retirement>
\t\t</retired_pages>
\t\t<remapped_rows>
\t\t\t<remapped_row_corr>0</remapped_row_corr>
\t\t\t<remapped_row_pending>${gpu.remapped?.pending ?? 'No'}</remapped_row_pending>
\t\t\t<remapped_row_failure>${gpu.remapped?.failure ?? 'No'}</remapped_row_failure>
\t\t</remapped_rows>
\t\t<processes>
${(gpu.processes ?? []).map(processOf).join('\n')}
\t\t</processes>
\t</gpu>`;
}

function partitionOf(free: number, index: number): string {
  return `<mig_device>
\t\t\t\t<index>${index}</index>
\t\t\t\t<gpu_instance_id>${index + 1}</gpu_instance_id>
\t\t\t\t<fb_memory_usage>
\t\t\t\t\t<total>20096 MiB</total>
\t\t\t\t\t<free>${free} MiB</free>
\t\t\t\t</fb_memory_usage>
\t\t\t</mig_device>`;
}

function processOf({ pid, type, name, memory }: NonNullable<FakeGpu['processes']>[number]): string {
  return `\t\t\t<process_info>
\t\t\t\t<gpu_instance_id>N/A</gpu_instance_id>
\t\t\t\t<compute_instance_id>N/A</compute_instance_id>
\t\t\t\t<pid>${pid}</pid>
\t\t\t\t<type>${type}</type>
\t\t\t\t<process_name>${name}</process_name>
\t\t\t\t<used_memory>${memory}</used_memory>
\t\t\t</process_info>`;
}
