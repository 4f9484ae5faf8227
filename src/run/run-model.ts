import { join } from 'node:path';

import type { Comparison } from '../contracts/comparison.ts';
import { digestOf, type Digest } from '../contracts/digest.ts';
import {
  CommandError,
  InputError,
  PlatformError,
  isCodedError,
  CancelledError,
} from '../contracts/errors.ts';
import { RunRecord } from '../contracts/run.ts';
import { commentDocument, failureDocument, fullDocument, type Judgement } from '../evaluation/index.ts';
import { countLooks, createRunId, readRuns } from '../experiments/index.ts';
import type { RunFile } from '../experiments/ports.ts';
import { toHtml, toMarkdown, type Document } from '../report/index.ts';
import { findBaseline, type Baseline } from './baseline.ts';
import { changesOf } from './changes.ts';
import { judgeSets, predictSets, type PredictedSets } from './evaluate.ts';
import { prepareSide, trainSide, type Origin } from './make-side.ts';
import type { RunPorts } from './ports.ts';
import { modelDigest } from './predict.ts';
import { predictionsTable } from './predictions-file.ts';
import { recordOf, type RunFacts } from './record.ts';
import { reportContext } from './report.ts';
import { STAGES, type ModelOutcome, type RunRequest, type StageName } from './request.ts';
import type { Side } from './side.ts';
import { StageLog } from './stages.ts';

/** What is known so far; grows stage by stage, so that a failing run is recorded with all that came before. */
interface Progressing {
  readonly model: string;
  readonly task: string;
  readonly started: Date;
  readonly log: StageLog;
  data: Side['data'] | null;
  candidate: Side | null;
  baseline: Baseline | null;
}

/**
 * One model through the stages data → train → predict → evaluate, recorded. Never throws for what the user or the
 * platform did wrong (one broken model does not stop the others); throws CancelledError and our own bugs.
 */
export async function runModel(model: string, request: RunRequest, ports: RunPorts): Promise<ModelOutcome> {
  request.onEvent({ kind: 'model', model });
  const log = new StageLog(model, ports.clock, request.onEvent);
  const task = request.config.models[model]!.task;
  const state: Progressing = {
    model,
    task,
    started: new Date(ports.clock()),
    log,
    data: null,
    candidate: null,
    baseline: null,
  };
  try {
    return await runStages(state, request, ports);
  } catch (error) {
    if (error instanceof CancelledError || request.signal.aborted)
      throw error instanceof CancelledError ? error : new CancelledError();
    if (!isCodedError(error)) throw error;
    return await failed(state, error, request, ports);
  }
}

function reaches(request: RunRequest, stage: StageName): boolean {
  return STAGES.indexOf(request.last) >= STAGES.indexOf(stage);
}

async function runStages(state: Progressing, request: RunRequest, ports: RunPorts): Promise<ModelOutcome> {
  const origin = candidateOrigin(state.model, request, ports);
  const data = await state.log.run('data', 'reading and splitting the data', async () => {
    const value = await prepareSide(origin.config, origin.tree.dir, request, ports);
    return { value, reused: value.reused, why: ['new or changed data'] };
  });
  state.data = data;
  if (!reaches(request, 'train')) return stopped(state);
  const trained = await state.log.run('train', 'training', async () => {
    const value = await trainSide(origin, data, request, ports);
    return { value, reused: value.status === 'reused', why: value.why };
  });
  const candidate: Side = { ...origin, data, trained };
  state.candidate = candidate;
  if (!reaches(request, 'predict')) return stopped(state);
  const sets = await state.log.run('predict', 'predicting the test rows', async () => {
    state.baseline = await findBaseline(candidate, request, ports);
    const value = await predictSets(candidate, state.baseline, request, ports);
    return { value, reused: value.reused, why: ['the model or the rows are new'] };
  });
  if (!reaches(request, 'evaluate')) return stopped(state);
  return await evaluated(state, { candidate, baseline: state.baseline!, sets }, request, ports);
}

function candidateOrigin(model: string, request: RunRequest, ports: RunPorts): Origin {
  const config = request.config.models[model]!;
  const tree = { root: ports.repository.root, dir: join(request.folder, config.dir) };
  return { name: 'candidate', model, config, tree, commit: null };
}

/** Everything the evaluation works on. */
interface Evaluating {
  readonly candidate: Side;
  readonly baseline: Baseline;
  readonly sets: PredictedSets;
}

