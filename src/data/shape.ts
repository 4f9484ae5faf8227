import type { ReadOptions } from './ports.ts';
import type { DataConfig } from './schema.ts';

/** How the files of a data config are read. */
export function readOptions(data: Pick<DataConfig, 'format' | 'header' | 'trim'>): ReadOptions {
  return {
    ...(data.format === undefined ? {} : { format: data.format }),
    ...(data.header === undefined ? {} : { header: data.header }),
    ...(data.trim ? { trim: true } : {}),
  };
}

/** What of the config decides which bytes a part holds, beside the files: part of every digest. Unset keys are left out. */
export function shapeOf(data: DataConfig): Record<string, unknown> {
  const { format, header, trim, drop } = data;
  return {
    ...(format === undefined ? {} : { format }),
    ...(header === undefined || header === true ? {} : { header }),
    ...(trim ? { trim } : {}),
    ...(drop.length === 0 ? {} : { drop: [...drop].sort() }),
    ...(data['target-file'] === undefined ? {} : { target: data.target ?? null, id: data.id }),
    ...(data.split?.by === 'hash' && data.split.on === undefined ? { on: splitKey(data) } : {}),
  };
}

/** The column a split by hash goes by when it names none: what is independent, else the id; null = the whole row. */
export function splitKey(data: Pick<DataConfig, 'unit' | 'id'>): string | null {
  if (typeof data.unit === 'string') return data.unit;
  return data.id === 'row' ? null : data.id;
}
