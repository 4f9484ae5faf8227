export type {
  Answers,
  Context,
  Interval,
  Metric,
  MetricSpec,
  Outputs,
  PairedInterval,
  ResolveMetric,
  Units,
} from './metric.ts';
export { metricNames, resolveMetric } from './resolve.ts';
export { thresholdAtFpr } from './recall-at-fpr.ts';
