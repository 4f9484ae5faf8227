/** Commit and annotated tag objects: header lines (continued by a leading space), an empty line, the message. */
import { type ObjectStore, readBody } from './objects.ts';
import { encodePerson, parsePerson, type Person } from './person.ts';

export interface Header {
  readonly name: string;
  readonly value: string;
}

export interface Commit {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  /** All other headers in their order: `encoding`, `gpgsig`, `mergetag`; line ends in values are kept. */
  readonly headers?: readonly Header[];
  readonly message: string;
}

export interface Tag {
  readonly object: string;
  readonly type: 'blob' | 'tree' | 'commit' | 'tag';
  readonly tag: string;
  readonly tagger?: Person;
  readonly headers?: readonly Header[];
  readonly message: string;
}

function split(body: Buffer): { headers: Header[]; message: Buffer } {
  const end = body.indexOf('\n\n');
  const head = body.toString('utf8', 0, end < 0 ? body.length : end);
  const headers: { name: string; value: string }[] = [];
  for (const line of head.split('\n')) {
    const last = headers.at(-1);
    if (line.startsWith(' ') && last !== undefined) {
      last.value += `\n${line.slice(1)}`;
    } else if (line !== '') {
      const space = line.indexOf(' ');
      headers.push(
        space < 0 ? { name: line, value: '' } : { name: line.slice(0, space), value: line.slice(space + 1) },
      );
    }
  }
  return { headers, message: end < 0 ? Buffer.alloc(0) : body.subarray(end + 2) };
}

function decode(text: Buffer, encoding: string | undefined): string {
  if (encoding === undefined) return text.toString('utf8');
  try {
    return new TextDecoder(encoding).decode(text);
  } catch {
    return text.toString('latin1');
  }
}

const headerLine = ({ name, value }: Header): string => `${name} ${value.replaceAll('\n', '\n ')}\n`;

/** Commits by their bodies, which never change. */
const PARSED = new WeakMap<Buffer, Commit>();

/** Reads the body of a commit object; refuses one without a tree. */
export function parseCommit(body: Buffer): Commit {
  let commit = PARSED.get(body);
  if (commit === undefined) PARSED.set(body, (commit = commitIn(body)));
  return commit;
}

function commitIn(body: Buffer): Commit {
  const { headers, message } = split(body);
  const value = (name: string): string | undefined => headers.find((header) => header.name === name)?.value;
  const tree = value('tree');
  if (tree === undefined) throw new Error('the commit object is malformed');
  const rest = headers.filter(({ name }) => !['tree', 'parent', 'author', 'committer'].includes(name));
  return {
    tree,
    parents: headers.filter(({ name }) => name === 'parent').map((header) => header.value),
    author: parsePerson(value('author') ?? ''),
    committer: parsePerson(value('committer') ?? ''),
    ...(rest.length === 0 ? {} : { headers: rest }),
    message: decode(message, value('encoding')),
  };
}

/** The body of a commit object; parsing it gives the same commit back. */
export function encodeCommit(commit: Commit): Buffer {
  const lines = [
    `tree ${commit.tree}\n`,
    ...commit.parents.map((id) => `parent ${id}\n`),
    `author ${encodePerson(commit.author)}\n`,
    `committer ${encodePerson(commit.committer)}\n`,
    ...(commit.headers ?? []).map(headerLine),
  ];
  return Buffer.from(`${lines.join('')}\n${commit.message}`);
}

/** Reads the body of a tag object; refuses one that names no object. */
export function parseTag(body: Buffer): Tag {
  const { headers, message } = split(body);
  const value = (name: string): string | undefined => headers.find((header) => header.name === name)?.value;
  const object = value('object');
  const type = value('type');
  if (object === undefined || !(type === 'commit' || type === 'tree' || type === 'blob' || type === 'tag'))
    throw new Error('the tag object is malformed');
  const tagger = value('tagger');
  const rest = headers.filter(({ name }) => !['object', 'type', 'tag', 'tagger'].includes(name));
  return {
    object,
    type,
    tag: value('tag') ?? '',
    ...(tagger === undefined ? {} : { tagger: parsePerson(tagger) }),
    ...(rest.length === 0 ? {} : { headers: rest }),
    message: message.toString('utf8'),
  };
}

/** The body of an annotated tag object. */
export function encodeTag(tag: Tag): Buffer {
  const lines = [
    `object ${tag.object}\n`,
    `type ${tag.type}\n`,
    `tag ${tag.tag}\n`,
    ...(tag.tagger === undefined ? [] : [`tagger ${encodePerson(tag.tagger)}\n`]),
    ...(tag.headers ?? []).map(headerLine),
  ];
  return Buffer.from(`${lines.join('')}\n${tag.message}`);
}

/** The stored commit; refuses an id that is missing or no commit. */
export function readCommit(store: ObjectStore, id: string): Commit {
  return parseCommit(readBody(store, id, 'commit'));
}

/** Follows annotated tags to what they name in the end; undefined when something on the way is missing. */
export function peel(
  store: ObjectStore,
  id: string,
): { id: string; type: 'blob' | 'tree' | 'commit' } | undefined {
  let current = id;
  // A chain of tags longer than this is a trick, not a history.
  for (let depth = 0; depth < 32; depth++) {
    const object = store.read(current);
    if (object === undefined) return undefined;
    if (object.type !== 'tag') return { id: current, type: object.type };
    current = parseTag(object.body).object;
  }
  return undefined;
}
