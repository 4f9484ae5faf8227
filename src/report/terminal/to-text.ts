import CliTable from 'cli-table3';
import pc from 'picocolors';
import stringWidth from 'string-width';

import { describeChart } from '../charts/describe.ts';
import type { ChartSpec } from '../charts/spec.ts';
import type { Block, Document, Inline, TableBlock } from '../document.ts';
import type { Tone } from '../tone.ts';
import { oneLine, piece, shorten, visible, visibleLines } from '../inert.ts';
import { forestText } from './forest-text.ts';
import { wrap } from './wrap.ts';

export interface TextOptions {
  /** Columns of the terminal, at least 40. Default 100. */
  readonly width?: number;
  /** ANSI colours. Default false. */
  readonly color?: boolean;
  /** `open` shows folded parts, `closed` only their titles, `hidden` nothing of them. Default `open`. */
  readonly folded?: 'open' | 'closed' | 'hidden';
}

type Colours = ReturnType<typeof pc.createColors>;

interface TextContext {
  readonly width: number;
  readonly colours: Colours;
  readonly folded: 'open' | 'closed' | 'hidden';
}

function paint(tone: Tone, text: string, colours: Colours): string {
  switch (tone) {
    case 'good':
      return colours.green(text);
    case 'bad':
      return colours.red(text);
    case 'caution':
      return colours.yellow(text);
    case 'neutral':
      return text;
  }
}

function span(part: Inline, { colours }: TextContext): string {
  if (typeof part === 'string') return edges(part);
  switch (part.kind) {
    case 'break':
      return '\n';
    case 'strong':
      return colours.bold(oneLine(part.text));
    case 'code':
      return colours.cyan(visible(part.text));
    case 'muted':
      return colours.dim(edges(part.text));
    case 'badge':
      return colours.bold(paint(part.tone, oneLine(part.text), colours));
    case 'link':
      return `${colours.underline(oneLine(part.text))} (${oneLine(part.href)})`;
  }
}

function edges(raw: string): string {
  const { before, text, after } = piece(raw);
  return `${before}${text}${after}`;
}

function spans(parts: readonly Inline[], context: TextContext): string {
  return parts.map((part) => span(part, context)).join('');
}

const BARE = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
} as const;

type Content = 'text' | 'code' | 'number';

/** What a column holds: code (ids, digests) is of no use when it is cut. */
function contentOf({ columns, rows }: TableBlock): Content[] {
  const isCode = (part: Inline): boolean => typeof part !== 'string' && part.kind === 'code';
  return columns.map(({ align }, index) => {
    if (align !== 'left') return 'number';
    return rows.length > 0 && rows.every((row) => row[index]?.every(isCode) === true) ? 'code' : 'text';
  });
}

/**
 * Widths of the columns: as wide as their content; where that is too wide, columns of text are narrowed first (widest
 * first, none below 12), then those of code, then those of numbers (none below 8).
 */
function columnWidths(
  cells: readonly (readonly string[])[],
  contents: readonly Content[],
  total: number,
): number[] {
  const widths = contents.map((_, index) =>
    Math.max(1, ...cells.map((row) => stringWidth(row[index] ?? ''))),
  );
  let excess = widths.reduce((sum, width) => sum + width, 0) + 2 * (widths.length - 1) - total;
  for (const [content, least] of [
    ['text', 12],
    ['code', 12],
    ['number', 8],
  ] as const) {
    while (excess > 0) {
      const narrowable = widths.map((width, index) => (contents[index] === content ? width : 0));
      const widest = Math.max(...narrowable);
      if (widest <= least) break;
      widths[narrowable.indexOf(widest)] = widest - 1;
      excess -= 1;
    }
  }
  return widths;
}

function tableText(block: TableBlock, context: TextContext): string[] {
  const head = block.columns.map((column) => context.colours.dim(oneLine(column.title)));
  const rows = block.rows.map((row) => block.columns.map((_, index) => spans(row[index] ?? [], context)));
  const aligns = block.columns.map((column) => column.align);
  const widths = columnWidths([head, ...rows], contentOf(block), context.width);
  const grid = new CliTable({
    head,
    chars: BARE,
    colWidths: widths,
    colAligns: aligns,
    wordWrap: true,
    wrapOnWordBoundary: true,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  });
  grid.push(...rows);
  const lines = grid
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  return [...(block.caption === undefined ? [] : [...wrap(oneLine(block.caption), context.width)]), ...lines];
}

