import type { Comparison } from '../contracts/comparison.ts';
import { digestOf, type Digest } from '../contracts/digest.ts';
import { CancelledError, isCodedError } from '../contracts/errors.ts';
import { RunRecord } from '../contracts/run.ts';
import { countLooks, readRuns } from '../experiments/index.ts';
import type { Document } from '../report/index.ts';
import { findBaseline, type Baseline } from './baseline.ts';
import type { Evaluating } from './conclude.ts';
import { candidateOrigin, prepareSide, trainSide } from './make-side.ts';
import type { RunPorts } from './ports.ts';
import { predictSets } from './predict-sets.ts';
import { modelDigest } from './predict.ts';
import { outcomeBase, reportPaths, type Progressing } from './progressing.ts';
import { STAGES, type ModelOutcome, type RunRequest, type StageName } from './request.ts';
import type { Side } from './side.ts';
import { StageLog } from './stages.ts';

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
    const { recordFailure } = await import('./record-failure.ts');
    return await recordFailure(state, error, request, ports);
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
  const facts = {
    git,
    look,
    models: { candidate: digest, baseline: await baselineDigest(work.baseline, ports) },
    predictions: work.sets.test.candidate.key,
  };
  const { conclude } = await import('./conclude.ts');
  const outcome = await conclude(state, work, facts, request, ports);
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
