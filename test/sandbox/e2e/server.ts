import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { serveSandbox, type RunningSandbox } from '../../../sandbox/serve.ts';

export interface Served extends RunningSandbox {
  /** A folder of this test's own. */
  readonly folder: string;
  /** Runs a program as one of the sample people, with what the sandbox says to export; gives its output or throws with it. */
  run(as: string, program: string, args: readonly string[], cwd?: string): Promise<string>;
  /** The token of one of the sample people. */
  token(login: string): string;
}

/** Is the program on the PATH? */
export function has(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A whole sandbox on a free port, for clients in their own processes. */
export async function serve(options: { imports?: readonly string[]; data?: string } = {}): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-e2e-'));
  const failures: string[] = [];
  const running = await serveSandbox({
    port: 0,
    data: options.data,
    imports: options.imports ?? [],
    runnerLabels: ['gpu'],
    cwd: folder,
    path: process.env['PATH'] ?? '',
    log: (line) => failures.push(line),
  });
  const token = (login: string): string => {
    const user = running.users.find((one) => one.login === login);
    if (user === undefined) throw new Error(`no sample user ${login}`);
    return user.token;
  };
  const env = (login: string) => ({
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    ...running.env,
    GH_TOKEN: token(login),
    GH_PROMPT_DISABLED: '1',
    NO_COLOR: '1',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: login,
    GIT_AUTHOR_EMAIL: `${login}@users.noreply.github.com`,
    GIT_COMMITTER_NAME: login,
    GIT_COMMITTER_EMAIL: `${login}@users.noreply.github.com`,
    GIT_TERMINAL_PROMPT: '0',
  });
  return {
    ...running,
    folder,
    token,
    run: (as, program, args, cwd = folder) =>
      new Promise((resolve, reject) => {
        execFile(program, [...args], { cwd, env: env(as), timeout: 60_000 }, (error, stdout, stderr) => {
          const said = [stdout, stderr, ...failures.splice(0)].join('\n');
          if (error === null) resolve(said);
          else reject(new Error(`${as}$ ${program} ${args.join(' ')}\n${said}`));
        });
      }),
    close: async () => {
      await running.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
