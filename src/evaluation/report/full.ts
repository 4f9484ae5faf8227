import type { Comparison } from '../../contracts/comparison.ts';
import {
  details,
  heading,
  list,
  paragraph,
  type Block,
  type Document,
  type Inline,
} from '../../report/index.ts';
import type { ReportContext } from './context.ts';
import { explainBlocks } from './explain.ts';
import { differencesForest, slicesForest } from './forest.ts';
import { changeLine, decidingMetric, headLines, meaning, metricLine, sliceLine, testLine } from './lines.ts';
import { designFacts, hasProvenance, provenanceFacts } from './provenance.ts';
import { examplesTable, gatesTable, methodsTable, metricsTable, slicesTable } from './tables.ts';
import { decisionTone, decisionWord } from './words.ts';

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function headline(comparison: Comparison, context: ReportContext): string {
  if (comparison.decision === 'inconclusive') return 'This data cannot tell';
  if (comparison.decision === 'skipped') return 'No gates: nothing is decided';
  return capital(meaning(comparison, context));
}

function verdictBlock(comparison: Comparison, context: ReportContext): Block {
  const metric = decidingMetric(comparison);
  const spans: readonly Inline[] =
    metric === undefined ? [comparison.message] : metricLine(metric, comparison);
  return {
    kind: 'verdict',
    tone: decisionTone(comparison.decision),
    word: decisionWord(comparison),
    headline: headline(comparison, context),
    spans,
  };
}

function facts(comparison: Comparison, context: ReportContext): Block[] {
  const lines = [
    ...(comparison.decision === 'inconclusive' || comparison.decision === 'fail'
      ? headLines(comparison, context).slice(1)
      : []),
    testLine(comparison, context),
    changeLine(comparison, context),
    sliceLine(comparison, context),
  ].filter((line) => line !== null);
  return [list(lines)];
}

function section(title: string, blocks: readonly Block[]): Block[] {
  return blocks.length === 0 ? [] : [heading(title), ...blocks];
}

/** The whole report of one model, for `toHtml`. */
export function fullDocument(comparison: Comparison, context: ReportContext): Document {
  const baseline = context.baseline ?? 'baseline';
  const differences = differencesForest(comparison, baseline);
  const slices = slicesForest(comparison);
  const charts = context.charts ?? [];
  return {
    title: context.model,
    summary: comparison.message,
    blocks: [
      verdictBlock(comparison, context),
      ...facts(comparison, context),
      ...(differences === null ? [] : [{ kind: 'chart', chart: differences } as const]),
      ...explainBlocks(comparison, context),
      ...section('Metrics', [metricsTable(comparison, baseline)]),
      ...section('Gates', comparison.gates.length === 0 ? [] : [gatesTable(comparison)]),
      ...section(
        'Slices',
        slices === null
          ? []
          : [{ kind: 'chart', chart: slices }, details('As a table', [slicesTable(comparison)])],
      ),
      ...section('Curves', charts.length === 0 ? [] : [{ kind: 'charts', charts }]),
      ...section('Rows that changed', (context.examples ?? []).map(examplesTable)),
      ...section(
        'Warnings',
        comparison.warnings.length === 0
          ? []
          : [
              list(
                comparison.warnings.map((warning) => [
                  { kind: 'code', text: warning.code },
                  ` ${warning.message}`,
                ]),
              ),
            ],
      ),
      ...section('How it was computed', [designFacts(comparison), methodsTable(comparison)]),
      ...section(
        'Provenance',
        hasProvenance(context.provenance) ? [provenanceFacts(context.provenance)] : [],
      ),
      ...(context.reportHref == null ? [] : [paragraph()]),
    ],
  };
}
