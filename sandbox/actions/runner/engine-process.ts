import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

import { defaultVariables } from './contexts.ts';
import { parseEngineLine } from './engine-lines.ts';
import type { LegRun } from './options.ts';
import { descendants, signalAll } from './processes.ts';
import { confirmLast, lastLine } from './shells.ts';
import { LABEL, type Prepared } from './set-up.ts';
import type { Translation } from './translate.ts';

/** The engine at work. */
export interface EngineRun {
  /** The end; text where the engine said why it could not go on. */
  readonly ended: Promise<string | undefined>;
  /** The running step ends, what must run always still runs. */
  cancel(): void;
  /** Ends what the running step runs. */
  killStep(): void;
  /** Ends everything at once. */
  kill(): void;
}

/** Longest time after a cancellation before the step is ended anyway. */
const GRACE = 2_000;

/** Starts act for a leg; its log goes to the translation. */
export function startEngine(run: LegRun, prepared: Prepared, translation: Translation): EngineRun {
  const files = writeFiles(run, prepared);
  const child = spawn(run.act, engineArguments(run, prepared, files), {
    cwd: files.empty,
    env: engineEnvironment(run, files),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const step = new StepProcesses(child.pid);
  const problems: string[] = [];
  splitLines(child.stdout, (text) => {
    const line = parseEngineLine(text);
    if (line === undefined) return;
    if (line.msg === 'Result condition keepStepRunning=false') step.endDoomed();
    if (line.msg === 'Result condition keepStepRunning=true') step.spare();
    translation.read(line);
    const last = line.raw_output === true ? lastLine(line.msg.trimEnd()) : undefined;
    if (last !== undefined) confirmLast(join(run.folder, 'tools'), last.process);
  });
  child.stdout.on('data', () => {
    translation.flush();
  });
  splitLines(child.stderr, (text) => {
    const message = /^Error: (.*)/.exec(text)?.[1];
    if (message !== undefined) problems.push(message.replaceAll(`${run.folder}/`, ''));
  });
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('error', (error) => {
      resolve(error.message);
    });
    child.once('close', () => {
      step.endDoomed();
      resolve(problems[0]);
    });
  });
  const cancel = (): void => {
    step.doom();
    child.kill('SIGINT');
  };
  return {
    ended,
    cancel,
    killStep: () => {
      signalAll(step.running(), 'SIGKILL');
    },
    kill: () => {
      signalAll([child.pid ?? 0, ...step.running()].filter(Boolean), 'SIGKILL');
    },
  };
}

/** Processes of the running step. The engine itself ends only the one it started. */
class StepProcesses {
  readonly #engine: number | undefined;
  #doomed: number[] = [];

  constructor(engine: number | undefined) {
    this.#engine = engine;
  }

  running(): number[] {
    return this.#engine === undefined ? [] : descendants(this.#engine).slice(1);
  }

  /** What runs now ends soon, unless it is spared: steps that run also when the job is cancelled. */
  doom(): void {
    this.#doomed = this.running();
    setTimeout(() => {
      this.endDoomed();
    }, GRACE).unref();
  }

  spare(): void {
    this.#doomed = [];
  }

  endDoomed(): void {
    signalAll(this.#doomed, 'SIGKILL');
    this.#doomed = [];
  }
}

interface Files {
  readonly empty: string;
  readonly home: string;
  readonly workflow: string;
  readonly event: string;
  readonly secrets: string;
  readonly cache: string;
}

function writeFiles({ folder, leg }: LegRun, { plan }: Prepared): Files {
  const files = {
    empty: join(folder, 'empty'),
    home: join(folder, 'home'),
    workflow: join(folder, 'workflow.yml'),
    event: join(folder, 'event.json'),
    secrets: join(folder, 'secrets'),
    cache: join(folder, 'work'),
  };
  for (const directory of [files.empty, files.home, files.cache]) mkdirSync(directory, { recursive: true });
  const secret = { mode: 0o600 };
  writeFileSync(files.workflow, JSON.stringify(plan.workflow), secret);
  writeFileSync(files.event, JSON.stringify(leg.event.payload), secret);
  writeFileSync(files.secrets, `GITHUB_TOKEN=${leg.token}\n`, secret);
  return files;
}

function engineArguments(run: LegRun, { plan, actions }: Prepared, files: Files): string[] {
  const { leg } = run;
  const variables = {
    ...defaultVariables(plan.known),
    RUNNER_TRACKING_ID: `github_${leg.jobId}`,
    // By this name the engine takes the commit.
    SHA_REF: leg.sha,
    HTTP_PROXY: run.env?.['HTTP_PROXY'] ?? '',
    PATH: enginePath(run),
  };
  return [
    leg.event.name,
    ...['-C', files.empty, '-W', files.workflow, '-e', files.event, '-a', leg.actor],
    ...['-P', `${LABEL}=-self-hosted`, '--action-cache-path', files.cache],
    ...[
      '--secret-file',
      files.secrets,
      '--env-file',
      '/dev/null',
      '--var-file',
      '/dev/null',
      '--input-file',
      '/dev/null',
    ],
    ...['--no-cache-server', '--no-skip-checkout', '--rm', '--json', '--verbose', '--insecure-secrets'],
    // At least one, or the engine takes another way to fetch actions.
    ...['--local-repository', 'local/none@v0=/nonexistent'],
    ...[...actions].flatMap(([key, folder]) => ['--local-repository', `${key}=${folder}`]),
    ...Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
  ];
}

/** First what the engine itself calls: the wrappers take it away again. */
function enginePath({ folder, path }: LegRun): string {
  const tools = join(folder, 'tools');
  const own = ['engine', 'own'].map((name) => join(tools, name));
  return [...own, dirname(process.execPath), path, join(tools, 'bin')].join(delimiter);
}

/** What steps inherit: nothing of this process but PATH. */
function engineEnvironment(run: LegRun, files: Files): NodeJS.ProcessEnv {
  return {
    LANG: 'C.UTF-8',
    USER: 'runner',
    // A terminal that nobody watches.
    PAGER: 'cat',
    GIT_PAGER: 'cat',
    GIT_TERMINAL_PROMPT: '0',
    ...run.env,
    PATH: enginePath(run),
    HOME: files.home,
    XDG_CONFIG_HOME: join(files.home, '.config'),
    ACT_DISABLE_VERSION_CHECK: '1',
    // Names below .localhost are not resolved by every client.
    HTTP_PROXY: run.services.proxyUrl,
  };
}

/** Calls `each` for every line of a stream. */
function splitLines(stream: NodeJS.ReadableStream, each: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const line of lines) each(line);
  });
  stream.on('end', () => {
    if (rest !== '') each(rest);
  });
}
