import { InputError } from '../../contracts/errors.ts';
import type { ReleaseStore } from '../ports.ts';
import type { LocalFile } from './types.ts';

/** Bytes `from` … `from + bytes` of a file. */
export interface Slice {
  readonly file: LocalFile;
  readonly from: number;
  readonly bytes: number;
}

/** One release asset: slices of one file or (a pack) several whole files. */
export interface PlannedAsset {
  readonly name: string;
  readonly slices: readonly Slice[];
}

const SMALL = 16 * 2 ** 20;
const PACK_PREFIX = 'slipway-pack-';
const PART = /\.part-\d+$/i;

/**
 * How files become assets: one each; in parts `<file>.part-0001` … where larger than the limit; small ones together in
 * packs where the release would hold too many. Empty files need no asset. `reserved` names are documents'.
 * Throws InputError FORMAT_REFUSED where even packs are too many.
 */
export function planAssets(
  files: readonly LocalFile[],
  reserved: readonly string[],
  limits: ReleaseStore['limits'],
): readonly PlannedAsset[] {
  let small = 0;
  while (small <= limits.assetBytes) {
    const assets = planned(files, reserved, limits.assetBytes, small);
    if (assets.length + reserved.length <= limits.assets) return assets;
    small = small === 0 ? Math.min(SMALL, limits.assetBytes) : small * 4;
  }
  const message = `${files.length} files need more than the ${limits.assets} assets that a release can hold`;
  throw new InputError({ code: 'FORMAT_REFUSED', message, hint: 'Store them as fewer, larger files.' });
}

function planned(
  files: readonly LocalFile[],
  reserved: readonly string[],
  most: number,
  small: number,
): readonly PlannedAsset[] {
  const names = new Set(reserved.map((name) => name.toLowerCase()));
  const assets: PlannedAsset[] = [];
  const packed: LocalFile[] = [];
  for (const file of files) {
    const { bytes } = file.source;
    if (bytes === 0) continue;
    if (bytes <= small) {
      packed.push(file);
      continue;
    }
    const name = freeName(file.path, names);
    const parts = Math.ceil(bytes / most);
    for (let part = 0; part < parts; part++) {
      const from = part * most;
      const slice = { file, from, bytes: Math.min(most, bytes - from) };
      const suffix = parts === 1 ? '' : `.part-${String(part + 1).padStart(4, '0')}`;
      assets.push({ name: name + suffix, slices: [slice] });
    }
  }
  return [...assets, ...packs(packed, most)];
}

function packs(files: readonly LocalFile[], most: number): readonly PlannedAsset[] {
  const found: Slice[][] = [];
  let room = 0;
  for (const file of files) {
    const { bytes } = file.source;
    if (bytes > room || found.length === 0) {
      found.push([]);
      room = most;
    }
    found.at(-1)?.push({ file, from: 0, bytes });
    room -= bytes;
  }
  return found.map((slices, index) => ({
    name: `${PACK_PREFIX}${String(index + 1).padStart(4, '0')}`,
    slices,
  }));
}

/** A flat name in characters that GitHub keeps as they are; a counter where it is taken already. */
function freeName(path: string, names: Set<string>): string {
  const flat = path
    .replaceAll('/', '.')
    .replace(/[^A-Za-z0-9_-]+/g, (run) => (run.includes('.') ? '.' : '_'))
    .slice(-180)
    .replace(/^\.+|\.+$/g, '');
  // Names of parts are given by splitting alone.
  const base = flat === '' || PART.test(flat) ? `${flat}file` : flat;
  let name = base;
  for (let count = 2; names.has(name.toLowerCase()) || name.startsWith(PACK_PREFIX); count++)
    name = `f${count}-${base}`;
  names.add(name.toLowerCase());
  return name;
}
