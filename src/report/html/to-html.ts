import { paragraph, type Document } from '../document.ts';
import { shorten } from '../inert.ts';
import { pageBody, type HtmlLimits } from './blocks.ts';
import { escapeHtml } from './escape.ts';
import { PAGE_STYLE } from './style.ts';

export interface HtmlOptions {
  /** Largest size in bytes. Default 1,000,000. */
  readonly limit?: number;
}

const STEPS: readonly HtmlLimits[] = [
  { rows: 2000, items: 1000, codeLines: 2000, textLength: 10_000, charts: 24 },
  { rows: 500, items: 200, codeLines: 200, textLength: 1000, charts: 16 },
  { rows: 100, items: 50, codeLines: 50, textLength: 300, charts: 12 },
  { rows: 30, items: 20, codeLines: 20, textLength: 120, charts: 6 },
  { rows: 5, items: 5, codeLines: 5, textLength: 80, charts: 2 },
];

/** Nothing is loaded and nothing runs: styles are inline, pictures are inline SVG. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

function page(document: Document, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="generator" content="Slipway">
<meta name="description" content="${escapeHtml(shorten(document.summary, 300))}">
<title>${escapeHtml(shorten(document.title, 120)) || 'Report'}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(shorten(document.title, 200))}</h1>
${body}
</main>
</body>
</html>
`;
}

/**
 * The document as one self-contained HTML file: no script, nothing loaded, a strict content security policy; light and
 * dark after the reader's preference, good on paper, from 320 pixels up. Smaller than `limit` bytes: long tables, lists
 * and texts are cut where needed, saying how much is missing.
 */
export function toHtml(document: Document, options: HtmlOptions = {}): string {
  const limit = options.limit ?? 1_000_000;
  const whole = (body: string | null, head: Document = document): string | null => {
    const text = body === null ? null : page(head, body);
    return text !== null && Buffer.byteLength(text) < limit ? text : null;
  };
  for (const limits of STEPS) {
    const text = whole(pageBody(document.blocks, limits, limit));
    if (text !== null) return text;
  }
  const limits = STEPS.at(-1)!;
  const rest = paragraph(`… ${document.blocks.length - 1} parts are left out: this file would be too large.`);
  const first = whole(pageBody([...document.blocks.slice(0, 1), rest], limits, limit));
  return first ?? page(document, pageBody([rest], limits, Infinity) ?? '');
}
