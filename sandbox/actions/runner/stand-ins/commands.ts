import { spawn } from 'node:child_process';

import { which } from '../which.ts';
import { ActionFailure, type Environment, type Kit } from './kit.ts';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Its output is only returned. */
  readonly silent?: boolean;
  /** A failure is returned, not thrown. */
  readonly mayFail?: boolean;
  readonly input?: string;
}

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program and shows what it says, as the toolkit does. @throws ActionFailure where it fails */
export async function execute(
  kit: Kit,
  program: string,
  parameters: readonly string[] = [],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const { silent = false } = options;
  const env = { ...kit.env, ...options.env };
  const file = locate(program, env);
  if (!silent) kit.info(`[command]${[file, ...parameters].join(' ')}`);
  const child = spawn(file, parameters, {
    cwd: options.cwd ?? kit.workspace,
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined).end(options.input ?? '');
  const gather = (stream: NodeJS.ReadableStream): { text: string } => {
    const gathered = { text: '' };
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      gathered.text += chunk;
      if (!silent) kit.info(chunk.replace(/\n$/, ''));
    });
    return gathered;
  };
  const [stdout, stderr] = [gather(child.stdout), gather(child.stderr)];
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', () => {
      reject(notFound(program));
    });
    child.once('close', (ended) => {
      resolve(ended ?? 1);
    });
  });
  if (code !== 0 && options.mayFail !== true) {
    throw new ActionFailure(
      silent && stderr.text.trim() !== ''
        ? stderr.text.trim()
        : `The process '${file}' failed with exit code ${code}`,
    );
  }
  return { code, stdout: stdout.text, stderr: stderr.text };
}

/** Path of a program. @throws ActionFailure where there is none of that name on PATH */
export function locate(program: string, env: Environment): string {
  const file = program.includes('/') ? program : which(program, env['PATH'] ?? '');
  if (file === undefined) throw notFound(program);
  return file;
}

function notFound(program: string): ActionFailure {
  return new ActionFailure(
    `Unable to locate executable file: ${program}. Please verify either the file path exists or the file can be found within a directory specified by the PATH environment variable. Also check the file mode to verify the file is executable.`,
  );
}
