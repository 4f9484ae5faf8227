import { spawn } from 'node:child_process';

import { ActionFailure, type Kit } from './kit.ts';

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
  if (!silent) kit.info(`[command]${[program, ...parameters].join(' ')}`);
  const child = spawn(program, parameters, {
    cwd: options.cwd ?? kit.workspace,
    env: { ...kit.env, ...options.env },
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
      reject(new ActionFailure(`Unable to locate executable file: ${program}.`));
    });
    child.once('close', (ended) => {
      resolve(ended ?? 1);
    });
  });
  if (code !== 0 && options.mayFail !== true) {
    throw new ActionFailure(
      silent && stderr.text.trim() !== ''
        ? stderr.text.trim()
        : `The process '${program}' failed with exit code ${code}`,
    );
  }
  return { code, stdout: stdout.text, stderr: stderr.text };
}
