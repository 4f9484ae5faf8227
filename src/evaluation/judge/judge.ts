import type { Comparison, Warning } from '../../contracts/comparison.ts';
import { takeRows, textAt } from '../../table/index.ts';
import type { Table } from '../../table/index.ts';
import { comparePrepared } from '../compare.ts';
import { marginText } from '../gates.ts';
import { isIncomplete } from '../input/outputs.ts';
import { collectProblems } from '../input/problems.ts';
import { countText, plural } from '../message.ts';
import { gatePower, seOfInterval } from '../power.ts';
import { prepare } from '../prepare.ts';
import type { Prepared } from '../prepare.ts';
import { comparisonInput, inOrderOf, judgedMetrics } from './comparison-input.ts';
import { labelSuspects, turningPoint } from './label-noise.ts';
import type { TurningPoint } from './label-noise.ts';
import { findLeaks, MOST_LEAKED } from './leaks.ts';
import { suiteInputs } from './suites.ts';
import type {
  Beside,
  GateStatement,
  Judgement,
  JudgedRows,
  JudgeInput,
  SuspectLabel,
  TestPredictions,
} from './types.ts';

/** Suspect labels that are listed. */
const MOST_SUSPECTS = 20;

function preparedOn(input: JudgeInput, rows: TestPredictions, withSuites: boolean): Prepared {
  const problems = collectProblems();
  const asked = comparisonInput(input, rows, problems);
  const suites = withSuites ? suiteInputs(input, problems) : {};
  problems.throwIfAny();
  return prepare({ ...asked, suites });
}

/** Only the given rows of the answers, and of predictions that lie row by row beside them. */
function onRows(rows: TestPredictions, positions: Int32Array, id: string): TestPredictions {
  const cut = (table: Table): Table => {
    if (table.rows !== rows.answers.rows) return table;
    const problems = collectProblems();
    const ordered = inOrderOf(
      { table: rows.answers, file: 'answers' },
      { table, file: 'predictions' },
      id,
      problems,
    );
    return ordered === null || ordered.extra > 0 ? table : takeRows(ordered.table, positions);
  };
  return {
    answers: takeRows(rows.answers, positions),
    candidate: cut(rows.candidate),
    baseline: rows.baseline === null ? null : cut(rows.baseline),
  };
}

function withoutLeaks(input: JudgeInput): {
  rows: TestPredictions;
  leaks: Judgement['leaks'];
  positions: Int32Array;
} {
  const all = Int32Array.from({ length: input.answers.rows }, (_, row) => row);
  if (input.training === undefined || input.training.length === 0)
    return {
      rows: input,
      leaks: { byId: 0, byContent: 0, share: 0, natural: 0, removed: 0 },
      positions: all,
    };
  const found = findLeaks(input.answers, input.data, input.training);
  const leaked = new Set(found.rows);
  const positions = Int32Array.from(
    Array.from({ length: input.answers.rows }, (_, row) => row).filter((row) => !leaked.has(row)),
  );
  const { byId, byContent, share, natural } = found;
  const leaks = { byId, byContent, share, natural, removed: found.rows.length };
  // When nothing is left to judge, the rows stay: LEAKED says why nothing is decided.
  if (found.rows.length === 0 || positions.length === 0)
    return {
      rows: input,
      leaks,
      positions: Int32Array.from({ length: input.answers.rows }, (_, row) => row),
    };
  return { rows: onRows(input, positions, input.data.id), leaks, positions };
}

function overruled(comparison: Comparison, reason: 'LEAKED' | 'TEST_CHANGED', message: string): Comparison {
  const warnings = [...comparison.warnings, { code: reason, message }];
  if (comparison.decision !== 'pass' && comparison.decision !== 'inconclusive')
    return { ...comparison, warnings };
  return { ...comparison, decision: 'inconclusive', reason, message: `Cannot tell: ${message}`, warnings };
}

function leakMessage(leaks: Judgement['leaks'], rows: number): string {
  const share = (leaks.share * 100).toFixed(1);
  return `${countText(leaks.removed)} of ${plural(rows, 'test row')} (${share} %) were met in training (${leaks.byId} by id, ${leaks.byContent} by content) and do not count`;
}

/** Positions of the new rows whose id the old test set does not hold; null unless it only grew. */
function addedRows(now: Table, old: Table, id: string): Int32Array | null {
  if (id === 'row') return null;
  const problems = collectProblems();
  const back = inOrderOf({ table: now, file: 'new' }, { table: old, file: 'old' }, id, problems);
  const column = back?.table.columns.get(id);
  if (back === null || column === undefined || back.extra > 0) return null;
  const added = Array.from({ length: now.rows }, (_, row) => row).filter(
    (row) => textAt(column, row) === null,
  );
  return added.length === 0 ? null : Int32Array.from(added);
}

/** Where the test set changed the old one decides; the new one, or its added rows, is shown beside it. */
function besideOf(
  input: JudgeInput,
  rows: TestPredictions,
): { decides: TestPredictions; beside: Beside | null } {
  const { testSet } = input;
  if (testSet?.status !== 'changed' || testSet.old === null) return { decides: rows, beside: null };
  const added = addedRows(rows.answers, testSet.old.answers, input.data.id);
  const shown = added === null ? rows : onRows(rows, added, input.data.id);
  const comparison = comparePrepared(preparedOn({ ...input, repeats: null }, shown, false));
  return {
    decides: testSet.old,
    beside: { what: added === null ? 'new test set' : 'added rows', comparison },
  };
}