function chartText(chart: ChartSpec, context: TextContext): string[] {
  if (chart.kind !== 'forest') return wrap(context.colours.dim(oneLine(describeChart(chart))), context.width);
  return [
    context.colours.bold(oneLine(chart.title)),
    ...forestText(chart, context.width, (tone, text) => paint(tone, text, context.colours)),
  ];
}

function indent(lines: readonly string[], by: string): string[] {
  return lines.map((line) => (by + line).trimEnd());
}

function listText(items: readonly (readonly Inline[])[], ordered: boolean, context: TextContext): string[] {
  return items.flatMap((item, index) => {
    const marker = ordered ? `${index + 1}. ` : '• ';
    const pad = ' '.repeat(marker.length);
    return wrap(spans(item, context), context.width - marker.length).map(
      (line, at) => (at === 0 ? marker : pad) + line,
    );
  });
}

type Facts = Extract<Block, { kind: 'facts' }>['items'];

function factsText(items: Facts, context: TextContext): string[] {
  const pad = Math.min(24, Math.max(0, ...items.map((item) => stringWidth(oneLine(item.term)))));
  return items.flatMap((item) => {
    const term = shorten(oneLine(item.term), pad);
    const gap = ' '.repeat(Math.max(0, pad - stringWidth(term)) + 2);
    const lines = wrap(spans(item.value, context), context.width - pad - 2);
    return lines.map((line, at) => (at === 0 ? context.colours.dim(term) + gap : ' '.repeat(pad + 2)) + line);
  });
}

function blockText(block: Block, context: TextContext): string[] {
  const { colours, width } = context;
  switch (block.kind) {
    case 'heading':
      return [colours.bold(oneLine(block.text))];
    case 'paragraph':
      return wrap(spans(block.spans, context), width);
    case 'list':
      return listText(block.items, block.ordered, context);
    case 'table':
      return tableText(block, context);
    case 'facts':
      return factsText(block.items, context);
    case 'chart':
      return chartText(block.chart, context);
    case 'charts':
      return block.charts.flatMap((chart) => chartText(chart, context));
    case 'details':
      if (context.folded === 'hidden') return [];
      if (context.folded === 'closed') return [colours.dim(`▸ ${oneLine(block.summary)}`)];
      return [
        colours.bold(oneLine(block.summary)),
        ...indent(blocksText(block.blocks, { ...context, width: Math.max(40, width - 2) }), '  '),
      ];
    case 'code':
      return indent(visibleLines(block.text), '    ');
    case 'callout':
      return indent(
        [
          colours.bold(paint(block.tone, oneLine(block.title), colours)),
          ...blocksText(block.blocks, { ...context, width: Math.max(40, width - 2) }),
        ],
        '│ ',
      );
    case 'verdict':
      return [
        ...wrap(
          `${colours.bold(paint(block.tone, oneLine(block.word), colours))}  ${colours.bold(oneLine(block.headline))}`,
          width,
        ),
        ...wrap(spans(block.spans, context), width),
      ];
  }
}

function blocksText(blocks: readonly Block[], context: TextContext): string[] {
  const parts = blocks.map((block) => blockText(block, context)).filter((lines) => lines.length > 0);
  return parts.flatMap((lines, index) => [...(index === 0 ? [] : ['']), ...lines]);
}

/**
 * The document's blocks for a terminal: wrapped to `width` columns (wide and combining characters counted as shown),
 * tables without borders, forest plots as rows of characters; ANSI colours only where asked, and none of the document's
 * own text can send any.
 */
export function toText(document: Document, options: TextOptions = {}): string {
  const context: TextContext = {
    width: Math.max(40, options.width ?? 100),
    colours: pc.createColors(options.color ?? false),
    folded: options.folded ?? 'open',
  };
  return `${blocksText(document.blocks, context).join('\n')}\n`;
}
