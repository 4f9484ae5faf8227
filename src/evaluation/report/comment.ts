import type { Comparison, Warning } from '../../contracts/comparison.ts';
import {
  code,
  details,
  lineBreak,
  link,
  list,
  paragraph,
  shorten,
  type Block,
  type Document,
  type Inline,
} from '../../report/index.ts';
import type { ReportContext } from './context.ts';
import { changeLine, hintLine, remarks, testLine } from './body-lines.ts';
import { headLines, slicesInHead } from './head-lines.ts';
import type { Line } from './metric-line.ts';
import { disagreementLine, sliceLine } from './slice-lines.ts';
import { designFacts, hasProvenance, provenanceFacts } from './provenance.ts';
import { gatesTable, methodsTable, metricsTable, slicesTable } from './tables.ts';
import { decisionWord, restyle } from './words.ts';

/** Warnings shown unfolded. */
const SHOWN_WARNINGS = 3;

function joinLines(lines: readonly Line[]): Inline[] {
  return lines.flatMap((line, index) => (index === 0 ? [...line] : [lineBreak, ...line]));
}

function warningSpans(warning: Warning): Inline[] {
  return [code(shorten(warning.code, 40)), ` ${warning.message}`];
}

function warningBlocks(warnings: readonly Warning[]): Block[] {
  if (warnings.length === 0) return [];
  const shown = warnings
    .slice(0, SHOWN_WARNINGS)
    .map((warning) => [
      `Warning: ${shorten(restyle(warning.message), 240)} `,
      code(shorten(warning.code, 40)),
    ]);
  const left = warnings.length - SHOWN_WARNINGS;
  return [list([...shown, ...(left > 0 ? [[`${left} more below`]] : [])])];
}

/** The folded half: everything behind the few lines above. */
function foldedBlocks(comparison: Comparison, context: ReportContext): Block[] {
  const baseline = context.baseline ?? 'Baseline';
  const warnings = remarks(comparison);
  return [
    details('All metrics', [metricsTable(comparison, baseline)]),
    ...(comparison.gates.length === 0
      ? []
      : [details(`Gates (${comparison.gates.length})`, [gatesTable(comparison)])]),
    ...(comparison.slices.length === 0
      ? []
      : [details(`Slices (${comparison.slices.length})`, [slicesTable(comparison)])]),
    ...(warnings.length > SHOWN_WARNINGS
      ? [details(`Warnings (${warnings.length})`, [list(warnings.map(warningSpans))])]
      : []),
    details('How it was computed', [
      designFacts(comparison),
      methodsTable(comparison),
      ...(hasProvenance(context.provenance) ? [provenanceFacts(context.provenance)] : []),
    ]),
  ];
}

/**
 * The comment of one model: at most 30 lines in view, everything else folded. First what was decided and by which
 * numbers, then on what, what changed, where to look.
 */
export function commentDocument(comparison: Comparison, context: ReportContext): Document {
  const lines = [
    ...headLines(comparison, context),
    disagreementLine(comparison, context),
    testLine(comparison, context),
    changeLine(comparison, context),
    sliceLine(comparison, context, slicesInHead(comparison)),
    hintLine(comparison),
  ].filter((line): line is Line => line !== null);
  const warnings = remarks(comparison);
  const report: Block[] =
    context.reportHref == null ? [] : [paragraph(link('Full report', context.reportHref))];
  return {
    title: `${context.model}: ${decisionWord(comparison)}`,
    summary: comparison.message,
    blocks: [
      paragraph(...joinLines(lines)),
      ...warningBlocks(warnings),
      ...report,
      ...foldedBlocks(comparison, context),
    ],
  };
}
