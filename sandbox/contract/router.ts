import { knownOperations, type Operation } from './operations.ts';

/** What a method and a path mean. `unsupported`: GitHub has the operation, the sandbox keeps no description of it. */
export type Match =
  | { readonly kind: 'operation'; readonly operation: Operation; readonly params: Record<string, string> }
  | { readonly kind: 'unsupported'; readonly id: string }
  | { readonly kind: 'unknown' };

/** A segment of a path template is a literal, a parameter of one segment, or (`{+ref}`) of one or more. */
interface Node {
  readonly literals: Map<string, Node>;
  one: Node | undefined;
  many: Node | undefined;
  readonly targets: Map<string, Target>;
}

interface Target {
  readonly operation: Operation;
  readonly names: readonly string[];
}

const UNKNOWN: Match = { kind: 'unknown' };

/**
 * Parameters that GitHub also takes empty, with and without the slash before them: the root folder of the contents
 * (https://docs.github.com/rest/repos/contents#get-repository-content) and all refs of a repository.
 */
const MAY_BE_EMPTY: ReadonlySet<string> = new Set(['repos/get-content', 'git/list-matching-refs']);

let root: Node | undefined;

/**
 * Which operation a request asks for. `path` is the encoded path without query and host.
 * Backtracks: literals first, then one segment, then several, the fewest first; so `/commits/a/b/status` is the status
 * of `a/b`. Percent escapes are decoded after the path was split: `%2F` never splits. A trailing slash is another path.
 */
export function matchOperation(method: string, path: string): Match {
  root ??= build();
  const segments = path.split('/');
  const values: string[] = [];
  const target = walk(root, segments, 1, method, values);
  if (target === undefined) return UNKNOWN;
  const { operation, names } = target;
  if (!operation.served) return { kind: 'unsupported', id: operation.id };
  const params: Record<string, string> = {};
  for (let index = 0; index < names.length; index += 1) {
    const value = decoded(values[index] ?? '');
    if (value === undefined) return UNKNOWN;
    params[names[index]!] = value;
  }
  return { kind: 'operation', operation, params };
}

function walk(
  node: Node,
  segments: readonly string[],
  at: number,
  method: string,
  values: string[],
): Target | undefined {
  if (at === segments.length) return node.targets.get(method);
  const segment = segments[at]!;
  const literal = node.literals.get(segment);
  const found = literal && walk(literal, segments, at + 1, method, values);
  if (found !== undefined) return found;
  if (segment === '') return undefined;
  const depth = values.length;
  if (node.one !== undefined) {
    values.push(segment);
    const inner = walk(node.one, segments, at + 1, method, values);
    if (inner !== undefined) return inner;
    values.length = depth;
  }
  if (node.many !== undefined) {
    let value = segment;
    for (let next = at + 1; ; next += 1) {
      values.push(value);
      const inner = walk(node.many, segments, next, method, values);
      if (inner !== undefined) return inner;
      values.length = depth;
      const more = segments[next];
      if (more === undefined || more === '') return undefined;
      value += `/${more}`;
    }
  }
  return undefined;
}

function decoded(value: string): string | undefined {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}

function build(): Node {
  const top = emptyNode();
  for (const operation of knownOperations()) {
    // `{base}...{head}` is the old spelling of `{basehead}`: the same requests.
    if (operation.template.includes('...')) continue;
    const segments = operation.template.split('/').slice(1);
    add(top, segments, operation);
    if (!MAY_BE_EMPTY.has(operation.id)) continue;
    add(top, segments.slice(0, -1), operation);
    add(top, [...segments.slice(0, -1), ''], operation);
  }
  return top;
}

function add(top: Node, segments: readonly string[], operation: Operation): void {
  let node = top;
  const names: string[] = [];
  for (const segment of segments) {
    const parameter = /^\{(\+?)(\w+)\}$/.exec(segment);
    if (parameter === null) {
      const next = node.literals.get(segment) ?? emptyNode();
      node.literals.set(segment, next);
      node = next;
    } else {
      names.push(parameter[2]!);
      if (parameter[1] === '+') node = node.many ??= emptyNode();
      else node = node.one ??= emptyNode();
    }
  }
  if (MAY_BE_EMPTY.has(operation.id) && names.length === 2)
    names.push(/\{\+(\w+)\}$/.exec(operation.template)![1]!);
  node.targets.set(operation.method, { operation, names });
}

function emptyNode(): Node {
  return { literals: new Map(), one: undefined, many: undefined, targets: new Map() };
}
