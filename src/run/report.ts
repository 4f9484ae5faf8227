import type { GitState } from '../contracts/result.ts';
import type { StageRecord } from '../contracts/run.ts';
import {
  evaluationCharts,
  type ChangeSummary,
  type ExampleRows,
  type Judgement,
  type Provenance,
  type ReportContext,
} from '../evaluation/index.ts';
import { textAt, type Table } from '../table/index.ts';
import type { Baseline } from './baseline.ts';
import type { Machine } from './ports.ts';
import type { Side } from './side.ts';

/** What a report is made of besides the comparison. */
export interface ReportFacts {
  readonly judgement: Judgement;
  readonly candidate: Side;
  readonly baseline: Baseline;
  readonly changed: ChangeSummary | null;
  /** The rows that were judged, with every column. */
  readonly answers: Table;
  readonly git: GitState;
  readonly stages: readonly StageRecord[];
  readonly machine: Machine;
  readonly started: Date;
}

/** Everything a reader of the report is told besides the numbers of the comparison. */
export function reportContext(facts: ReportFacts): ReportContext {
  const { judgement, candidate, baseline } = facts;
  const other = baseline.kind === 'model' ? baseline.side : null;
  const named = other === null ? null : `${baseline.base?.ref ?? ''} (${other.commit?.slice(0, 7) ?? ''})`;
  const changed = judgement.warnings.some(({ code }) => code === 'TEST_CHANGED');
  const rolled = judgement.warnings.some(({ code }) => code === 'TEST_ROLLED');
  return {
    model: candidate.model,
    baseline: named,
    changed: facts.changed,
    test: other === null ? null : changed ? 'changed' : rolled ? 'rolled' : 'unchanged',
    // On one machine whoever trains can read the test rows too.
    holdout: 'visible',
    trainingRuns: candidate.trained.seeds.length,
    seedIgnored: candidate.trained.seedIgnored,
    charts: evaluationCharts(judgement.rows, { candidate: candidate.model, baseline: named ?? 'baseline' }),
    examples: examplesOf(facts),
    reportHref: 'report.html',
    provenance: provenanceOf(facts),
  };
}

function provenanceOf({ candidate, baseline, git, stages, machine, started }: ReportFacts): Provenance {
  const { data, trained } = candidate;
  const other = baseline.kind === 'model' ? baseline.side : null;
  return {
    git,
    digests: [
      { name: 'train key', digest: trained.key },
      { name: 'training data', digest: data.digests.train },
      { name: 'test data', digest: data.digests.test },
      ...trained.files.slice(0, 5).map(({ path, sha256 }) => ({ name: path, digest: sha256 })),
      ...(other === null ? [] : [{ name: 'baseline’s train key', digest: other.trained.key }]),
    ],
    environment: [
      { name: 'machine', value: `${machine.platform} ${machine.arch}, ${machine.cpus} CPUs` },
      { name: 'Node', value: machine.node },
      { name: 'installed environment', value: trained.environment.digest?.slice(0, 12) ?? 'none declared' },
    ],
    durations: stages
      .filter(({ status }) => status !== 'skipped')
      .map(({ name, duration_ms, status }) => ({
        stage: name,
        milliseconds: duration_ms,
        reused: status === 'reused',
      })),
    peakMemoryBytes: trained.peakMemoryBytes,
    started: started.toISOString(),
    version: machine.slipway,
    command: `slipway run ${candidate.model}`,
  };
}

/** Rows that are shown in a table of examples. */
const MOST_EXAMPLES = 10;
/** Columns of an example: enough to recognise a row. */
const MOST_COLUMNS = 8;

/** Classification: rows that only the candidate, and only the baseline, gets right. */
function examplesOf(facts: ReportFacts): ExampleRows[] {
  const { rows } = facts.judgement;
  const { answers, candidate, baseline, positions } = rows;
  if (
    candidate?.prediction === undefined ||
    baseline?.prediction === undefined ||
    (answers.task !== 'binary' && answers.task !== 'multiclass')
  )
    return [];
  const broken: number[] = [];
  const fixed: number[] = [];
  for (let row = 0; row < answers.rows; row += 1) {
    const [ours, theirs] = [
      candidate.prediction[row] === answers.y[row],
      baseline.prediction[row] === answers.y[row],
    ];
    if (ours !== theirs) (ours ? fixed : broken).push(positions[row] ?? row);
  }
  return [
    exampleRows('broken: right before, wrong now', broken, facts),
    exampleRows('fixed: wrong before, right now', fixed, facts),
  ].filter(({ total }) => total > 0);
}

function exampleRows(
  title: string,
  found: readonly number[],
  { answers, candidate }: ReportFacts,
): ExampleRows {
  const { id, target } = candidate.config.data;
  const first = [id, target].filter((name) => name !== undefined && answers.columns.has(name)) as string[];
  const columns = [...new Set([...first, ...answers.columns.keys()])].slice(0, MOST_COLUMNS);
  // Evenly over the file, so that not all of them are of its first day.
  const step = Math.max(1, Math.floor(found.length / MOST_EXAMPLES));
  const shown = found.filter((_, index) => index % step === 0).slice(0, MOST_EXAMPLES);
  return {
    title,
    columns: columns.map((name) => (name === 'row' ? 'row' : name)),
    rows: shown.map((row) => columns.map((name) => textAt(answers.columns.get(name)!, row))),
    total: found.length,
  };
}
