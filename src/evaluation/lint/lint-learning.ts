import type { Task, Warning } from '../../contracts/comparison.ts';
import type { Table } from '../../table/index.ts';
import type { DataColumns, Judgement } from '../judge/types.ts';
import { lintGiveaways } from './giveaway.ts';
import { lintOverlap } from './overlap.ts';
import { lintTrivialModel } from './trivial-model.ts';

/** What the lints look at; null is not looked at. */
export interface LintInput {
  readonly task: Task;
  readonly data: DataColumns & { readonly group?: string | undefined };
  /** Rows that the model was trained on, target included. */
  readonly train: Table | null;
  /** Test rows, target included. */
  readonly test: Table;
  readonly judgement: Judgement | null;
}

/** Columns that are no features. */
function noFeatures({ id, unit, weight, group }: LintInput['data']): Set<string> {
  const names = [id, typeof unit === 'string' ? unit : unit?.time, weight, group];
  return new Set(names.filter((name) => name !== undefined));
}

/**
 * Lints of the learning, each a warning with its evidence; none changes a decision: a model no better than a constant
 * (NOT_BETTER_THAN_CONSTANT, _MAJORITY, _MEAN), test rows met in training (SCORED_ON_TRAINING_ROWS,
 * TEST_EQUALS_TRAINING), a feature that determines the target (TARGET_GIVEN_AWAY). Gates that the test set is too small
 * for are warned of by the judgement itself (GATE_TOO_TIGHT).
 */
export function lintLearning(input: LintInput): Warning[] {
  const { task, data, train, test, judgement } = input;
  const rows = judgement?.rows;
  const context = { units: rows?.units ?? null, alpha: 0.05, seed: 0 };
  const trivial =
    rows === undefined || rows.candidate === null
      ? []
      : lintTrivialModel(
          task,
          rows.answers,
          rows.candidate,
          context,
          rows.classes.map((name) => name ?? '(another class)'),
        );
  return [
    ...trivial,
    ...(train === null ? [] : lintOverlap(train, test, data.id)),
    ...lintGiveaways(task, train ?? test, data.target ?? 'target', noFeatures(data)),
  ];
}
