import type { ChartSpec } from './charts/spec.ts';
import type { Tone } from './tone.ts';

/**
 * A document is plain data: what is said, never how it looks. `toMarkdown`, `toHtml` and `toText` show it. Every string
 * in it may come from users (model names, column levels, error lines): the renderers make all of it inert.
 */
export interface Document {
  readonly title: string;
  /** One sentence: page description, first line of a notification. */
  readonly summary: string;
  readonly blocks: readonly Block[];
}

export type Align = 'left' | 'right' | 'center';

/** A piece of a line. A bare string is plain text. */
export type Inline =
  | string
  | { readonly kind: 'strong'; readonly text: string }
  /** Names, paths, digests: whatever users typed. */
  | { readonly kind: 'code'; readonly text: string }
  /** `href` must be http(s), a fragment or a relative path; anything else is shown as plain text. */
  | { readonly kind: 'link'; readonly text: string; readonly href: string }
  | { readonly kind: 'muted'; readonly text: string }
  /** A verdict word. */
  | { readonly kind: 'badge'; readonly text: string; readonly tone: Tone }
  /** A new line in the same paragraph. */
  | { readonly kind: 'break' };

export interface TableColumn {
  readonly title: string;
  readonly align: Align;
}

export interface TableBlock {
  readonly kind: 'table';
  readonly columns: readonly TableColumn[];
  /** One cell for each column; a shorter row is filled with empty cells. */
  readonly rows: readonly (readonly (readonly Inline[])[])[];
  readonly caption?: string;
}

export type Block =
  | { readonly kind: 'heading'; readonly level: 2 | 3; readonly text: string }
  | { readonly kind: 'paragraph'; readonly spans: readonly Inline[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] }
  | TableBlock
  /** Term and value pairs: provenance, key figures. */
  | {
      readonly kind: 'facts';
      readonly items: readonly { readonly term: string; readonly value: readonly Inline[] }[];
    }
  | { readonly kind: 'chart'; readonly chart: ChartSpec }
  /** Charts of equal size, side by side where there is room. */
  | { readonly kind: 'charts'; readonly charts: readonly ChartSpec[] }
  | { readonly kind: 'details'; readonly summary: string; readonly blocks: readonly Block[] }
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  | {
      readonly kind: 'callout';
      readonly tone: Tone;
      readonly title: string;
      readonly blocks: readonly Block[];
    }
  /** The verdict at the top of a report: a word, a headline, and a line of numbers. */
  | {
      readonly kind: 'verdict';
      readonly tone: Tone;
      readonly word: string;
      readonly headline: string;
      readonly spans: readonly Inline[];
    };

/** Bold text. */
export function strong(text: string): Inline {
  return { kind: 'strong', text };
}

/** A name, path or digest, set as code. */
export function code(text: string): Inline {
  return { kind: 'code', text };
}

/** A link; shown as plain text where `href` is not http(s), a fragment or a relative path. */
export function link(text: string, href: string): Inline {
  return { kind: 'link', text, href };
}

/** Text that steps back. */
export function muted(text: string): Inline {
  return { kind: 'muted', text };
}

/** A verdict word with its tone. */
export function badge(text: string, tone: Tone): Inline {
  return { kind: 'badge', text, tone };
}

/** A new line inside a paragraph. */
export const lineBreak: Inline = { kind: 'break' };

/** A paragraph of spans. */
export function paragraph(...spans: readonly Inline[]): Block {
  return { kind: 'paragraph', spans };
}

/** A heading of level 2 (section) or 3. */
export function heading(text: string, level: 2 | 3 = 2): Block {
  return { kind: 'heading', level, text };
}

/** An unordered list. */
export function list(items: readonly (readonly Inline[])[]): Block {
  return { kind: 'list', ordered: false, items };
}

/** A folded part. */
export function details(summary: string, blocks: readonly Block[]): Block {
  return { kind: 'details', summary, blocks };
}

/** A cell of a table: one span, several, or a bare string. */
export type Cell = Inline | readonly Inline[];

/**
 * A table from titles and rows. `align` is one letter a column (`l`, `r`, `c`), missing letters are `l`.
 */
export function table(
  titles: readonly string[],
  align: string,
  rows: readonly (readonly Cell[])[],
  caption?: string,
): TableBlock {
  const alignOf = (index: number): Align =>
    (({ r: 'right', c: 'center' })[align[index] ?? 'l'] as Align | undefined) ?? 'left';
  return {
    kind: 'table',
    columns: titles.map((title, index) => ({ title, align: alignOf(index) })),
    rows: rows.map((row) =>
      row.map((cell) => (Array.isArray(cell) ? (cell as readonly Inline[]) : [cell as Inline])),
    ),
    ...(caption === undefined ? {} : { caption }),
  };
}
