import { isWide, renderChart } from '../charts/render.ts';
import type { ChartSpec } from '../charts/spec.ts';
import type { Block, Inline, TableBlock } from '../document.ts';
import { safeHref, shorten, visibleLines } from '../inert.ts';
import { escapeCode, escapeHtml, escapeVisible } from './escape.ts';

/** How much is shown; `toHtml` lowers these until the page fits. */
export interface HtmlLimits {
  readonly rows: number;
  readonly items: number;
  readonly codeLines: number;
  readonly textLength: number;
  readonly charts: number;
}

/** State of one page: limits, and a counter for element ids. */
export interface HtmlContext {
  readonly limits: HtmlLimits;
  nextId: number;
  charts: number;
}

function span(part: Inline, limit: number): string {
  if (typeof part === 'string') return escapeHtml(shorten(part, limit));
  if (part.kind === 'break') return '<br>';
  const text = shorten(part.text, limit);
  switch (part.kind) {
    case 'strong':
      return `<strong>${escapeHtml(text)}</strong>`;
    case 'code':
      return `<code>${escapeCode(text)}</code>`;
    case 'muted':
      return `<span class="muted">${escapeHtml(text)}</span>`;
    case 'badge':
      return `<span class="badge ${part.tone}">${escapeHtml(text)}</span>`;
    case 'link': {
      const href = safeHref(part.href);
      return href === null
        ? escapeHtml(text)
        : `<a href="${escapeHtml(href)}" rel="noreferrer nofollow">${escapeHtml(text)}</a>`;
    }
  }
}

function spans(parts: readonly Inline[], context: HtmlContext): string {
  return parts.map((part) => span(part, context.limits.textLength)).join('');
}

function leftOut(count: number, noun: string): string {
  return count <= 0
    ? ''
    : `<p class="muted">… and ${count} more ${noun}${count === 1 ? '' : 's'}, left out to keep this file small.</p>`;
}

function tableHtml(block: TableBlock, context: HtmlContext): string {
  const name = (align: string): string => (align === 'left' ? '' : ` class="${align}"`);
  const head = block.columns
    .map((column) => `<th scope="col"${name(column.align)}>${escapeHtml(column.title)}</th>`)
    .join('');
  const rows = block.rows.slice(0, context.limits.rows).map((row) => {
    const cells = block.columns.map((column, index) => {
      const content = spans(row[index] ?? [], context);
      return index === 0
        ? `<th scope="row"${name(column.align)}>${content}</th>`
        : `<td${name(column.align)}>${content}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  const caption = block.caption === undefined ? '' : `<caption>${escapeHtml(block.caption)}</caption>`;
  const region = `<div class="scroll" role="region" tabindex="0" aria-label="${escapeHtml(block.caption ?? 'Table')}">`;
  const whole = `${region}<table>${caption}<thead><tr>${head}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
  return whole + leftOut(block.rows.length - rows.length, 'row');
}

function figure(chart: ChartSpec, context: HtmlContext): string {
  const caption = `<figcaption><b>${escapeHtml(chart.title)}.</b> <span>${escapeHtml(chart.caption ?? chart.description)}</span></figcaption>`;
  context.charts += 1;
  if (context.charts > context.limits.charts) return `<figure>${caption}${leftOut(1, 'chart')}</figure>`;
  const draw = (width: number | null): string => {
    context.nextId += 1;
    return renderChart(chart, {
      standalone: false,
      id: `chart-${context.nextId}`,
      ...(width === null ? {} : { width }),
    });
  };
  if (!isWide(chart)) return `<figure>${caption}${draw(320)}</figure>`;
  return `<figure>${caption}<div class="wide">${draw(940)}</div><div class="narrow">${draw(350)}</div></figure>`;
}

function listHtml(items: readonly (readonly Inline[])[], ordered: boolean, context: HtmlContext): string {
  const tag = ordered ? 'ol' : 'ul';
  const shown = items.slice(0, context.limits.items);
  return `<${tag}>${shown.map((item) => `<li>${spans(item, context)}</li>`).join('')}</${tag}>${leftOut(items.length - shown.length, 'item')}`;
}

function codeHtml(text: string, context: HtmlContext): string {
  const lines = visibleLines(text);
  const shown = lines
    .slice(-context.limits.codeLines)
    .map((line) => escapeVisible(shorten(line, context.limits.textLength)));
  return `${leftOut(lines.length - shown.length, 'earlier line')}<pre><code>${shown.join('\n')}</code></pre>`;
}

/** One block as HTML. */
function blockHtml(block: Block, context: HtmlContext): string {
  switch (block.kind) {
    case 'heading':
      return `<h${block.level}>${escapeHtml(block.text)}</h${block.level}>`;
    case 'paragraph':
      return `<p>${spans(block.spans, context)}</p>`;
    case 'list':
      return listHtml(block.items, block.ordered, context);
    case 'table':
      return tableHtml(block, context);
    case 'facts':
      return `<dl>${block.items.map((item) => `<dt>${escapeHtml(item.term)}</dt><dd>${spans(item.value, context)}</dd>`).join('')}</dl>`;
    case 'chart':
      return figure(block.chart, context);
    case 'charts':
      return `<div class="charts">${block.charts.map((chart) => figure(chart, context)).join('')}</div>`;
    case 'details':
      return `<details><summary>${escapeHtml(block.summary)}</summary>${blocksHtml(block.blocks, context)}</details>`;
    case 'code':
      return codeHtml(block.text, context);
    case 'callout':
      return `<div class="callout ${block.tone}"><p class="callout-title">${escapeHtml(block.title)}</p>${blocksHtml(block.blocks, context)}</div>`;
    case 'verdict':
      return `<section class="verdict"><p class="word ${block.tone}">${escapeHtml(block.word)}</p><p class="headline">${escapeHtml(block.headline)}</p><p class="numbers">${spans(block.spans, context)}</p></section>`;
  }
}

function blocksHtml(blocks: readonly Block[], context: HtmlContext): string {
  return blocks.map((block) => blockHtml(block, context)).join('\n');
}

/** Blocks one after the other; null as soon as they are longer than `most` UTF-16 units. */
export function pageBody(blocks: readonly Block[], limits: HtmlLimits, most: number): string | null {
  const context: HtmlContext = { limits, nextId: 0, charts: 0 };
  const parts: string[] = [];
  let length = 0;
  for (const block of blocks) {
    const part = blockHtml(block, context);
    length += part.length + 1;
    if (length > most) return null;
    parts.push(part);
  }
  return parts.join('\n');
}