async function evaluated(
  state: Progressing,
  work: Evaluating,
  request: RunRequest,
  ports: RunPorts,
): Promise<ModelOutcome> {
  const git = await ports.repository.state();
  const digest = await modelDigest(work.candidate.trained, ports);
  const look = request.look ?? (await lookOf(work, digest, git.branch, ports));
  const note = `verdict-${verdictKey(work, look, request, ports).slice(0, 40)}`;
  const known = await earlierRun(note, state, ports);
  if (known !== null) return known;
  const judged = await state.log.run('evaluate', 'judging', async () => {
    const value = await judgeSets(
      work.sets,
      { candidate: work.candidate, baseline: work.baseline, look, seed: request.seed },
      ports,
    );
    return { value, reused: false, why: ['new predictions, gates or look'] };
  });
  const judgement = withBaselineTrouble(judged, work.baseline);
  const facts = {
    git,
    look,
    models: { candidate: digest, baseline: await baselineDigest(work.baseline, ports) },
    predictions: work.sets.test.candidate.key,
  };
  const outcome = await recordJudgement(state, work, judgement, facts, request, ports);
  if (outcome.run !== null) ports.training.cache.writeNote(note, { run: outcome.run });
  return outcome;
}

async function baselineDigest(baseline: Baseline, ports: RunPorts): Promise<Digest | null> {
  return baseline.kind === 'model' ? await modelDigest(baseline.side.trained, ports) : null;
}

async function lookOf(
  { candidate, baseline }: Evaluating,
  digest: Digest,
  branch: string | null,
  ports: RunPorts,
): Promise<number> {
  const { records } = await readRuns(ports.runs);
  const base = baseline.base?.commit ?? null;
  return countLooks(records, {
    model: candidate.model,
    test: candidate.data.digests.test,
    branch,
    base,
    candidate: digest,
  });
}

/** Everything that decides a verdict and its report. */
function verdictKey(
  { candidate, baseline, sets }: Evaluating,
  look: number,
  request: RunRequest,
  { machine }: RunPorts,
): Digest {
  const { evaluate, task, positive, threshold, data } = candidate.config;
  return digestOf({
    schema: 'slipway.verdict/1',
    slipway: machine.slipway,
    predictions: sets.key,
    config: {
      evaluate,
      task,
      positive: positive ?? null,
      threshold: threshold ?? null,
      unit: data.unit ?? null,
    },
    candidate: candidate.trained.key,
    baseline: baseline.kind === 'model' ? baseline.side.trained.key : baseline.why,
    base: baseline.base?.commit ?? null,
    look,
    seed: request.seed,
  });
}

/** Where nothing changed, the earlier run is the answer; it is not judged, nor recorded, again. */
async function earlierRun(note: string, state: Progressing, ports: RunPorts): Promise<ModelOutcome | null> {
  const { run } = (ports.training.cache.readNote(note) ?? {}) as { readonly run?: string };
  if (run === undefined) return null;
  const record = RunRecord.safeParse(await ports.runs.read(run));
  const comparison = (await ports.runs.readJson(run, 'evaluation.json')) as {
    readonly comparison: Comparison;
    readonly comment: Document;
  } | null;
  if (!record.success || comparison === null) return null;
  await state.log.run('evaluate', 'judging', () => Promise.resolve({ value: null, reused: true, why: [] }));
  const { decision, message } = record.data;
  return {
    ...outcomeBase(state),
    run,
    decision,
    reason: comparison.comparison.reason,
    message,
    comparison: comparison.comparison,
    report: reportPaths(ports.runs.folder(run)),
    document: comparison.comment,
  };
}

function reportPaths(folder: string): NonNullable<ModelOutcome['report']> {
  return { html: join(folder, 'report.html'), comment: join(folder, 'comment.md') };
}

function outcomeBase({
  model,
  log,
}: Progressing): Pick<ModelOutcome, 'model' | 'problems' | 'errorKind' | 'stages'> {
  return { model, problems: [], errorKind: null, stages: log.records() };
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

type Judged = Pick<RunFacts, 'git' | 'look' | 'models' | 'predictions'>;

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

/** The run was asked to end before the verdict. */
function stopped(state: Progressing): ModelOutcome {
  return {
    ...outcomeBase(state),
    run: null,
    decision: 'skipped',
    reason: 'DONE',
    message: 'done as far as asked',
    comparison: null,
    report: null,
    document: null,
  };
}

/** A command of the user's that failed is an experiment worth keeping; wrong input is not. */
async function failed(
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
