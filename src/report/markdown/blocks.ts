import type { Block, Inline, TableBlock } from '../document.ts';
import type { Tone } from '../tone.ts';
import { describeChart } from '../charts/describe.ts';
import type { ChartSpec } from '../charts/spec.ts';
import { oneLine, piece, safeHref, shorten, visibleLines } from '../inert.ts';
import { codeSpan, escapeHref, escapeHtmlText, escapeLineStart, escapeText, fencedCode } from './escape.ts';

/** How much of a document is shown; `toMarkdown` lowers these until it fits. */
export interface Limits {
  readonly rows: number;
  readonly items: number;
  readonly codeLines: number;
  readonly textLength: number;
}

/** What the renderer is given besides the document. */
export interface MarkdownContext {
  readonly limits: Limits;
  /** Address of a chart's picture, or null: then it is described in words. */
  chartUrl(chart: ChartSpec): string | null;
}

const ALERTS: Readonly<Record<Tone, string>> = {
  good: 'TIP',
  bad: 'CAUTION',
  caution: 'WARNING',
  neutral: 'NOTE',
};

function renderSpan(span: Exclude<Inline, { kind: 'break' }>, inTable: boolean, limit: number): string {
  if (typeof span === 'string') return keepEdges(span, escapeText(shorten(span, limit)));
  const text = shorten(span.text, limit);
  switch (span.kind) {
    case 'code':
      return codeSpan(text, inTable);
    case 'strong':
    case 'badge':
      return oneLine(text) === '' ? '' : `**${escapeText(text)}**`;
    case 'muted':
      return keepEdges(text, escapeText(text));
    case 'link': {
      const href = safeHref(span.href);
      return href === null ? escapeText(text) : `[${escapeText(text)}](${escapeHref(href)})`;
    }
  }
}

/** Spaces between spans carry meaning; `escapeText` trims them. */
function keepEdges(raw: string, escaped: string): string {
  const { before, after } = piece(raw);
  return `${before}${escaped}${after}`;
}

/** The lines of a run of spans, each safe at the start of a line. */
export function inlineLines(spans: readonly Inline[], limit: number): string[] {
  const lines: string[] = [''];
  for (const span of spans) {
    if (typeof span !== 'string' && span.kind === 'break') lines.push('');
    else lines.push((lines.pop() ?? '') + renderSpan(span, false, limit));
  }
  return lines.map((line) => escapeLineStart(line.trim()));
}

function renderCell(spans: readonly Inline[], limit: number): string {
  return spans
    .map((span) =>
      typeof span !== 'string' && span.kind === 'break' ? '<br>' : renderSpan(span, true, limit),
    )
    .join('')
    .trim();
}

function more(left: number, noun: string): string {
  return `… and ${left} more ${noun}${left === 1 ? '' : 's'}, left out to fit`;
}

/** A pipe table; a longer one is cut and says how many rows are missing. */
export function tableLines(block: TableBlock, limits: Limits): string[] {
  const cellLimit = Math.min(limits.textLength, 200);
  const rule = { left: ':--', right: '--:', center: ':-:' };
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rows = block.rows
    .slice(0, limits.rows)
    .map((row) => line(block.columns.map((_, index) => renderCell(row[index] ?? [], cellLimit))));
  const left = block.rows.length - rows.length;
  return [
    ...(block.caption === undefined ? [] : [escapeLineStart(escapeText(block.caption)), '']),
    line(block.columns.map((column) => escapeText(shorten(column.title, cellLimit)))),
    line(block.columns.map((column) => rule[column.align])),
    ...rows,
    ...(left > 0 ? ['', more(left, 'row')] : []),
  ];
}

function listLines(items: readonly (readonly Inline[])[], ordered: boolean, limits: Limits): string[] {
  const shown = items.slice(0, limits.items).map((item, index) => {
    const marker = ordered ? `${index + 1}.` : '-';
    const indent = ' '.repeat(marker.length + 1);
    return `${marker} ${inlineLines(item, limits.textLength).join(`\\\n${indent}`)}`;
  });
  const left = items.length - shown.length;
  return [...shown.flatMap((item) => item.split('\n')), ...(left > 0 ? ['', more(left, 'item')] : [])];
}

function chartLines(chart: ChartSpec, context: MarkdownContext): string[] {
  const url = context.chartUrl(chart);
  const href = url === null ? null : safeHref(url);
  const words = escapeText(describeChart(chart));
  return href === null ? [escapeLineStart(words)] : [`![${words}](${escapeHref(href)})`];
}

function codeLines(text: string, language: string, limits: Limits): string[] {
  const lines = visibleLines(text);
  const shown = lines.slice(-limits.codeLines).map((line) => shorten(line, Math.min(limits.textLength, 500)));
  const left = lines.length - shown.length;
  return [...(left > 0 ? [more(left, 'earlier line'), ''] : []), ...fencedCode(shown, language).split('\n')];
}

/** The lines of a block, without the blank line around it. */
export function blockLines(block: Block, context: MarkdownContext): string[] {
  const { limits } = context;
  switch (block.kind) {
    case 'heading':
      return [`${'#'.repeat(block.level)} ${escapeText(shorten(block.text, limits.textLength))}`];
    case 'paragraph':
      return inlineLines(block.spans, limits.textLength).join('\\\n').split('\n');
    case 'list':
      return listLines(block.items, block.ordered, limits);
    case 'table':
      return tableLines(block, limits);
    case 'facts':
      return listLines(
        block.items.map((item) => [`${item.term}: `, ...item.value]),
        false,
        limits,
      );
    case 'chart':
      return chartLines(block.chart, context);
    case 'charts':
      return block.charts.flatMap((chart, index) => [
        ...(index === 0 ? [] : ['']),
        ...chartLines(chart, context),
      ]);
    case 'details':
      return [
        '<details>',
        `<summary>${escapeHtmlText(shorten(block.summary, 200))}</summary>`,
        '',
        ...blocksLines(block.blocks, context),
        '',
        '</details>',
      ];
    case 'code':
      return codeLines(block.text, block.language, limits);
    case 'callout':
      return [
        `[!${ALERTS[block.tone]}]`,
        ...(block.title === '' ? [] : [`**${escapeText(block.title)}**`, '']),
        ...blocksLines(block.blocks, context),
      ].map((line) => (line === '' ? '>' : `> ${line}`));
    case 'verdict':
      return [
        `**${escapeText(block.word)}**: ${escapeText(block.headline)}`,
        '',
        ...inlineLines(block.spans, limits.textLength).join('\\\n').split('\n'),
      ];
  }
}

/** Blocks one after the other, a blank line between them. */
export function blocksLines(blocks: readonly Block[], context: MarkdownContext): string[] {
  return blocks.flatMap((block, index) => [...(index === 0 ? [] : ['']), ...blockLines(block, context)]);
}
