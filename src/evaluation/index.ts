/** Evaluation: predictions in, metrics with intervals, slices, gates and a verdict out. The procedure: docs/verdicts.md. */
export { compare, comparePrepared } from './compare.ts';
export { prepare } from './prepare.ts';
export type { Prepared } from './prepare.ts';
export type {
  AnyGate,
  ColumnInput,
  CompareInput,
  GateInput,
  PredictionsInput,
  RepeatsInput,
  SliceRows,
  SuiteInput,
} from './input/types.ts';
export { compareTables, readTables } from './tables/compare-tables.ts';
export type { CompareTablesInput, TableOptions } from './tables/compare-tables.ts';
export { judge } from './judge/judge.ts';
export type { Judgement, JudgedRows, JudgeInput, TestPredictions } from './judge/types.ts';
export { lintLearning } from './lint/lint-learning.ts';
export type { LintInput } from './lint/lint-learning.ts';
export type { TrainingHashes } from './judge/leaks.ts';
export { testSetStatus } from './judge/test-set.ts';
export { gatePower, seOfInterval } from './power.ts';
export type { GatePower } from './power.ts';
export { commentDocument, evaluationCharts, failureDocument, fullDocument } from './report.ts';
export type {
  ChangeSummary,
  ExampleRows,
  Failure,
  ParamChange,
  Provenance,
  ReportContext,
  SeedValues,
} from './report.ts';
export { predictionsFrom, predictOnnx, predictWithCommand } from './prediction/index.ts';
export type { CommandPredictionRequest, OnnxPredictionRequest } from './prediction/index.ts';
