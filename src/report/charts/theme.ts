/**
 * Colours of charts and reports. Candidate and baseline are the blue and the orange of Okabe and Ito's palette (told
 * apart by people with any colour vision), darkened or lightened to at least 4.5 : 1 against the paper; they also
 * differ in dash and marker, and verdicts in marker and word.
 */
const LIGHT = {
  paper: '#ffffff',
  ink: '#1b1f24',
  muted: '#59626d',
  grid: '#e6e8eb',
  axis: '#a2a9b1',
  band: '#e9edf2',
  candidate: '#0b63b0',
  baseline: '#a8500a',
  good: '#0a6b58',
  bad: '#b3291c',
  caution: '#7d5a00',
  neutral: '#414a55',
} as const;

const DARK = {
  paper: '#14181d',
  ink: '#e8eaed',
  muted: '#a4adb8',
  grid: '#2b323a',
  axis: '#69737e',
  band: '#252c35',
  candidate: '#74b8f5',
  baseline: '#eea35c',
  good: '#56c7a8',
  bad: '#ff8d79',
  caution: '#dfb64a',
  neutral: '#c2c9d1',
} as const;

/** Colour names both schemes define, as `--sw-<name>`. */
export type Colour = keyof typeof LIGHT;

function declarations(colours: Readonly<Record<Colour, string>>): string {
  return Object.entries(colours)
    .map(([name, value]) => `--sw-${name}:${value}`)
    .join(';');
}

/** CSS variables on `selector`: light, dark where the reader prefers it, light again on paper. */
export function colourRules(selector: string): string {
  return `${selector}{${declarations(LIGHT)}}@media screen and (prefers-color-scheme:dark){${selector}{${declarations(DARK)}}}`;
}

/** CSS of everything drawn inside a chart. */
export const CHART_RULES = [
  '.sw-chart{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Noto Sans",sans-serif;font-size:12px;font-variant-numeric:tabular-nums lining-nums}',
  '.sw-chart text{fill:var(--sw-ink);unicode-bidi:isolate}',
  '.sw-chart .title{font-size:14px;font-weight:600}',
  '.sw-chart .note,.sw-chart .tick,.sw-chart .axis-name{fill:var(--sw-muted);font-size:11px}',
  '.sw-chart .name{font-size:12.5px}',
  '.sw-chart .paper{fill:var(--sw-paper)}',
  '.sw-chart .grid{stroke:var(--sw-grid);stroke-width:1}',
  '.sw-chart .frame{stroke:var(--sw-axis);stroke-width:1;fill:none}',
  '.sw-chart .zero{stroke:var(--sw-ink);stroke-width:1.25}',
  '.sw-chart .guide{stroke:var(--sw-axis);stroke-width:1;stroke-dasharray:2 4;fill:none}',
  '.sw-chart .band{fill:var(--sw-band)}',
  '.sw-chart .margin{stroke:var(--sw-muted);stroke-width:1.25;stroke-dasharray:3 2}',
  ...(['candidate', 'baseline'] as const).flatMap((role) => [
    `.sw-chart .line.${role}{stroke:var(--sw-${role});fill:none;stroke-width:${role === 'candidate' ? '2.25' : '1.75'};stroke-linejoin:round${role === 'candidate' ? '' : ';stroke-dasharray:6 3.5'}}`,
    `.sw-chart .error.${role}{stroke:var(--sw-${role});stroke-width:1.25;opacity:.75}`,
    `.sw-chart .mark.${role}{stroke:var(--sw-${role});stroke-width:1.75;fill:${role === 'candidate' ? 'var(--sw-candidate)' : 'var(--sw-paper)'}}`,
  ]),
  ...(['good', 'bad', 'caution', 'neutral'] as const).flatMap((tone) => [
    `.sw-chart .bar.${tone}{stroke:var(--sw-${tone});stroke-width:2.25;fill:none}`,
    `.sw-chart .dot.${tone}{stroke:var(--sw-${tone});stroke-width:1.75;fill:${tone === 'caution' ? 'var(--sw-paper)' : `var(--sw-${tone})`}}`,
    `.sw-chart text.${tone}{fill:var(--sw-${tone});font-weight:${tone === 'neutral' ? '400' : '600'}}`,
  ]),
  '.sw-chart .cloud{stroke:var(--sw-candidate);stroke-width:3.5;stroke-linecap:round;fill:none;opacity:.28}',
  '.sw-chart .ribbon{fill:var(--sw-baseline);opacity:.2}',
  '.sw-chart .trend{stroke:var(--sw-baseline);stroke-width:2.25;fill:none;stroke-linejoin:round}',
  '.sw-chart .ring{stroke:var(--sw-ink);stroke-width:1.25;fill:none}',
].join('\n');
