import { EXIT, worstDecision } from '../contracts/decision.ts';
import { InputError, type Problem } from '../contracts/errors.ts';
import { distance } from 'fastest-levenshtein';
import {
  runModels,
  type ModelOutcome,
  type RunEvent,
  type RunRequest,
  type StageName,
} from '../run/index.ts';
import { describeProblems } from './describe.ts';
import type { Outcome, Session } from './execute.ts';
import { openProject, type Project } from './project.ts';
import { wireRun } from './wiring.ts';

/** `slipway run [MODEL…]`. */
export async function runCommand(session: Session, asked: readonly string[]): Promise<Outcome> {
  const project = openProject(session);
  const request = requestOf(session, project, asked);
  const ports = await wireRun(project);
  const models = await runModels(request, ports);
  return { ...outcomeOf(session, models), git: await ports.repository.state() };
}

/** What a run is asked for, from flags; all that is wrong with them at once. */
export function requestOf(session: Session, project: Project, asked: readonly string[]): RunRequest {
  const { flags, signal, progress } = session;
  const problems: Problem[] = [];
  const whole = (name: string, least: number): number | undefined => {
    const value = flags[name] as number | undefined;
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= least)) {
      problems.push({
        code: 'USAGE',
        message: `--${name}: expected a whole number from ${least}, found ${value}`,
      });
    }
    return value;
  };
  const [seed, look] = [whole('seed', 0), whole('look', 1)];
  const models = chosenModels(project, asked, problems);
  if (problems.length > 0) throw new InputError(problems);
  return {
    config: project.config,
    configFile: project.configFile,
    folder: project.folder,
    models,
    last: (flags['stage'] as StageName | undefined) ?? 'evaluate',
    base: flags['base'] as string | undefined,
    force: flags['force'] === true,
    seed: seed ?? 1,
    look: look ?? null,
    signal,
    onEvent: (event) => showEvent(event, session, progress),
  };
}

function chosenModels(project: Project, asked: readonly string[], problems: Problem[]): readonly string[] {
  const known = Object.keys(project.config.models);
  for (const name of asked.filter((model) => !known.includes(model))) {
    const [nearest] = [...known].sort((left, right) => distance(left, name) - distance(right, name));
    problems.push({
      code: 'MODEL_UNKNOWN',
      message: `there is no model "${name}"`,
      hint: `did you mean ${nearest ?? ''}? The config declares ${known.join(', ')}`,
    });
  }
  return asked.length === 0 ? known : [...new Set(asked)];
}

function showEvent(event: RunEvent, session: Session, progress: Session['progress']): void {
  switch (event.kind) {
    case 'model':
      progress.line(event.model);
      return;
    case 'stage':
      progress.status(`  ${event.stage}: ${event.what} …`);
      return;
    case 'stage-end':
      progress.line(stageLine(event.record, session.flags['why'] === true));
      return;
    case 'log':
      progress.log(event.line);
      return;
    case 'status':
      progress.status(`    ${event.text}`);
      return;
  }
}

function stageLine(
  { name, status, duration_ms, why }: ModelOutcome['stages'][number],
  explain: boolean,
): string {
  const took = status === 'reused' ? '' : ` ${(duration_ms / 1000).toFixed(1)} s`;
  const reasons = explain && why.length > 0 ? why.map((reason) => `\n      ${reason}`).join('') : '';
  return `  ${name.padEnd(9)}${status}${took}${reasons}`;
}

function outcomeOf(session: Session, models: readonly ModelOutcome[]): Outcome {
  const decision = worstDecision(models.map((model) => model.decision));
  const deciding = models.find((model) => model.decision === decision);
  return {
    schema: 'slipway.run/1',
    decision,
    reason: deciding?.reason ?? 'NOTHING_TO_DO',
    message:
      models.length === 1
        ? (deciding?.message ?? '')
        : models.map(({ model, decision: each }) => `${model}: ${each}`).join(', '),
    document: { models: models.map(documentOf) },
    text: async () => {
      const shown = await Promise.all(models.map((model) => textOf(model, session)));
      return shown.filter((text) => text !== '').join('\n');
    },
    ...(decision === 'error'
      ? { exitCode: models.some(({ errorKind }) => errorKind === 'input') ? EXIT.input : EXIT.platform }
      : {}),
  };
}

function documentOf({
  model,
  run,
  decision,
  reason,
  message,
  problems,
  stages,
  comparison,
  report,
}: ModelOutcome): object {
  return {
    model,
    run,
    decision,
    reason,
    message,
    ...(problems.length > 0 ? { problems } : {}),
    stages,
    comparison,
    report,
  };
}

async function textOf(outcome: ModelOutcome, { width, color }: Session): Promise<string> {
  if (outcome.problems.length > 0)
    return `${outcome.model}\n${describeProblems(outcome.problems, color)}${whereOf(outcome)}`;
  if (outcome.document === null) return '';
  const { toText } = await import('../report/index.ts');
  return `${toText(outcome.document, { width, color, folded: 'hidden' })}${whereOf(outcome)}`;
}

function whereOf({ report, run }: ModelOutcome): string {
  return report === null ? '' : `\nrun ${run ?? ''}\nreport ${report.html}\n`;
}
