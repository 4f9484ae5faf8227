import { resolve } from 'node:path';

import { EXIT, worstDecision } from '../contracts/decision.ts';
import { handOverModels, type HandoverOutcome, type RunPorts } from '../run/index.ts';
import { describeProblems } from './describe.ts';
import type { Outcome, Session } from './execute.ts';
import { openProject } from './project.ts';
import { requestOf } from './run.ts';
import { wireRun } from './wiring.ts';

/** What the models of a run came to, besides how the command ends. */
export interface HandedOver extends Outcome {
  readonly models: readonly HandoverOutcome[];
}

/**
 * `slipway run [MODEL…] --hand-over DIR`: trains and predicts, and lays out for each model what is handed to whoever
 * judges it (docs/pull-requests.md). Nothing is judged here. `adapt` may change what the run goes through.
 */
export async function handOverCommand(
  session: Session,
  asked: readonly string[],
  adapt: (ports: RunPorts) => RunPorts = (ports) => ports,
): Promise<HandedOver> {
  const project = openProject(session);
  const request = { ...requestOf(session, project, asked), last: lastOf(session) };
  const ports = adapt(await wireRun(project));
  const into = resolve(session.cwd, session.flags['handOver'] as string);
  const models = await handOverModels(request, into, ports);
  return { ...outcomeOf(session, models), models, git: await ports.repository.state() };
}

/** Judging is for others: the run ends with the predictions at the latest. */
function lastOf({ flags }: Session): 'train' | 'predict' {
  return flags['stage'] === 'train' ? 'train' : 'predict';
}

function outcomeOf({ color }: Session, models: readonly HandoverOutcome[]): Outcome {
  const decision = worstDecision(models.map((one) => one.decision));
  const deciding = models.find((one) => one.decision === decision);
  const broken = models.filter(({ errorKind }) => errorKind !== null);
  const input = broken.some(({ errorKind }) => errorKind === 'input');
  return {
    schema: 'slipway.handover-run/1',
    decision,
    reason: deciding?.reason ?? 'NOTHING_TO_DO',
    message:
      models.length === 1
        ? (deciding?.message ?? '')
        : models
            .map(({ model, decision: each, message }) => `${model}: ${each === 'pass' ? message : each}`)
            .join(', '),
    document: {
      models: models.map(documentOf),
      ...(models.some(({ problems }) => problems.length > 0)
        ? { problems: models.flatMap(({ problems }) => problems) }
        : {}),
    },
    text: models.map((one) => textOf(one, color)).join('\n'),
    ...(decision === 'error' ? { exitCode: input ? EXIT.input : EXIT.platform } : {}),
  };
}

function documentOf({ model, decision, reason, message, stages, made, trained }: HandoverOutcome): object {
  return {
    ...{ model, decision, reason, message, stages },
    train_key: trained?.key ?? null,
    artifact: made?.artifact ?? null,
    folder: made?.folder ?? null,
    candidate: made?.candidate ?? null,
  };
}

function textOf({ model, problems, made, message }: HandoverOutcome, color: boolean): string {
  if (problems.length > 0) return `${model}\n${describeProblems(problems, color)}`;
  return made === null ? `${model}: ${message}` : `${model}: ${message}\nhanded over ${made.folder}`;
}
