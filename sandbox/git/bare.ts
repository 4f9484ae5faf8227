/**
 * Objects in the `objects` directory of a bare repository: loose ones written by us and by `git unpack-objects`,
 * packs written by `git fetch` and `git index-pack`. Repositories of one fork network share one such directory.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import { boundedCache } from './lru.ts';
import {
  EMPTY_TREE,
  objectHeader,
  objectId,
  type ObjectStore,
  type ObjectType,
  type StoredObject,
} from './objects.ts';
import { openPack, type Pack } from './pack.ts';

const CACHE_BYTES = 32 << 20;
/** What a cached object costs beside its body. */
const ENTRY_BYTES = 200;

const loosePath = (directory: string, id: string): string => join(directory, id.slice(0, 2), id.slice(2));

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function readLoose(directory: string, id: string): StoredObject | undefined {
  let file: Buffer;
  try {
    file = readFileSync(loosePath(directory, id));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  const bytes = inflateSync(file);
  const end = bytes.indexOf(0);
  const type = bytes.toString('latin1', 0, bytes.indexOf(0x20)) as ObjectType;
  return { type, body: bytes.subarray(end + 1) };
}

/** The packs of a directory, looked for again when the directory has changed. */
function packsOf(directory: string): () => readonly Pack[] {
  const opened = new Map<string, Pack>();
  let changed = -1;
  return () => {
    const folder = join(directory, 'pack');
    const stat = statSync(folder, { throwIfNoEntry: false });
    if (stat === undefined || stat.mtimeMs === changed) return [...opened.values()];
    changed = stat.mtimeMs;
    const names = readdirSync(folder)
      .filter((file) => file.endsWith('.idx'))
      .map((file) => join(folder, file.slice(0, -'.idx'.length)));
    for (const [name, pack] of opened) {
      if (names.includes(name)) continue;
      pack.close();
      opened.delete(name);
    }
    for (const name of names) if (!opened.has(name)) opened.set(name, openPack(name));
    return [...opened.values()];
  };
}

/** Removes what a killed process was still writing. */
function sweep(directory: string): void {
  for (const folder of [directory, join(directory, 'pack')])
    for (const name of readdirSync(folder))
      if (name.startsWith('tmp_')) rmSync(join(folder, name), { force: true });
}

/**
 * The store over one `objects` directory, made if it is not there. Writes are atomic (a file beside, then a rename),
 * so a killed process leaves no half object; memory is bounded however much is read.
 */
export function bareObjects(directory: string): ObjectStore {
  mkdirSync(join(directory, 'pack'), { recursive: true });
  sweep(directory);
  const cache = boundedCache<StoredObject>(CACHE_BYTES);
  const packs = packsOf(directory);
  let temporary = 0;

  function readPacked(id: string): StoredObject | undefined {
    for (const pack of packs()) {
      const offset = pack.offset(id);
      if (offset !== undefined) return pack.read(offset, read);
    }
    return undefined;
  }
  function read(id: string): StoredObject | undefined {
    const known = cache.get(id);
    if (known !== undefined) return known;
    const object = readLoose(directory, id) ?? readPacked(id);
    if (object === undefined) return id === EMPTY_TREE ? { type: 'tree', body: Buffer.alloc(0) } : undefined;
    cache.set(id, object, object.body.length + ENTRY_BYTES);
    return object;
  }
  const has = (id: string): boolean =>
    cache.get(id) !== undefined ||
    existsSync(loosePath(directory, id)) ||
    packs().some((pack) => pack.offset(id) !== undefined) ||
    id === EMPTY_TREE;

  function write(type: ObjectType, body: Buffer): string {
    const id = objectId(type, body);
    if (has(id) && id !== EMPTY_TREE) return id;
    const path = loosePath(directory, id);
    const bytes = deflateSync(Buffer.concat([objectHeader(type, body.length), body]), { level: 1 });
    const beside = join(directory, `tmp_obj_${String(process.pid)}_${String(temporary++)}`);
    writeFileSync(beside, bytes);
    try {
      renameSync(beside, path);
    } catch (error) {
      if (!isMissing(error)) throw error;
      mkdirSync(join(directory, id.slice(0, 2)), { recursive: true });
      renameSync(beside, path);
    }
    cache.set(id, { type, body }, body.length + ENTRY_BYTES);
    return id;
  }
  return { has, read, write };
}
