import { colourRules, CHART_RULES } from './theme.ts';
import { element, escapeXml, fitText, label, type Svg } from './svg.ts';

/** How a chart is drawn. */
export interface ChartOptions {
  /** Total width in pixels; each kind has its own default. */
  readonly width?: number;
  /**
   * True (default): a file of its own, with style, paper and title, fit for `<img>`. False: a piece of an HTML page that
   * brings the style and shows the title itself.
   */
  readonly standalone?: boolean;
  /** Prefix of element ids; must be unique in the page the chart is put in. */
  readonly id?: string;
}

/** Where the drawing begins and how wide it may be. */
export interface Canvas {
  readonly width: number;
  readonly standalone: boolean;
  /** First free y below the title. */
  readonly top: number;
}

const TITLE_SIZE = 14;

/** The canvas for a chart: a standalone one keeps a margin and room for its title. */
export function canvasOf(options: ChartOptions, defaultWidth: number): Canvas {
  const standalone = options.standalone ?? true;
  return {
    width: Math.round(Math.min(2000, Math.max(240, options.width ?? defaultWidth))),
    standalone,
    top: standalone ? 34 : 4,
  };
}

/** Left and right margin inside the canvas. */
export function sideMargin(canvas: Canvas): number {
  return canvas.standalone ? 14 : 0;
}

/** The finished `<svg>`: accessible name and description, style and paper where it stands alone. */
export function svgFile(
  canvas: Canvas,
  height: number,
  head: { readonly title: string; readonly description: string },
  options: ChartOptions,
  content: readonly Svg[],
): Svg {
  const id = options.id ?? 'chart';
  const total = Math.ceil(height + (canvas.standalone ? 12 : 2));
  const own = canvas.standalone
    ? [
        `<style>${colourRules('.sw-chart')}\n${CHART_RULES}</style>`,
        element('rect', { class: 'paper', width: canvas.width, height: total, rx: 6 }),
        label(
          sideMargin(canvas),
          22,
          fitText(head.title, canvas.width - 2 * sideMargin(canvas), TITLE_SIZE),
          'title',
        ),
      ]
    : [];
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: 'sw-chart',
      viewBox: `0 0 ${canvas.width} ${total}`,
      width: canvas.width,
      height: total,
      role: 'img',
      'aria-labelledby': `${id}-title ${id}-desc`,
    },
    [
      element('title', { id: `${id}-title` }, escapeXml(head.title) || '–'),
      element('desc', { id: `${id}-desc` }, escapeXml(head.description) || '–'),
      ...own,
      ...content,
    ],
  );
}
