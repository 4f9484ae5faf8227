import { spawn } from 'node:child_process';

import { LOG_BRANCH } from '../../contracts/entry.ts';
import { InputError, PlatformError } from '../../contracts/errors.ts';
import type { AppendOutcome, ListedFile, LogChange, LogCommit, LogStore } from '../../registry/ports.ts';
import { gitEnd, gitEnvironment, tryGit } from './git.ts';
import { ENVIRONMENT, lastLines, pushOnto } from './push.ts';
import { FOLDER, gitObjects, treeEntries, type GitObject, type GitObjects } from './objects.ts';

export interface GitLogOptions {
  /** Default: slipway/log */
  readonly branch?: string;
  /** Where the branch is kept, if the repository knows such a remote. Default: origin */
  readonly remote?: string;
  /** Asks the remote for its branch before each look at the head. Default: only after a push and where it was never asked. */
  readonly fetch?: boolean;
  readonly clock?: () => Date;
}

const NONE = '0'.repeat(40);
/** Never a ref: fast-import wants a name while it writes, and forgets it at its end. */
const UNBORN = 'refs/slipway/unborn';

/**
 * The log's branch in a local repository: bare, with a work tree, or one of several work trees; index and work tree are
 * not touched. Where the repository has the remote, the branch is the remote's, as far as it was fetched, and entries
 * are pushed there; else it is the local one.
 *
 * Its methods throw InputError GIT with the command to run where the clone lacks what is needed.
 */
export function gitLogStore(folder: string, options: GitLogOptions = {}): LogStore {
  const { branch = LOG_BRANCH, remote = 'origin', clock = () => new Date() } = options;
  const local = `refs/heads/${branch}`;
  const tracking = `refs/remotes/${remote}/${branch}`;
  const objects = gitObjects(folder, ENVIRONMENT);
  const place: Place = { folder, remote, local, tracking, objects };
  let hasRemote: Promise<boolean> | undefined;
  const withRemote = () => (hasRemote ??= knowsRemote(folder, remote));
  let fetched = options.fetch !== true;
  return {
    head: async () => {
      if (fetched) {
        const refs = await refsOf(place);
        // A tracking branch means that there is a remote: asking git for that is one process more.
        if (refs.tracking !== null) return refs.tracking;
        if (!(await withRemote())) return refs.local;
      } else if (!(await withRemote())) {
        return (await refsOf(place)).local;
      }
      const head = await fetchHead(place);
      fetched = options.fetch !== true;
      return head;
    },
    history: (head, until, path) => history(place, head, until, path),
    read: (commit, paths) => read(place, commit, paths),
    list: (commit, below) => list(place, commit, below),
    isAncestor: async (base, head) =>
      (await run(folder, ['merge-base', '--is-ancestor', base, head])).code === 0,
    append: async (parent, change) => {
      const [commit, pushes] = await Promise.all([
        writeCommit(folder, parent, change, clock()),
        withRemote(),
      ]);
      if (!pushes) return await moveLocal(place, parent, commit);
      // Whatever the remote answers, it is asked before the head is believed again.
      fetched = false;
      if ((await pushOnto(place, local, parent, commit)) === 'moved') return { status: 'refused' };
      await tryGit(folder, ['update-ref', tracking, commit]);
      fetched = options.fetch !== true;
      return { status: 'appended', commit };
    },
    now: () => Promise.resolve(clock()),
  };
}

interface Place {
  readonly folder: string;
  readonly remote: string;
  readonly local: string;
  readonly tracking: string;
  readonly objects: GitObjects;
}

function run(folder: string, args: readonly string[], input?: string) {
  return gitEnd(folder, args, { env: ENVIRONMENT, ...(input === undefined ? {} : { input }) });
}

async function refsOf(place: Place) {
  const [tracking, local] = await ask(place, [place.tracking, place.local]);
  return { tracking: tracking?.id ?? null, local: local?.id ?? null };
}

async function ask({ folder, objects }: Place, names: readonly string[]) {
  try {
    return await objects.ask(names);
  } catch (error) {
    throw missing(folder, ['cat-file'], error instanceof Error ? error.message : String(error));
  }
}

