import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { InputError, PlatformError } from '../../contracts/errors.ts';

/** Variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a step runs, as its runner says (docs.github.com: default environment variables). Paths are absolute. */
export interface RunnerContext {
  /** `owner/name` apart. */
  readonly owner: string;
  readonly repo: string;
  readonly sha: string;
  /** `refs/heads/main`, `refs/pull/7/merge`. */
  readonly ref: string;
  readonly event: string;
  readonly workspace: string;
  /** Emptied before and after each job. */
  readonly temp: string;
  /** Kept between jobs on self-hosted runners; null where the runner names none. */
  readonly toolCache: string | null;
  /** Tells the steps of a job apart. */
  readonly step: string;
  readonly job: string;
  readonly runId: number;
  readonly attempt: number;
  /** REST root without a trailing slash. */
  readonly apiUrl: string;
  readonly serverUrl: string;
  readonly selfHosted: boolean;
}

/**
 * What the runner told this process.
 *
 * @throws InputError USAGE outside of a workflow, naming every variable that is missing
 */
export function readContext(env: Environment): RunnerContext {
  const missing: string[] = [];
  const need = (name: string): string => {
    const value = env[name] ?? '';
    if (value === '') missing.push(name);
    return value;
  };
  const [owner = '', repo = ''] = need('GITHUB_REPOSITORY').split('/');
  const context: RunnerContext = {
    owner,
    repo,
    sha: need('GITHUB_SHA'),
    ref: env['GITHUB_REF'] ?? '',
    event: need('GITHUB_EVENT_NAME'),
    workspace: need('GITHUB_WORKSPACE'),
    temp: need('RUNNER_TEMP'),
    toolCache: env['RUNNER_TOOL_CACHE'] || null,
    step: env['GITHUB_ACTION'] ?? '',
    job: env['GITHUB_JOB'] ?? '',
    runId: Number(env['GITHUB_RUN_ID'] ?? 0),
    attempt: Number(env['GITHUB_RUN_ATTEMPT'] ?? 1),
    apiUrl: (env['GITHUB_API_URL'] || 'https://api.github.com').replace(/\/$/u, ''),
    serverUrl: (env['GITHUB_SERVER_URL'] || 'https://github.com').replace(/\/$/u, ''),
    selfHosted: env['RUNNER_ENVIRONMENT'] === 'self-hosted',
  };
  if (missing.length === 0) return context;
  throw new InputError({
    code: 'USAGE',
    message: `an action runs as a step of a workflow: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not set`,
    hint: 'on a machine of your own run the command: `slipway --help`',
  });
}

/** The event that started the workflow, as GitHub sent it: data of whoever caused it. */
export function readEvent(env: Environment): unknown {
  const file = env['GITHUB_EVENT_PATH'] ?? '';
  if (file === '') return {};
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (error) {
    throw new PlatformError(
      { code: 'DISK', message: `the runner's file of the event cannot be read: ${file}` },
      { cause: error },
    );
  }
}

/** Folder of a step's own files below the runner's temporary folder; no two steps of a job share one. */
export function stepFolder({ temp, step }: Pick<RunnerContext, 'temp' | 'step'>, action: string): string {
  const name = `${action}-${step}`.replaceAll(/[^\w-]+/gu, '-').slice(0, 100);
  return join(temp, 'slipway', name);
}
