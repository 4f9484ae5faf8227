import { RecordBatchFileWriter } from 'apache-arrow';
import type { RecordBatch, Schema } from 'apache-arrow';

import { withSinks } from './sinks.ts';

/** Writes record batches as an Arrow IPC file, whole or not at all. */
export async function writeBatches(
  schema: Schema,
  batches: Iterable<RecordBatch>,
  file: string,
): Promise<void> {
  await withSinks([file], async ([sink]) => {
    const writer = new RecordBatchFileWriter();
    writer.reset(undefined, schema);
    for (const batch of batches) writer.write(batch);
    writer.finish();
    for await (const bytes of writer as AsyncIterable<Uint8Array>) await sink!.write(bytes);
  });
}
