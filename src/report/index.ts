/** What stations need to show their results: a Document, its renderers, charts and one way of writing numbers. */
export * from './document.ts';
export * from './numbers.ts';
export type { Tone } from './tone.ts';
export type * from './charts/spec.ts';
export { renderChart } from './charts/render.ts';
export { oneLine, shorten, visible } from './inert.ts';
export { toMarkdown } from './markdown/to-markdown.ts';
export { toHtml } from './html/to-html.ts';
export { toText } from './terminal/to-text.ts';
