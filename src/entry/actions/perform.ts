import { realpathSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';

import { exitCodeOf } from '../../contracts/decision.ts';
import { CancelledError, InputError, isCodedError, type Problem } from '../../contracts/errors.ts';
import {
  openStep,
  readContext,
  readEvent,
  stepFolder,
  type RunnerContext,
  type Step,
} from '../../platform/runner/index.ts';
import { toMarkdown } from '../../report/index.ts';
import { outcomeOfError, resultDocument, type Session } from '../execute.ts';
import type { Progress } from '../progress.ts';
import { onStopRequest } from '../stop.ts';
import type { Action, ActionOutcome, ActionSession, Remark } from './action.ts';
import { readInputs, text } from './inputs.ts';

/** Every action takes it: where its commands run, relative to the workspace. */
export const WORKING_DIRECTORY = { 'working-directory': text.default('.') };
/** Outputs of every action. */
export const COMMON_OUTPUTS = ['decision', 'reason', 'message', 'result'] as const;

const COLUMNS = 120;

/** Runs an action as a step; gives its exit code. What it throws ends here, as an annotation. */
export async function performAction(name: string, action: Action): Promise<number> {
  const started = new Date();
  const stop = onStopRequest();
  const step = openStep();
  let code: number;
  try {
    const runner = readContext(process.env);
    const { outcome, folder } = await outcomeOf(name, action, { runner, step, signal: stop.signal });
    code = outcome.exitCode ?? exitCodeOf(outcome.decision);
    await tell(name, action, outcome, { step, folder, started });
  } catch (error) {
    // Outside of a workflow, or where not even the result can be written.
    const { text: said, exitCode = 1 } = outcomeOfError(error, false);
    step.log.line(String(said));
    code = exitCode;
  } finally {
    step.close();
    stop.release();
  }
  return code;
}

/** Runs an action's post step. Nothing that goes wrong here fails a job that went well. */
export async function performPost(name: string, action: Action): Promise<void> {
  const stop = onStopRequest();
  const step = openStep();
  try {
    const runner = readContext(process.env);
    const folder = await ownFolder(name, runner);
    await action.post?.(sessionOf(action, { runner, step, signal: stop.signal, folder }));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    step.annotate({ level: 'warning', title: `slipway ${name}`, message: `cleaning up: ${message}` });
  } finally {
    step.close();
    stop.release();
  }
}

interface Place {
  readonly runner: RunnerContext;
  readonly step: Step;
  readonly signal: AbortSignal;
}

async function outcomeOf(
  name: string,
  action: Action,
  place: Place,
): Promise<{ outcome: ActionOutcome; folder: string }> {
  const folder = await ownFolder(name, place.runner);
  try {
    return { outcome: await action.run(sessionOf(action, { ...place, folder })), folder };
  } catch (error) {
    const thrown = place.signal.aborted && !isCodedError(error) ? new CancelledError() : error;
    return { outcome: outcomeOfError(thrown, false), folder };
  }
}

async function ownFolder(name: string, runner: RunnerContext): Promise<string> {
  const folder = stepFolder(runner, name);
  await mkdir(folder, { recursive: true });
  return folder;
}

function sessionOf(action: Action, place: Place & { readonly folder: string }): ActionSession {
  const schema = action.inputs.extend(WORKING_DIRECTORY);
  const inputs = readInputs(schema, process.env, action.renamed);
  const { runner, step, signal, folder } = place;
  enter(runner.workspace, inputs['working-directory'] as string);
  const session: Session = {
    flags: {},
    cwd: process.cwd(),
    signal,
    progress: progressOf(step),
    color: false,
    width: COLUMNS,
  };
  return { ...session, inputs, runner, step, folder, event: () => readEvent(process.env) };
}

/** Commands and paths of the config are relative to here. */
function enter(workspace: string, directory: string): void {
  let problem = 'there is no such folder';
  try {
    const wanted = realpathSync(resolve(workspace, directory));
    const inside = relative(realpathSync(workspace), wanted);
    if (!isAbsolute(inside) && inside !== '..' && !inside.startsWith('../')) {
      process.chdir(wanted);
      return;
    }
    problem = 'it leaves the workspace';
  } catch {
    // Said below, as any other wrong input.
  }
  throw new InputError({
    code: 'USAGE',
    message: `input "working-directory": ${problem}, found "${directory}"`,
    hint: 'a folder of the repository, relative to its top; `actions/checkout` comes first',
  });
}

/** Progress as lines of the step's log. */
function progressOf({ log }: Step): Progress {
  return {
    line: (line) => log.line(line),
    status: () => undefined,
    log: (line) => log.line(`    ${line}`),
    end: () => undefined,
  };
}

interface Told {
  readonly step: Step;
  readonly folder: string;
  readonly started: Date;
}

/** The outcome as log, result.json, outputs, annotations and summary. */
async function tell(
  name: string,
  { outputs: declared }: Action,
  outcome: ActionOutcome,
  { step, folder, started }: Told,
): Promise<void> {
  const said = typeof outcome.text === 'string' ? outcome.text : await outcome.text();
  if (said !== '') step.log.line(said);
  const result = join(folder, 'result.json');
  const document = await resultDocument(name, outcome, started);
  await writeWhole(result, `${JSON.stringify(document, null, 2)}\n`);
  const { decision, reason, message } = outcome;
  const common = { decision, reason, message, result };
  for (const [key, value] of Object.entries(common)) step.output(key, value);
  for (const key of declared) step.output(key, outcome.outputs?.[key] ?? '');
  for (const remark of remarksOf(name, outcome)) step.annotate(remark);
  if (outcome.summary === undefined) return;
  const summary = typeof outcome.summary === 'function' ? await outcome.summary() : outcome.summary;
  await step.summarize(toMarkdown(summary));
}

function remarksOf(name: string, outcome: ActionOutcome): Parameters<Step['annotate']>[0][] {
  const { problems = [] } = outcome.document as { readonly problems?: readonly Problem[] };
  const thrown: readonly Remark[] = problems.map((problem) => ({ ...problem, level: 'error' }));
  const remarks = [...thrown, ...(outcome.remarks ?? [])];
  if (remarks.length === 0 && (outcome.decision === 'error' || outcome.decision === 'fail'))
    return [{ level: 'error', title: `slipway ${name}`, message: outcome.message }];
  return remarks.map(({ level, code, message, hint, file, line, column }) => ({
    level,
    title: code,
    message: hint === undefined ? message : `${message}\nnext: ${hint}`,
    ...(file === undefined ? {} : { file: inRepository(file) }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  }));
}

/** Files are named from the working directory; the diff knows them from the top of the repository. */
function inRepository(file: string): string {
  const { GITHUB_WORKSPACE: workspace = process.cwd() } = process.env;
  return relative(workspace, resolve(file));
}

/** There whole or not at all: whoever reads it may do so while the job is being cancelled. */
async function writeWhole(file: string, content: string): Promise<void> {
  const partial = `${file}.part`;
  await writeFile(partial, content);
  await rename(partial, file);
}
