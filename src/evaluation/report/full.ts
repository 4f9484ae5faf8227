import type { Comparison } from '../../contracts/comparison.ts';
import {
  details,
  heading,
  list,
  paragraph,
  shorten,
  type Block,
  type ChartSpec,
  type Document,
  type Inline,
} from '../../report/index.ts';
import type { ReportContext } from './context.ts';
import { explainBlocks } from './explain.ts';
import { seedsChart } from './charts.ts';
import { differencesForest, slicesForest } from './forest.ts';
import { changedRowsText, changedSpans, claimSpans, hintLine, remarks, testText } from './body-lines.ts';
import { headLines, meaning, slicesInHead, waysOut } from './head-lines.ts';
import { decidingMetric, metricLine } from './metric-line.ts';
import { disagreementLine, sliceLine, sliceSpans } from './slice-lines.ts';
import { designFacts, hasProvenance, provenanceFacts } from './provenance.ts';
import { examplesTable, gatesTable, methodsTable, metricsTable, slicesTable } from './tables.ts';
import { decisionTone, decisionWord, metricName, restyle } from './words.ts';

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
  const dropped = slicesInHead(comparison);
  const numbers: readonly Inline[] =
    metric === undefined ? [comparison.message] : metricLine(metric, comparison);
  return {
    kind: 'verdict',
    tone: decisionTone(comparison.decision),
    word: decisionWord(comparison),
    headline: headline(comparison, context),
    spans: dropped.length > 0 ? sliceSpans(dropped) : numbers,
  };
}

/** What a reviewer asks next: on what, how many rows, what changed, where to look. */
function facts(comparison: Comparison, context: ReportContext): Block[] {
  const withoutLabel = (line: readonly Inline[] | null): readonly Inline[] =>
    line?.filter((span) => span !== 'Look at: ' && span !== 'Better too, as a hint: ') ?? [];
  const rows = changedRowsText(comparison);
  const items = [
    { term: 'Test set', value: [testText(comparison, context)] },
    { term: 'Rows', value: rows === '' ? [] : [rows] },
    { term: 'Changed', value: changedSpans(context) ?? [] },
    { term: 'Training', value: claimSpans(comparison, context) },
    { term: 'Slices', value: withoutLabel(sliceLine(comparison, context)) },
    { term: 'Better too', value: withoutLabel(hintLine(comparison)) },
  ];
  return [{ kind: 'facts', items: items.filter(({ value }) => value.length > 0) }];
}

/** What would make it decidable, or what else failed. */
function nextSteps(comparison: Comparison, context: ReportContext): Block[] {
  const tone = decisionTone(comparison.decision);
  const help = waysOut(comparison, context);
  const read = disagreementLine(comparison, context, ' below');
  if (help !== null) {
    const blocks: Block[] = [
      paragraph(`${help.why}; ${help.chance}. Do one of these:`),
      list([...help.ways, ...(read === null ? [] : [read])]),
    ];
    return [{ kind: 'callout', tone, title: 'What would decide it', blocks }];
  }
  const lines = headLines(comparison, context).slice(1);
  if (lines.length === 0) return [];
  const title =
    comparison.decision === 'inconclusive'
      ? 'What can be done'
      : slicesInHead(comparison).length > 0
        ? 'On the whole test set'
        : 'Also';
  return [{ kind: 'callout', tone, title, blocks: lines.map((spans) => paragraph(...spans)) }];
}

function section(title: string, blocks: readonly Block[]): Block[] {
  return blocks.length === 0 ? [] : [heading(title), ...blocks];
}

function sliceBlocks(comparison: Comparison): Block[] {
  const chart = slicesForest(comparison);
  if (comparison.slices.length === 0) return [];
  return chart === null
    ? [slicesTable(comparison)]
    : [{ kind: 'chart', chart }, details('As a table', [slicesTable(comparison)])];
}

function seedsOf(comparison: Comparison, context: ReportContext): ChartSpec | null {
  const { seeds } = context;
  if (seeds == null) return null;
  const direction = comparison.metrics.find((metric) => metric.name === seeds.metric)?.direction ?? 'higher';
  return seedsChart(seeds, direction, metricName(seeds.metric), {
    candidate: 'candidate',
    baseline: shorten(context.baseline ?? 'baseline', 40),
  });
}

/** The whole report of one model, for `toHtml`. */
export function fullDocument(comparison: Comparison, context: ReportContext): Document {
  const baseline = context.baseline ?? 'baseline';
  const differences = differencesForest(comparison, baseline);
  const warnings = remarks(comparison);
  const charts = context.charts ?? [];
  const seeds = seedsOf(comparison, context);
  return {
    title: context.model,
    summary: comparison.message,
    blocks: [
      verdictBlock(comparison, context),
      ...nextSteps(comparison, context),
      ...facts(comparison, context),
      ...(differences === null ? [] : [{ kind: 'chart', chart: differences } as const]),
      ...explainBlocks(comparison, context),
      ...section('Metrics', [metricsTable(comparison, baseline)]),
      ...section('Gates', comparison.gates.length === 0 ? [] : [gatesTable(comparison)]),
      ...section('Slices', sliceBlocks(comparison)),
      ...section('Curves', charts.length === 0 ? [] : [{ kind: 'charts', charts }]),
      ...section('Training runs', seeds === null ? [] : [{ kind: 'chart', chart: seeds }]),
      ...section('Rows that changed', (context.examples ?? []).map(examplesTable)),
      ...section(
        'Warnings',
        warnings.length === 0
          ? []
          : [
              list(
                warnings.map((warning) => [
                  { kind: 'code', text: warning.code },
                  ` ${restyle(warning.message)}`,
                ]),
              ),
            ],
      ),
      ...section('How it was computed', [designFacts(comparison), methodsTable(comparison)]),
      ...section(
        'Provenance',
        hasProvenance(context.provenance) ? [provenanceFacts(context.provenance)] : [],
      ),
    ],
  };
}
