/** Git as a process, deaf to the settings of whoever started the sandbox. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';

export interface GitCall {
  readonly args: readonly string[];
  /** The bare repository; none for commands that need none. */
  readonly directory?: string;
  /** Where objects are read and written, when not in the repository itself. */
  readonly objectDirectory?: string;
  /** Value of the `Git-Protocol` header: which version the client speaks. */
  readonly protocol?: string;
}

/** Variables a hook or a shell may have set and which would send git elsewhere. */
const UNSET = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_NAMESPACE',
  'GIT_QUARANTINE_PATH',
  'GIT_CONFIG_PARAMETERS',
];

/** Through `env`, because the sandbox itself neither reads nor passes on an environment. */
function commandLine(call: GitCall, own: boolean): string[] {
  const set = own ? ['GIT_CONFIG_NOSYSTEM=1', 'GIT_CONFIG_GLOBAL=/dev/null'] : [];
  if (call.objectDirectory !== undefined) set.push(`GIT_OBJECT_DIRECTORY=${call.objectDirectory}`);
  if (call.protocol !== undefined) set.push(`GIT_PROTOCOL=${call.protocol}`);
  const at = call.directory === undefined ? [] : [`--git-dir=${call.directory}`];
  return [
    ...UNSET.flatMap((name) => ['-u', name]),
    ...set,
    'LC_ALL=C',
    'git',
    // The data folder may belong to somebody else, as in a container.
    '-c',
    'safe.directory=*',
    ...at,
    ...call.args,
  ];
}

/** Starts git; its streams are the caller's. */
export function startGit(call: GitCall): ChildProcessWithoutNullStreams {
  return spawn('env', commandLine(call, true), { stdio: 'pipe' });
}

/** What a finished git left: its exit status and texts. */
export interface GitResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs git to its end and waits. `own` false reads the user's settings too: for repositories that are theirs. */
export function runGit(call: GitCall, own = true, input = ''): GitResult {
  const done = spawnSync('env', commandLine(call, own), { input, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (done.error !== undefined) throw done.error;
  return { status: done.status ?? 1, stdout: done.stdout, stderr: done.stderr };
}

/** Starts git, feeds it and resolves at its end. A git that stops reading early is told by its status. */
export async function feedGit(call: GitCall, input: AsyncIterable<Buffer> | string): Promise<GitResult> {
  const child = startGit(call);
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (part: Buffer) => (stdout += part.toString('latin1')));
  child.stderr.on('data', (part: Buffer) => (stderr = (stderr + part.toString('utf8')).slice(-8192)));
  // EPIPE: git has ended; its status says why.
  child.stdin.on('error', () => undefined);
  try {
    if (typeof input === 'string') child.stdin.write(input);
    else
      for await (const part of input)
        if (!child.stdin.write(part) && !child.stdin.destroyed)
          await Promise.race([new Promise((resolve) => child.stdin.once('drain', resolve)), ended]);
    child.stdin.end();
  } catch (error) {
    child.kill();
    await ended;
    throw error;
  }
  return { status: await ended, stdout, stderr };
}
