import type { Comparison } from '../contracts/comparison.ts';
import type { RunRecord } from '../contracts/run.ts';
import type { Judgement } from '../evaluation/index.ts';
import { commentDocument, fullDocument, type ReportContext } from '../evaluation/report.ts';
import { createRunId } from '../experiments/index.ts';
import type { RunFile } from '../experiments/ports.ts';
import { toHtml, toMarkdown, type Document } from '../report/index.ts';
import type { Baseline } from './baseline.ts';
import { changesOf } from './changes.ts';
import { judgeSets, type VerdictSettings } from './judge-sets.ts';
import type { RunPorts } from './ports.ts';
import type { PredictedSets } from './predict-sets.ts';
import { predictionsTable } from './predictions-file.ts';
import { factsOf, outcomeBase, reportPaths, resultDocument, type Progressing } from './progressing.ts';
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

/** What is known of a run besides the verdict. */
export type Judged = Pick<RunFacts, 'git' | 'look' | 'models' | 'predictions'>;

interface Concluding {
  readonly state: Progressing;
  readonly work: Evaluating;
  readonly judged: Judged;
  readonly request: RunRequest;
  readonly ports: RunPorts;
}

/** Judges the predictions and records the run. Throws InputError where config and data do not fit. */
export async function conclude(
  state: Progressing,
  work: Evaluating,
  judged: Judged,
  request: RunRequest,
  ports: RunPorts,
): Promise<ModelOutcome> {
  const settings: VerdictSettings = { ...work, look: judged.look, seed: request.seed };
  const judgement = await state.log.run('evaluate', 'judging', async () => {
    const value = await judgeSets(work.sets, settings, ports);
    return { value, reused: false, why: ['new predictions, gates or look'] };
  });
  const concluding = { state, work, judged, request, ports };
  return await record(concluding, withBaselineTrouble(judgement, work.baseline));
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

async function contextOf(concluding: Concluding, judgement: Judgement): Promise<ReportContext> {
  const { state, work, judged, request, ports } = concluding;
  const { candidate, baseline, sets } = work;
  return reportContext({
    judgement,
    candidate,
    baseline,
    changed: baseline.kind === 'model' ? await changesOf(candidate, baseline.side, request, ports) : null,
    answers: await sets.test.rows.read(),
    git: judged.git,
    stages: state.log.records(),
    machine: ports.machine,
    started: state.started,
  });
}

async function record(concluding: Concluding, judgement: Judgement): Promise<ModelOutcome> {
  const { state, work, judged, ports } = concluding;
  const { comparison } = judgement;
  const { decision, reason, message } = comparison;
  const context = await contextOf(concluding, judgement);
  // Without the link to the report beside it: this one is shown on terminals.
  const document = commentDocument(comparison, { ...context, reportHref: null });
  const id = createRunId(state.started, ports.random);
  const verdict = {
    decision,
    reason,
    message,
    comparison,
    base: work.baseline.base,
    candidate: work.candidate,
  };
  const run = recordOf({ ...factsOf(state, id, ports), ...judged, ...verdict });
  const evaluation = evaluationRecord(judgement, run, document);
  const folder = await ports.runs.publish(
    id,
    new Map<string, RunFile>([
      ['run.json', json(run)],
      ['result.json', json(resultDocument(run))],
      ['evaluation.json', json(evaluation)],
      ['comment.md', toMarkdown(commentDocument(comparison, context))],
      ['report.html', toHtml(fullDocument(comparison, context))],
      ...(await filesOf(work, ports)),
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
    document,
  };
}

/** What judged what, with all digests, and what the verdict rests on. */
function evaluationRecord(judgement: Judgement, run: RunRecord, comment: Document): object {
  const { comparison, leaks, power, turning, suspects, beside } = judgement;
  const schema = 'slipway.evaluation/1';
  return {
    schema,
    run: run.id,
    comparison,
    leaks,
    power,
    turning,
    suspects,
    beside,
    digests: run.digests,
    comment,
  };
}

async function filesOf({ candidate, sets }: Evaluating, ports: RunPorts): Promise<[string, RunFile][]> {
  const table = predictionsTable(candidate, await sets.test.rows.read(), await sets.test.candidate.read());
  return [
    ['predictions.parquet', { write: (file) => ports.tables.write(table, file, 'parquet') }],
    ['outputs', { copy: candidate.trained.outputsDir }],
  ];
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}
