import type { Block, Document } from '../document.ts';
import type { ChartSpec } from '../charts/spec.ts';
import { escapeText } from './escape.ts';
import { blockLines, type Limits, type MarkdownContext } from './blocks.ts';

export interface MarkdownOptions {
  /** Longest text in UTF-16 units; GitHub refuses comments above 65,536. Default 60,000, at least 500. */
  readonly limit?: number;
  /** Address of a chart's picture; null (the default) describes it in words. */
  readonly chartUrl?: (chart: ChartSpec) => string | null;
}

const STEPS: readonly Limits[] = [
  { rows: Infinity, items: Infinity, codeLines: 1000, textLength: 10_000 },
  { rows: 200, items: 200, codeLines: 200, textLength: 2000 },
  { rows: 100, items: 100, codeLines: 100, textLength: 1000 },
  { rows: 50, items: 50, codeLines: 50, textLength: 500 },
  { rows: 20, items: 20, codeLines: 20, textLength: 300 },
  { rows: 10, items: 10, codeLines: 10, textLength: 200 },
  { rows: 3, items: 3, codeLines: 5, textLength: 120 },
];

function assemble(parts: readonly (readonly string[])[]): string {
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** Leaves out whole parts, folded ones from the end first, and says so; what remains is valid. */
function dropParts(blocks: readonly Block[], parts: readonly (readonly string[])[], limit: number): string {
  const order = [
    ...[...blocks.keys()].filter((index) => blocks[index]?.kind === 'details'),
    ...[...blocks.keys()].filter((index) => blocks[index]?.kind !== 'details'),
  ];
  const folded = blocks.filter((block) => block.kind === 'details').length;
  const droppable = [...order.slice(0, folded).reverse(), ...order.slice(folded).reverse()];
  const kept = new Set(blocks.keys());
  const note = (): string[] => [
    escapeText(
      `… ${parts.length - kept.size} of ${parts.length} parts are left out: this text would be too long.`,
    ),
  ];
  for (const index of droppable) {
    kept.delete(index);
    const text = assemble([...parts.filter((_, at) => kept.has(at)), note()]);
    if (text.length <= limit) return text;
  }
  return assemble([note()]);
}

/**
 * GitHub-flavoured markdown of a document's blocks (the title is the place's own: a comment has none). Valid, at most
 * `limit` long: first long tables, lists and texts are cut where they stand, then whole parts are left out, each time
 * saying how much is missing. All text of the document is inert.
 */
export function toMarkdown(document: Document, options: MarkdownOptions = {}): string {
  const limit = Math.max(500, options.limit ?? 60_000);
  const chartUrl = options.chartUrl ?? ((): null => null);
  let parts: string[][] = [];
  for (const limits of STEPS) {
    const context: MarkdownContext = { limits, chartUrl };
    parts = document.blocks.map((block) => blockLines(block, context));
    const text = assemble(parts);
    if (text.length <= limit) return text;
  }
  return dropParts(document.blocks, parts, limit);
}
