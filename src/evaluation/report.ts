/** What an evaluation has to show: the comment, the whole report, and the charts of its predictions. */
export type {
  ChangeSummary,
  ExampleRows,
  Failure,
  ParamChange,
  Provenance,
  ReportContext,
  SeedValues,
} from './report/context.ts';
export { commentDocument } from './report/comment.ts';
export { failureDocument } from './report/failure.ts';
export { fullDocument } from './report/full.ts';
export { evaluationCharts } from './report/charts.ts';
