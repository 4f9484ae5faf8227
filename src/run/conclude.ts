import type { Comparison } from '../contracts/comparison.ts';
import { CommandError, PlatformError, type InputError } from '../contracts/errors.ts';
import type { Judgement } from '../evaluation/index.ts';
import { commentDocument, failureDocument, fullDocument } from '../evaluation/report.ts';
import { createRunId } from '../experiments/index.ts';
import type { RunFile } from '../experiments/ports.ts';
import { toHtml, toMarkdown } from '../report/index.ts';
import type { Baseline } from './baseline.ts';
import { changesOf } from './changes.ts';
import { judgeSets, type VerdictSettings } from './judge-sets.ts';
import type { RunPorts } from './ports.ts';
import type { PredictedSets } from './predict-sets.ts';
import { predictionsTable } from './predictions-file.ts';
import { outcomeBase, reportPaths, type Progressing } from './progressing.ts';
import { recordOf, type RunFacts } from './record.ts';
import { reportContext } from './report.ts';
import type { ModelOutcome, RunRequest } from './request.ts';
import type { Side } from './side.ts';

/** The part of a run that is only needed when something is new: judging, recording, reporting. Loaded on demand. */

/** Everything the evaluation works on. */
export interface Evaluating {
  readonly candidate: Side;
  readonly baseline: Baseline;
  readonly sets: PredictedSets;
}

/** Judges the predictions and records the run. Throws InputError where config and data do not fit. */
export async function conclude(
  state: Progressing,
  work: Evaluating,
  facts: Judged,
  request: RunRequest,
  ports: RunPorts,
): Promise<ModelOutcome> {
  const settings: VerdictSettings = { ...work, look: facts.look, seed: request.seed };
  const judged = await state.log.run('evaluate', 'judging', async () => {
    const value = await judgeSets(work.sets, settings, ports);
    return { value, reused: false, why: ['new predictions, gates or look'] };
  });
  const judgement = withBaselineTrouble(judged, work.baseline);
  return await recordJudgement(state, work, judgement, facts, request, ports);
}

/** A baseline that cannot be made any more decides nothing, and above all no pass. */
function withBaselineTrouble(judgement: Judgement, baseline: Baseline): Judgement {
  if (baseline.kind !== 'failed') return judgement;
  const { comparison } = judgement;
  const message = `the model of ${baseline.base.ref} could not be made, so there is nothing to compare with: ${baseline.why.split('\n', 1)[0] ?? ''}`;
  const warnings = [...comparison.warnings, { code: 'BASELINE_FAILED', message }];
  const decides = comparison.decision === 'pass' || comparison.decision === 'inconclusive';
  const overruled: Comparison = decides
    ? {
        ...comparison,
        decision: 'inconclusive',
        reason: 'BASELINE_FAILED',
        message: `Cannot tell: ${message}`,
        warnings,
      }
    : { ...comparison, warnings };
  return { ...judgement, comparison: overruled };
}

/** What is known of a run besides the verdict. */
export type Judged = Pick<RunFacts, 'git' | 'look' | 'models' | 'predictions'>;

async function recordJudgement(
  state: Progressing,
  work: Evaluating,
  judgement: Judgement,
  judged: Judged,
  request: RunRequest,
  ports: RunPorts,
): Promise<ModelOutcome> {
  const { candidate, baseline, sets } = work;
  const comparison: Comparison = {
    ...judgement.comparison,
    warnings: [
      ...judgement.warnings,
      ...judgement.comparison.warnings.filter(({ code }) => code === 'BASELINE_FAILED'),
    ],
  };
  const changed =
    baseline.kind === 'model' ? await changesOf(candidate, baseline.side, request, ports) : null;
  const answers = await sets.test.rows.read();
  const context = reportContext({
    judgement,
    candidate,
    baseline,
    changed,
    answers,
    git: judged.git,
    stages: state.log.records(),
    machine: ports.machine,
    started: state.started,
  });
  const comment = commentDocument(comparison, context);
  const shown = commentDocument(comparison, { ...context, reportHref: null });
  const { decision, reason, message } = comparison;
  const id = createRunId(state.started, ports.random);
  const record = recordOf({
    ...runFacts(state, id, ports),
    ...judged,
    base: baseline.base,
    decision,
    reason,
    message,
    comparison,
    candidate,
  });
  const evaluation = {
    schema: 'slipway.evaluation/1',
    run: id,
    comparison,
    leaks: judgement.leaks,
    power: judgement.power,
    beside: judgement.beside,
    digests: record.digests,
    // Without the link to the report beside it: this one is shown on terminals.
    comment: shown,
  };
  const table = predictionsTable(candidate, answers, await sets.test.candidate.read());
  const folder = await ports.runs.publish(
    id,
    new Map<string, RunFile>([
      ['run.json', json(record)],
      ['evaluation.json', json(evaluation)],
      ['comment.md', toMarkdown(comment)],
      ['report.html', toHtml(fullDocument(comparison, context))],
      ['predictions.parquet', { write: (file) => ports.tables.write(table, file, 'parquet') }],
      ['outputs', { copy: candidate.trained.outputsDir }],
    ]),
  );
  return {
    ...outcomeBase(state),
    run: id,
    decision,
    reason,
    message,
    comparison,
    report: reportPaths(folder),
    document: shown,
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}

function runFacts(
  state: Progressing,
  id: string,
  ports: RunPorts,
): Omit<
  RunFacts,
  | 'decision'
  | 'reason'
  | 'message'
  | 'git'
  | 'look'
  | 'models'
  | 'predictions'
  | 'base'
  | 'comparison'
  | 'candidate'
> {
  return {
    id,
    model: state.model,
    task: state.task,
    started: state.started,
    ended: new Date(ports.clock()),
    stages: state.log.records(),
    data: state.data,
    machine: ports.machine,
  };
}

/** A command of the user's that failed is an experiment worth keeping; wrong input is not. */
export async function recordFailure(
  state: Progressing,
  error: InputError | CommandError | PlatformError,
  request: RunRequest,
  ports: RunPorts,
): Promise<ModelOutcome> {
  const decision = error instanceof CommandError ? 'fail' : 'error';
  const message = error.problems[0]?.message ?? error.message;
  const document = failureDocument({
    model: state.model,
    decision,
    code: error.code,
    message,
    problems: error.problems,
  });
  const errorKind =
    error instanceof CommandError ? null : error instanceof PlatformError ? 'platform' : 'input';
  const outcome: ModelOutcome = {
    ...outcomeBase(state),
    run: null,
    decision,
    reason: error.code,
    message,
    problems: error.problems,
    errorKind,
    comparison: null,
    report: null,
    document,
  };
  if (decision !== 'fail') return outcome;
  const id = createRunId(state.started, ports.random);
  const git = await ports.repository.state();
  const unknown = {
    base: state.baseline?.base ?? null,
    comparison: null,
    candidate: state.candidate,
    models: { candidate: null, baseline: null },
    predictions: null,
    look: request.look ?? 1,
    git,
  };
  const record = recordOf({
    ...runFacts(state, id, ports),
    ...unknown,
    decision,
    reason: error.code,
    message,
  });
  const folder = await ports.runs.publish(
    id,
    new Map([
      ['run.json', json(record)],
      ['comment.md', toMarkdown(document)],
      ['report.html', toHtml(document)],
    ]),
  );
  return { ...outcome, run: id, report: reportPaths(folder) };
}
