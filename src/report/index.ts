/** What stations need to show their results: a Document, its renderers, charts and one way of writing numbers. */
export * from './document.ts';
export * from './numbers.ts';
export type * from './charts/spec.ts';
export type { ChartOptions } from './charts/frame.ts';
export { renderChart } from './charts/render.ts';
export { oneLine, shorten, visible } from './inert.ts';
export { toMarkdown, type MarkdownOptions } from './markdown/to-markdown.ts';
export { toHtml, type HtmlOptions } from './html/to-html.ts';
export { toText, type TextOptions } from './terminal/to-text.ts';
