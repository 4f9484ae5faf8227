import { InputError, PlatformError } from '../contracts/errors.ts';
import type { ProblemCode } from '../contracts/codes.ts';
import type { RunningSandbox } from '../../sandbox/serve.ts';
import type { StartProblem } from '../../sandbox/start-error.ts';
import type { Outcome, Session } from './execute.ts';
import { print } from './print.ts';
import { untilStopped } from './stop.ts';

const INPUT: Partial<Record<StartProblem, ProblemCode>> = {
  'data-foreign': 'EXISTS',
  'data-format': 'FORMAT_UNKNOWN',
  'import-missing': 'FILE_NOT_FOUND',
  'import-no-repository': 'GIT',
  'import-exists': 'EXISTS',
};
const PLATFORM: Partial<Record<StartProblem, ProblemCode>> = {
  'port-taken': 'PORT_TAKEN',
  'data-in-use': 'LOCKED',
  'git-missing': 'GIT',
};

/** `slipway sandbox`: a GitHub on this machine, until Ctrl-C. Prints how to reach it as soon as it is ready. */
export async function sandboxCommand(session: Session): Promise<Outcome> {
  const { flags } = session;
  const port = portOf(flags['port'] as string | undefined);
  const { serveSandbox } = await import('../../sandbox/serve.ts');
  const { StartError } = await import('../../sandbox/start-error.ts');
  let running: RunningSandbox;
  try {
    running = await serveSandbox({
      port,
      data: flags['data'] as string | undefined,
      imports: (flags['import'] as string[] | undefined) ?? [],
      runnerLabels: (flags['runnerLabels'] as string[] | undefined) ?? [],
      cwd: session.cwd,
      path: process.env['PATH'] ?? '',
      log: (line) => session.progress.line(line),
    });
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    const problem = { message: error.message, hint: error.hint };
    const platform = PLATFORM[error.problem];
    if (platform !== undefined) throw new PlatformError({ code: platform, ...problem }, { cause: error });
    throw new InputError({ code: INPUT[error.problem] ?? 'USAGE', ...problem }, { cause: error });
  }
  try {
    print(1, flags['json'] === true ? JSON.stringify(announcement(running)) : welcome(running));
    await untilStopped(session.signal);
  } finally {
    await running.close();
  }
  const message = 'the sandbox was stopped';
  return {
    schema: 'slipway.sandbox/1',
    decision: 'skipped',
    reason: 'DONE',
    message,
    document: {},
    text: '',
    silent: true,
  };
}

function portOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const port = Number(value);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  const message = `--port: expected a number from 0 to 65535, found "${value}"`;
  throw new InputError({ code: 'USAGE', message });
}

function announcement({ url, api, proxy, users, env }: RunningSandbox): object {
  return { url, api, proxy, users, env };
}

function welcome({ url, api, users, env, repositories, data }: RunningSandbox): string {
  const width = Math.max(...users.map((user) => user.login.length));
  const lines = [
    `GitHub on this machine: ${url}`,
    '',
    ...repositories.map((name) => `  ${url}/${name}`),
    ...(repositories.length === 0 ? [] : ['']),
    'In the shell where you work:',
    ...Object.entries(env).map(([name, value]) => `  export ${name}=${quoted(value)}`),
    '',
    `Then gh works as it is, git knows http://github.localhost/OWNER/NAME.git, Octokit takes baseUrl ${api}.`,
    '',
    'Tokens:',
    ...users.map((user) => `  ${user.login.padEnd(width)}  ${user.token}`),
    '',
    data === null ? 'Everything is forgotten at the end; keep it with --data DIR.' : `Kept in ${data}`,
    'Ctrl-C stops it.',
  ];
  return lines.join('\n');
}

/** A value as a POSIX shell reads it back. */
function quoted(value: string): string {
  return /^[\w:/.@-]*$/.test(value) ? value : `'${value.replaceAll("'", String.raw`'\''`)}'`;
}
