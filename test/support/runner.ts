import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A step that ended, as its runner sees it. */
export interface EndedStep {
  readonly code: number | null;
  readonly log: string;
  /** Lines that the runner would take for commands, those that stop and let through commands left out. */
  readonly commands: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  readonly paths: readonly string[];
  readonly summary: string;
  /** Of result.json; null where none was written. */
  readonly result: Readonly<Record<string, unknown>> | null;
  readonly milliseconds: number;
}

export interface StepRequest {
  /** What Node runs, with its arguments. */
  readonly program: readonly string[];
  readonly inputs?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Sent to the process when its log holds this text. */
  readonly stopAt?: string;
}

/** A runner of one machine and one job, with a workspace. Nothing of this process's environment reaches its steps. */
export interface Runner extends Disposable {
  readonly folder: string;
  readonly workspace: string;
  readonly temp: string;
  readonly tools: string;
  step(request: StepRequest): Promise<EndedStep>;
}

const FILES = ['OUTPUT', 'ENV', 'PATH', 'STATE', 'STEP_SUMMARY'] as const;

/** Makes a runner in a new folder below the system's temporary one. */
export function createRunner(): Runner {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'slipway-runner-')));
  const [workspace, temp, tools] = ['work', 'temp', 'tools'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [workspace, temp, tools]) mkdirSync(path);
  const event = join(folder, 'event.json');
  writeFileSync(event, '{}');
  let steps = 0;
  return {
    ...{ folder, workspace, temp, tools },
    async step({ program, inputs = {}, env = {}, stopAt }) {
      const step = `__step_${++steps}`;
      const files = Object.fromEntries(
        FILES.map((name) => {
          const file = join(folder, `${step}-${name}`);
          writeFileSync(file, '');
          return [`GITHUB_${name}`, file];
        }),
      );
      const given = Object.entries(inputs).map(
        ([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value] as const,
      );
      const environment: Record<string, string> = {
        ...{ CI: 'true', GITHUB_ACTIONS: 'true', HOME: folder, PATH: process.env['PATH'] ?? '' },
        ...{ GITHUB_REPOSITORY: 'acme/churn', GITHUB_SHA: 'a'.repeat(40), GITHUB_REF: 'refs/heads/main' },
        ...{ GITHUB_EVENT_NAME: 'push', GITHUB_EVENT_PATH: event, GITHUB_ACTION: step, GITHUB_JOB: 'test' },
        ...{ GITHUB_RUN_ID: '7', GITHUB_RUN_ATTEMPT: '1', GITHUB_API_URL: 'http://127.0.0.1:9' },
        ...{ GITHUB_WORKSPACE: workspace, RUNNER_TEMP: temp, RUNNER_TOOL_CACHE: tools },
        ...files,
        ...Object.fromEntries(given),
        ...env,
      };
      const started = performance.now();
      const ended = await run(program, workspace, environment, stopAt);
      const milliseconds = performance.now() - started;
      return { ...ended, milliseconds, ...answersIn(files) };
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function run(
  program: readonly string[],
  cwd: string,
  env: Record<string, string>,
  stopAt: string | undefined,
): Promise<Pick<EndedStep, 'code' | 'log' | 'commands'>> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, program, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let log = '';
    let stopped = false;
    const hear = (chunk: Buffer): void => {
      log += chunk.toString();
      if (stopped || stopAt === undefined || !log.includes(stopAt)) return;
      stopped = true;
      child.kill('SIGINT');
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, log, commands: commandsIn(log) }));
  });
}

/**
 * What a runner would obey (actions/runner, ActionCommandManager): `::name …::` at the start of a line, `##[name]` anywhere in
 * it, lines ending at carriage returns too; nothing between a stop and its word.
 */
export function commandsIn(log: string): readonly string[] {
  const commands: string[] = [];
  let word: string | null = null;
  for (const line of log.split(/\r\n|\r|\n/u)) {
    const text = line.trimStart();
    if (word !== null) {
      if (text === `::${word}::`) word = null;
      continue;
    }
    const stop = /^::stop-commands::(.+)$/u.exec(text);
    if (stop !== null) word = stop[1] ?? null;
    else if (/^::[^:]*::/u.test(text) || /##\[[^\]]+\]/u.test(text)) commands.push(text);
  }
  return commands;
}

type Answers = Pick<EndedStep, 'outputs' | 'variables' | 'state' | 'paths' | 'summary' | 'result'>;

function answersIn(files: Readonly<Record<string, string>>): Answers {
  const read = (name: (typeof FILES)[number]): string => readFileSync(files[`GITHUB_${name}`] ?? '', 'utf8');
  const outputs = pairsIn(read('OUTPUT'));
  return {
    outputs,
    variables: pairsIn(read('ENV')),
    state: pairsIn(read('STATE')),
    paths: read('PATH')
      .split('\n')
      .filter((line) => line !== ''),
    summary: read('STEP_SUMMARY'),
    result: resultAt(outputs['result']),
  };
}

function resultAt(file: string | undefined): Readonly<Record<string, unknown>> | null {
  if (file === undefined || file === '') return null;
  return JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, unknown>>;
}

/**
 * A runner's file of names and values (actions/runner, FileCommandManager): `name=value`, or `name<<word`, lines, `word`.
 *
 * @throws Error where the runner would refuse the file
 */
export function pairsIn(text: string): Readonly<Record<string, string>> {
  const pairs: Record<string, string> = {};
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      pairs[line.slice(0, equals)] = line.slice(equals + 1);
      continue;
    }
    if (heredoc <= 0) throw new Error(`invalid format '${line}'`);
    const word = line.slice(heredoc + 2);
    const value: string[] = [];
    while (lines[++at] !== word) {
      if (at >= lines.length) throw new Error(`matching delimiter not found '${word}'`);
      value.push(lines[at] ?? '');
    }
    pairs[line.slice(0, heredoc)] = value.join('\n');
  }
  return pairs;
}