async function knowsRemote(folder: string, remote: string): Promise<boolean> {
  return (await tryGit(folder, ['config', '--get', `remote.${remote}.url`])) !== null;
}

/** The remote's branch as it is now; null where it has none. */
async function fetchHead({ folder, remote, local, tracking }: Place): Promise<string | null> {
  const command = ['fetch', '--quiet', '--no-tags', remote, `+${local}:${tracking}`];
  const { code, stderr } = await run(folder, command);
  if (code === 0) return await tryGit(folder, ['rev-parse', '--verify', '--quiet', tracking]);
  if (/couldn't find remote ref/u.test(stderr)) return null;
  throw new PlatformError({
    code: 'NETWORK',
    message: `the log could not be fetched from ${remote}: ${lastLines(stderr)}`,
    hint: `run \`git ${command.join(' ')}\` in ${folder}`,
  });
}

/** Commits that are asked for by their distance, a few at first: what was followed is seldom further away. */
const STEPS = 128;
const FIRST_ASKED = 3;

async function* history(
  place: Place,
  head: string,
  until: string | null,
  path: string | undefined,
): AsyncIterable<LogCommit> {
  let next = head;
  let after = '';
  let many = FIRST_ASKED;
  if (head === until) return;
  for (let step = 0; path === undefined && step < STEPS;) {
    const from = next;
    const further = Array.from({ length: many }, (_, at) => `${from}~${at + 1}`);
    const found = await ask(place, [from, ...further]);
    many = Math.min(many * 4, STEPS - step);
    for (const [at, object] of found.entries()) {
      // Nothing stands before the first, and a part may be missing: asked for by its name, that is told apart.
      if (at > 0 && object === null) break;
      if (object?.type !== 'commit') throw absent(place.folder, next, after);
      const commit = commitOf(object);
      yield commit;
      step++;
      const [parent] = commit.parents;
      if (parent === undefined || parent === until) return;
      [after, next] = [commit.id, parent];
    }
  }
  yield* logged(place, next, until, path);
}

function commitOf({ id, content }: GitObject): LogCommit {
  const text = content.toString('utf8');
  const blank = text.indexOf('\n\n');
  const header = blank < 0 ? text : text.slice(0, blank);
  const parents = Array.from(header.matchAll(/^parent ([0-9a-f]+)$/gmu), ([, parent]) => parent!);
  const tree = header.slice('tree '.length, header.indexOf('\n'));
  return { id, parents, tree, message: blank < 0 ? '' : text.slice(blank + 2), author: null, signed: null };
}

/** One process that is stopped when nobody asks for more. */
async function* logged(
  place: Place,
  head: string,
  until: string | null,
  path: string | undefined,
): AsyncIterable<LogCommit> {
  const format = ['--no-show-signature', '--encoding=UTF-8', '--format=%H%x00%P%x00%T%x00%B'];
  const range = until === null ? [head] : [head, `^${until}`];
  const args = ['log', '-z', '--first-parent', '--no-color', ...format, ...range, '--'];
  const fields: string[] = [];
  for await (const field of nulFields(place.folder, path === undefined ? args : [...args, path])) {
    fields.push(field);
    if (fields.length < 4) continue;
    const [id, parents, tree, message] = fields.splice(0) as [string, string, string, string];
    const found = parents === '' ? [] : parents.split(' ');
    if (found.length === 0 && path === undefined) await refuseShallow(place, id);
    yield { id, parents: found, tree, message, author: null, signed: null };
  }
}

/** Texts between NUL bytes of what a git says. @throws InputError GIT where it refuses */
async function* nulFields(folder: string, args: readonly string[]): AsyncIterable<string> {
  const child = spawn('git', [...args], {
    cwd: folder,
    env: gitEnvironment(ENVIRONMENT),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  let rest = '';
  try {
    for await (const text of child.stdout.setEncoding('utf8') as AsyncIterable<string>) {
      const parts = (rest + text).split('\0');
      rest = parts.pop()!;
      yield* parts;
    }
    const code = await ended;
    if (code !== 0) throw missing(folder, args, said);
  } finally {
    child.kill();
  }
}

/** What begins a shallow clone only looks like the first commit. */
async function refuseShallow(place: Place, id: string): Promise<void> {
  const [found] = await ask(place, [id]);
  const parent = found === null || found === undefined ? undefined : commitOf(found).parents[0];
  if (parent !== undefined) throw absent(place.folder, parent, id);
}

function absent(folder: string, commit: string, after: string): InputError {
  if (after === '') return missing(folder, ['cat-file'], `${commit} is missing`);
  return new InputError({
    code: 'GIT',
    message: `${folder} is a shallow clone: it does not hold the log before ${after}`,
    hint: `run \`git fetch --unshallow\` in ${folder}`,
  });
}

async function read(
  place: Place,
  commit: string,
  paths: readonly string[],
): Promise<readonly (string | null)[]> {
  const found = await ask(
    place,
    paths.map((path) => `${commit}:${path}`),
  );
  return found.map((object, at) => {
    if (object !== null && object.type !== 'blob')
      throw new InputError({
        code: 'GIT',
        message: `${paths[at]!} at ${commit} is no file: it is a ${object.type}`,
      });
    return object === null ? null : object.content.toString('utf8');
  });
}

/** All files below a folder, one question for each level of it. */
async function list(place: Place, commit: string, below: string): Promise<readonly ListedFile[]> {
  const files: ListedFile[] = [];
  let folders = [{ path: below === '' ? '' : `${below}/`, name: `${commit}:${below}` }];
  while (folders.length > 0) {
    const trees = await ask(
      place,
      folders.map(({ name }) => name),
    );
    const deeper: typeof folders = [];
    for (const [at, tree] of trees.entries()) {
      if (tree?.type !== 'tree') continue;
      for (const entry of treeEntries(tree)) {
        const path = folders[at]!.path + entry.path;
        if (entry.mode === FOLDER) deeper.push({ path: `${path}/`, name: entry.id });
        else files.push({ path, blob: entry.id, mode: entry.mode });
      }
    }
    folders = deeper;
  }
  return files;
}

/** Blobs, trees and the commit in one process that moves no ref; gives the commit's id. */
async function writeCommit(
  folder: string,
  parent: string | null,
  change: LogChange,
  now: Date,
): Promise<string> {
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const files = Object.entries(change.files).map(([path, text]) => `M 100644 inline ${path}\n${data(text)}`);
  const input = [
    `commit ${UNBORN}\nmark :1\n`,
    // An address that is nobody's: GitHub gives commits to whom their address belongs.
    `committer Slipway <slipway@slipway.invalid> ${Math.floor(now.getTime() / 1000)} +0000\n`,
    data(change.message),
    parent === null ? '' : `from ${parent}\n`,
    ...files,
    `\nget-mark :1\nreset ${UNBORN}\nfrom ${NONE}\n`,
  ].join('');
  const { code, stdout, stderr } = await run(folder, ['fast-import', '--quiet'], input);
  const commit = stdout.trim();
  if (code === 0 && /^[0-9a-f]{40}$/u.test(commit)) return commit;
  throw missing(folder, ['fast-import'], stderr);
}

async function moveLocal(place: Place, parent: string | null, commit: string): Promise<AppendOutcome> {
  const { folder, local } = place;
  const args = ['update-ref', '--create-reflog', '-m', 'slipway: append', local, commit, parent ?? NONE];
  const { code, stderr } = await run(folder, args);
  if (code === 0) return { status: 'appended', commit };
  if ((await refsOf(place)).local !== parent) return { status: 'refused' };
  throw missing(folder, args, stderr);
}

function missing(folder: string, args: readonly string[], stderr: string): InputError {
  const lock = /Unable to create '([^']+\.lock)': File exists/u.exec(stderr)?.[1];
  const lacks = /bad object|not a valid object name|unable to read|missing|not a tree/iu.test(stderr);
  const hint =
    lock !== undefined
      ? `another git is at work, or one was stopped: then run \`rm ${lock}\``
      : lacks
        ? `the clone lacks a part of the log: run \`git fetch origin ${LOG_BRANCH}\` in ${folder}`
        : undefined;
  return new InputError({
    code: 'GIT',
    message: `git ${args[0] ?? ''} failed in ${folder}: ${lastLines(stderr)}`,
    ...(hint === undefined ? {} : { hint }),
  });
}