function statements(comparison: Comparison, prepared: Prepared): GateStatement[] {
  const alpha = prepared.alpha / prepared.look;
  return prepared.gates.flatMap((gate) => {
    if (gate.kind !== 'not-worse') return [];
    const metric = comparison.metrics.find(({ name }) => name === gate.metric);
    const scale = gate.margin.relative ? Math.abs(metric?.baseline?.value ?? Number.NaN) : 1;
    const se = seOfInterval(metric?.difference?.low ?? null, metric?.difference?.high ?? null, alpha) / scale;
    if (!(se > 0) || !Number.isFinite(se)) return [];
    return [{ gate: gate.label, relative: gate.margin.relative, ...gatePower(se, gate.margin.value, alpha) }];
  });
}

function turningOf(prepared: Prepared): TurningPoint | null {
  const { candidate, baseline, metrics, gates, answers, unit } = prepared;
  const metric = metrics[0];
  if (metric === undefined || baseline === null || isIncomplete(candidate) || baseline.missing > 0)
    return null;
  const gate = gates.find((one) => one.kind === 'not-worse' && one.metric === metric.name);
  const context = { units: unit.units, alpha: prepared.alpha / prepared.look, seed: prepared.seed };
  const margin = gate?.kind === 'not-worse' ? gate.margin : null;
  return turningPoint({
    metric,
    margin,
    answers,
    candidate: candidate.outputs,
    baseline: baseline.outputs,
    context,
  });
}

function suspectsOf(prepared: Prepared, answers: Table, id: string, positions: Int32Array): SuspectLabel[] {
  const { candidate, baseline } = prepared;
  if (baseline === null || isIncomplete(candidate) || baseline.missing > 0) return [];
  const ids = answers.columns.get(id);
  return labelSuspects(prepared.answers, candidate.outputs, baseline.outputs)
    .slice(0, MOST_SUSPECTS)
    .map((suspect) => {
      const name =
        ids === undefined
          ? `row ${(positions[suspect.row] ?? suspect.row) + 1}`
          : (textAt(ids, suspect.row) ?? '');
      return { ...suspect, row: positions[suspect.row] ?? suspect.row, id: name };
    });
}

function warningsOf(
  input: JudgeInput,
  leaks: Judgement['leaks'],
  power: readonly GateStatement[],
): Warning[] {
  const warnings: Warning[] = [];
  const { inactive } = judgedMetrics(input.evaluate.metrics);
  for (const name of inactive)
    warnings.push({ code: 'NOT_ACTIVE', message: `metric ${name} runs a command, which is not judged yet` });
  if (leaks.removed > 0)
    warnings.push({ code: 'LEAKS_REMOVED', message: leakMessage(leaks, input.answers.rows) });
  if (leaks.natural > 0)
    warnings.push({
      code: 'ROWS_REPEAT',
      message: `${plural(leaks.natural, 'test row')} equal a training row and stay: rows repeat within the test set itself, so that equal contents prove no leak`,
    });
  if (input.testSet?.status === 'rolled')
    warnings.push({
      code: 'TEST_ROLLED',
      message:
        'the test set moved on: all its rows are later than the training rows of both models, so it decides',
    });
  if (input.testSet?.status === 'changed' && input.testSet.old !== null)
    warnings.push({
      code: 'TEST_CHANGED',
      message: 'the test set differs from the base’s: the old one decides, the new one is shown beside it',
    });
  for (const { gate, relative, inconclusive, holds } of power) {
    if (inconclusive <= 0.5) continue;
    const held = marginText({ value: Number(holds.toPrecision(2)), relative });
    warnings.push({
      code: 'GATE_TOO_TIGHT',
      message: `${gate}: ends inconclusive for ${Math.round(inconclusive * 100)} % of harmless changes; this set can hold ${held}`,
    });
  }
  return warnings;
}

function judgedRows(prepared: Prepared, positions: Int32Array): JudgedRows {
  const { answers, candidate, baseline, metrics, classes } = prepared;
  const theirs = baseline === null || baseline.missing > 0 ? null : baseline.outputs;
  return {
    answers,
    candidate: isIncomplete(candidate) ? null : candidate.outputs,
    baseline: theirs,
    units: prepared.unit.units,
    metrics,
    classes,
    positions,
  };
}

/**
 * The verdict on a pipeline run: our own answers, both models' predictions, the config's metrics, slices, gates and
 * suites. Rows met in training are taken out, a changed test set is dealt with as docs/verdicts.md says. Pure.
 * Throws InputError with every problem at once.
 */
export function judge(input: JudgeInput): Judgement {
  const clean = withoutLeaks(input);
  const { decides, beside } = besideOf(input, clean.rows);
  const prepared = preparedOn(input, decides, true);
  const { leaks } = clean;
  const positions =
    decides === clean.rows
      ? clean.positions
      : Int32Array.from({ length: decides.answers.rows }, (_, row) => row);
  let comparison = comparePrepared(prepared);
  if (input.testSet?.status === 'changed' && input.testSet.old === null)
    comparison = overruled(
      comparison,
      'TEST_CHANGED',
      'the test set differs from the base’s, and the old one could not be judged',
    );
  if (leaks.share > MOST_LEAKED)
    comparison = overruled(comparison, 'LEAKED', leakMessage(leaks, input.answers.rows));
  const power = statements(comparison, prepared);
  const warnings = warningsOf(input, leaks, power);
  return {
    comparison: { ...comparison, warnings: [...comparison.warnings, ...warnings] },
    beside,
    leaks,
    power,
    turning: turningOf(prepared),
    suspects: suspectsOf(prepared, decides.answers, input.data.id, positions),
    rows: judgedRows(prepared, positions),
    warnings,
  };
}
