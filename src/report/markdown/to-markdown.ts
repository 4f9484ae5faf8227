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

/** Room for the sentence that says how many parts are missing. */
const NOTE_ROOM = 120;

/** Leaves out whole parts, folded ones from the end first, and says so; what remains is valid. */
function dropParts(blocks: readonly Block[], parts: readonly (readonly string[])[], limit: number): string {
  const indices = parts.map((_, index) => index).reverse();
  const folded = (index: number): boolean => blocks[index]?.kind === 'details';
  const order = [...indices.filter(folded), ...indices.filter((index) => !folded(index))];
  const sizes = parts.map((lines) => lines.reduce((sum, line) => sum + line.length + 1, 1));
  let size = sizes.reduce((sum, one) => sum + one, NOTE_ROOM);
  const dropped = new Set<number>();
  for (const index of order) {
    if (size <= limit) break;
    dropped.add(index);
    size -= sizes[index] ?? 0;
  }
  const note = `… ${dropped.size} of ${parts.length} parts are left out: this text would be too long.`;
  return assemble([...parts.filter((_, index) => !dropped.has(index)), [escapeText(note)]]);
}

/** The parts of a document under some limits; stops early where they are hopelessly long and may be cut further. */
function partsOf(document: Document, context: MarkdownContext, most: number): string[][] | null {
  const parts: string[][] = [];
  let length = 0;
  for (const block of document.blocks) {
    const lines = blockLines(block, context);
    length += lines.reduce((sum, line) => sum + line.length + 1, 1);
    if (length > most) return null;
    parts.push(lines);
  }
  return parts;
}

/**
 * GitHub-flavoured markdown of a document's blocks (the title is the place's own: a comment has none). Valid, at most
 * `limit` long: first long tables, lists and texts are cut where they stand, then whole parts are left out, each time
 * saying how much is missing. All text of the document is inert.
 */
export function toMarkdown(document: Document, options: MarkdownOptions = {}): string {
  const limit = Math.max(500, options.limit ?? 60_000);
  const chartUrl = options.chartUrl ?? ((): null => null);
  for (const limits of STEPS) {
    const parts = partsOf(document, { limits, chartUrl }, limit);
    const text = parts === null ? null : assemble(parts);
    if (text !== null && text.length <= limit) return text;
  }
  const shortest = partsOf(document, { limits: STEPS.at(-1)!, chartUrl }, Infinity) ?? [];
  return dropParts(document.blocks, shortest, limit);
}
