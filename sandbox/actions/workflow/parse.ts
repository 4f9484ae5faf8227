import {
  MappingToken,
  SequenceToken,
  type TemplateToken,
} from '@actions/workflow-parser/templates/tokens/index';
import { readPermissions } from '../permissions.ts';
import { checkConcurrency, checkJobs, checkLengths } from './checks.ts';
import { readJob } from './jobs.ts';
import type { Problem, Workflow } from './model.ts';
import { problemsOf, readSource, type Source } from './source.ts';
import { readTriggers, scalarText } from './triggers.ts';

export interface WorkflowLimits {
  readonly fileBytes: number;
  readonly matrixJobs: number;
}

/** https://docs.github.com/actions/reference/limits and the size GitHub refuses files at. */
export const WORKFLOW_LIMITS: WorkflowLimits = { fileBytes: 512_000, matrixJobs: 256 };

/** A file that can run, or why it cannot. A broken file still has a name where it could be read. */
export type Parsed =
  | { readonly ok: true; readonly workflow: Workflow }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads the text of a workflow file. */
export function parseWorkflow(path: string, text: string, limits = WORKFLOW_LIMITS): Parsed {
  const bytes = Buffer.byteLength(text);
  if (bytes > limits.fileBytes)
    return refused({
      path,
      message: `The workflow file has ${bytes} bytes; at most ${limits.fileBytes} are allowed`,
    });
  const source = readSource(path, text);
  if (Array.isArray(source)) return refused(...(source as readonly Problem[]));
  return build(path, source as Source, limits);
}

function refused(...problems: readonly Problem[]): Parsed {
  return { ok: false, problems };
}

function build(path: string, { context, root, raw }: Source, limits: WorkflowLimits): Parsed {
  const onToken = root.find('on');
  const on = readTriggers(raw['on'], (at, message) => {
    context.error(tokenAt(onToken, at) ?? root, new Error(message));
  });
  const jobsToken = root.find('jobs');
  const jobs = (raw['jobs'] ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  if (jobsToken instanceof MappingToken) checkJobs(context, jobsToken, jobs, limits.matrixJobs);
  checkConcurrency(context, root.find('concurrency'), raw['concurrency']);
  checkLengths(context, root);
  const problems = problemsOf(context, path);
  if (problems.length > 0) return { ok: false, problems };
  const ids = Object.keys(jobs);
  const lines = new Map(
    jobsToken instanceof MappingToken ? [...jobsToken].map(({ key }) => [key.toString(), key.line]) : [],
  );
  const name = scalarText(raw['name']).trim();
  const runName = scalarText(raw['run-name']).trim();
  return {
    ok: true,
    workflow: {
      path,
      name: name === '' ? path : name,
      ...(runName === '' ? {} : { runName }),
      on,
      ...(raw['permissions'] === undefined ? {} : { permissions: readPermissions(raw['permissions']) }),
      env: readEnv(raw['env']),
      defaults: (raw['defaults'] ?? {}) as Readonly<Record<string, unknown>>,
      ...(raw['concurrency'] === undefined || raw['concurrency'] === null
        ? {}
        : { concurrency: raw['concurrency'] }),
      jobs: ids.map((id) => readJob(id, jobs[id]!, lines.get(id) ?? 1, ids)),
    },
  };
}

function readEnv(env: unknown): Workflow['env'] {
  if (typeof env === 'string') return env;
  return Object.fromEntries(Object.entries(env ?? {}).map(([name, value]) => [name, scalarText(value)]));
}

/** The token under a list of keys, or the last one that exists on the way there. */
function tokenAt(
  token: TemplateToken | undefined,
  at: readonly (string | number)[],
): TemplateToken | undefined {
  let found = token;
  for (const key of at) {
    const next: TemplateToken | undefined =
      found instanceof MappingToken
        ? found.find(String(key))
        : found instanceof SequenceToken && typeof key === 'number'
          ? found.get(key)
          : undefined;
    if (next === undefined) return found;
    found = next;
  }
  return found;
}
