/**
 * Git objects as bytes: `<type> <length>\0<body>`, named by the SHA-1 of that.
 * Format: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
 */
import { createHash, hash } from 'node:crypto';

export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag';

export interface StoredObject {
  readonly type: ObjectType;
  readonly body: Buffer;
}

/** Where objects are kept. Everything is synchronous; an object that was written stays. */
export interface ObjectStore {
  has(id: string): boolean;
  /** The object, or undefined when the store has none of that id. */
  read(id: string): StoredObject | undefined;
  /** Keeps an object and gives its id; writing it again changes nothing. */
  write(type: ObjectType, body: Buffer): string;
}

/** The id git writes for "no object": before a creation, after a deletion. */
export const ZERO_ID = '0'.repeat(40);

/** Id of the empty tree, which git knows without storing it. */
export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** Above this size the header and the body are hashed apart, to spare a copy. */
const COPY_BELOW = 1 << 16;

/** The bytes that stand before the body of an object. */
export function objectHeader(type: ObjectType, length: number): Buffer {
  return Buffer.from(`${type} ${String(length)}\0`, 'latin1');
}

/** The id git gives to an object. */
export function objectId(type: ObjectType, body: Buffer): string {
  const header = objectHeader(type, body.length);
  if (body.length < COPY_BELOW) return hash('sha1', Buffer.concat([header, body]), 'hex');
  return createHash('sha1').update(header).update(body).digest('hex');
}

/** Whether a text is written like a full object id: 40 lower-case hexadecimal digits. */
export function isObjectId(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

/** The object's body, refused with an error unless the store has it with this type. */
export function readBody(store: ObjectStore, id: string, type: ObjectType): Buffer {
  const object = store.read(id);
  if (object === undefined) throw new Error(`object ${id} is missing`);
  if (object.type !== type) throw new Error(`object ${id} is a ${object.type}, not a ${type}`);
  return object.body;
}

/** An object store that lives and dies with the process. */
export interface MemoryObjects extends ObjectStore {
  /** A store with the same objects; what either writes from now on the other does not have. */
  fork(): MemoryObjects;
}

/** So many layers of objects are looked through; then they become one. */
const MOST_LAYERS = 8;

/** An empty store in memory, or one on top of objects that never change. */
export function memoryObjects(below: readonly ReadonlyMap<string, StoredObject>[] = []): MemoryObjects {
  const emptyTree: StoredObject = { type: 'tree', body: Buffer.alloc(0) };
  let layers = below;
  let objects = new Map<string, StoredObject>();
  const read = (id: string): StoredObject | undefined => {
    const found = objects.get(id);
    if (found !== undefined) return found;
    for (const layer of layers) {
      const lower = layer.get(id);
      if (lower !== undefined) return lower;
    }
    return id === EMPTY_TREE ? emptyTree : undefined;
  };
  return {
    has: (id) => read(id) !== undefined,
    read,
    write: (type, body) => {
      const id = objectId(type, body);
      if (objects.has(id) || layers.some((layer) => layer.has(id))) return id;
      objects.set(id, { type, body });
      return id;
    },
    fork: () => {
      if (objects.size > 0) {
        layers = [objects, ...layers];
        objects = new Map<string, StoredObject>();
      }
      if (layers.length > MOST_LAYERS) layers = [new Map(layers.toReversed().flatMap((one) => [...one]))];
      return memoryObjects(layers);
    },
  };
}
