import { DOMParser } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';

import { renderChart, type ChartSpec, type ForestRow } from '../../../src/report/index.ts';
import { fitText, textWidth } from '../../../src/report/charts/svg.ts';
import { NASTY_STRINGS } from './nasty-strings.ts';

type Dom = ReturnType<DOMParser['parseFromString']>;

/** Throws where the text is not well-formed XML. */
function parseXml(svg: string): Dom {
  return new DOMParser({
    onError: (level, message) => {
      throw new Error(`${level}: ${message}`);
    },
  }).parseFromString(svg, 'image/svg+xml');
}

function row(overrides: Partial<ForestRow> = {}): ForestRow {
  return {
    label: 'accuracy',
    value: 0.002,
    low: -0.004,
    high: 0.008,
    margin: 0.005,
    tone: 'neutral',
    text: '+.002 [−.004, +.008]',
    verdict: 'not worse',
    ...overrides,
  };
}

function forest(rows: readonly ForestRow[], direction: 'higher' | 'lower' = 'higher'): ChartSpec {
  return { kind: 'forest', title: 'Differences', description: 'd', panels: [{ unit: '', direction, rows }] };
}

const CURVE = Array.from({ length: 200 }, (_, i) => [i / 199, Math.sqrt(i / 199)] as const);
const BINS = Array.from({ length: 10 }, (_, i) => ({
  score: i / 10 + 0.05,
  share: i / 10,
  low: i / 10 - 0.03,
  high: i / 10 + 0.03,
  rows: 100,
}));
const CLOUD = Array.from(
  { length: 20_000 },
  (_, i) => [123_456 + (i % 997) * 3.7, 123_456 + (i % 991) * 3.9] as const,
);

function everyKind(text: string): ChartSpec[] {
  const head = { title: text, description: text };
  const curves = [
    { label: text, role: 'candidate', points: CURVE },
    { label: text, role: 'baseline', points: CURVE.map(([x, y]) => [x, y * 0.9] as const) },
  ] as const;
  const series = [{ label: text, role: 'candidate', bins: BINS }] as const;
  return [
    {
      ...head,
      kind: 'forest',
      panels: [
        { unit: text, direction: 'lower', rows: [row({ label: text, note: text, text, verdict: text })] },
      ],
    },
    { ...head, kind: 'roc', curves },
    { ...head, kind: 'precision-recall', curves, prevalence: 0.3 },
    { ...head, kind: 'calibration', series },
    { ...head, kind: 'predicted-actual', points: CLOUD, rows: CLOUD.length, trend: [] },
    {
      ...head,
      kind: 'residuals',
      points: CLOUD,
      rows: CLOUD.length,
      trend: [
        { x: 123_500, low: 123_400, middle: 123_500, high: 123_600 },
        { x: 125_000, low: 1, middle: 2, high: 3 },
      ],
    },
    {
      ...head,
      kind: 'seeds',
      direction: 'higher',
      groups: [{ label: text, role: 'candidate', values: [0.1, 0.11, 0.12], judged: 0 }],
    },
  ];
}

function attribute(svg: string, pattern: RegExp): number[] {
  return [...svg.matchAll(pattern)].map((match) => Number(match[1]));
}

describe('renderChart', () => {
  it('gives well-formed, titled XML of every kind for any text', () => {
    for (const text of NASTY_STRINGS) {
      for (const spec of everyKind(text)) {
        const dom = parseXml(renderChart(spec));
        expect(dom.documentElement?.tagName).toBe('svg');
        expect(dom.getElementsByTagName('title')).toHaveLength(1);
        expect(dom.getElementsByTagName('desc')).toHaveLength(1);
        for (const name of ['script', 'a', 'image', 'foreignObject', 'use'])
          expect(dom.getElementsByTagName(name)).toHaveLength(0);
      }
    }
  });

  it('stays under 30 kB with 20,000 points, 200-point curves and 40 slices', () => {
    for (const spec of everyKind('a name')) expect(renderChart(spec).length).toBeLessThan(30_000);
    const slices = Array.from({ length: 40 }, (_, i) =>
      row({ label: `region=store ${i}`, note: '412 rows' }),
    );
    expect(renderChart(forest(slices)).length).toBeLessThan(30_000);
  });

  it('holds only finite numbers', () => {
    const odd = [
      forest([row({ value: null, low: null, high: null, margin: null, text: 'too few rows' })]),
      forest([row({ value: 0, low: 0, high: 0, margin: null })]),
      forest([]),
      forest([row({ value: 1e300, low: -1e300, high: 1e300 })]),
      forest([row({ value: 1e-12, low: -1e-12, high: 1e-12, margin: 1e-13 })]),
      {
        kind: 'seeds',
        title: 't',
        description: 'd',
        direction: 'lower',
        groups: [{ label: 'x', role: 'candidate', values: [], judged: null }],
      },
      {
        kind: 'seeds',
        title: 't',
        description: 'd',
        direction: 'lower',
        groups: [{ label: 'x', role: 'candidate', values: [1, 1, 1], judged: 2 }],
      },
      { kind: 'predicted-actual', title: 't', description: 'd', points: [], rows: 0, trend: [] },
      {
        kind: 'residuals',
        title: 't',
        description: 'd',
        points: [
          [1, 0],
          [1, 0],
        ],
        rows: 2,
        trend: [],
      },
      { kind: 'calibration', title: 't', description: 'd', series: [] },
    ] satisfies ChartSpec[];
    for (const spec of odd) {
      const svg = renderChart(spec);
      parseXml(svg);
      expect(svg).not.toMatch(/NaN|Infinity|undefined|e[+-]?\d+"/u);
    }
  });

  it('brings light and dark colours where it stands alone, and none in a page', () => {
    const alone = renderChart(forest([row()]));
    const inPage = renderChart(forest([row()]), { standalone: false, id: 'c1' });

    expect(alone).toContain('prefers-color-scheme:dark');
    expect(alone).toContain('class="paper"');
    expect(inPage).not.toContain('<style');
    expect(inPage).toContain('id="c1-title"');
  });

  it('puts better to the right whichever way the metric counts', () => {
    const up = renderChart(forest([row({ value: 0.01, low: 0.005, high: 0.015 })]));
    const down = renderChart(forest([row({ value: -0.01, low: -0.015, high: -0.005 })], 'lower'));
    const dot = /class="dot [a-z]+" cx="([\d.]+)"/gu;
    const zero = /<line x1="([\d.]+)"[^>]*class="zero"/gu;

    expect(attribute(up, dot)[0]).toBeGreaterThan(attribute(up, zero)[0] ?? Infinity);
    expect(attribute(down, dot)[0]).toBeGreaterThan(attribute(down, zero)[0] ?? Infinity);
    expect(attribute(down, dot)[0]).toBeCloseTo(attribute(up, dot)[0] ?? 0, 1);
  });

  it('shades the tolerated drop next to zero on the worse side', () => {
    const svg = renderChart(forest([row({ margin: 0.005 })]));
    const [x = 0] = attribute(svg, /class="band" x="([\d.]+)"/gu);
    const [width = 0] = attribute(svg, /class="band" x="[\d.]+" y="[\d.]+" width="([\d.]+)"/gu);
    const [zero = 0] = attribute(svg, /<line x1="([\d.]+)"[^>]*class="zero"/gu);

    expect(x + width).toBeCloseTo(zero, 1);
    expect(width).toBeGreaterThan(10);
  });

  it('tells verdicts apart by shape, not by colour alone', () => {
    const shape = (tone: ForestRow['tone']): string =>
      /<(\w+) class="dot/u.exec(renderChart(forest([row({ tone })])))?.[1] ?? '';

    expect(shape('bad')).toBe('path');
    expect(shape('good')).toBe('circle');
    expect(renderChart(forest([row({ tone: 'caution' })]))).toMatch(
      /\.dot\.caution\{[^}]*fill:var\(--sw-paper\)/u,
    );
  });

  it('cuts an interval that dwarfs the others and marks the cut', () => {
    const rows = [0.01, 0.011, 0.012, 0.013, 0.014].map((half) =>
      row({ value: 0, low: -half, high: half, margin: null }),
    );
    const svg = renderChart(forest([...rows, row({ value: 0, low: -5, high: 5, margin: null })]));

    expect(svg).toMatch(/l-?5 4l-?5 4/u);
    expect(svg).toMatch(/>\+\.0\d</u);
  });

  it.each([340, 480, 720, 940])('keeps labels apart and inside at %i pixels', (width) => {
    const rows = NASTY_STRINGS.slice(0, 30).map((text, i) =>
      row({
        label: text,
        note: `${i * 1000} rows`,
        text: '+.00012 [−.00034, +.00078]',
        verdict: 'no difference shown',
      }),
    );
    const svg = renderChart(forest(rows), { width });
    const boxes = [
      ...svg.matchAll(
        /<text x="([\d.]+)" y="([\d.]+)"(?: class="([a-z-]+)")?(?: text-anchor="(\w+)")?>([^<]*)</gu,
      ),
    ].map((match) => {
      const size = ['note', 'tick', 'axis-name'].includes(match[3] ?? '') ? 11 : 12;
      const text = (match[5] ?? '').replace(/&[a-z#0-9]+;/gu, 'x');
      const wide = textWidth(text, size) * 0.9;
      const x = Number(match[1]) - (match[4] === 'end' ? wide : match[4] === 'middle' ? wide / 2 : 0);
      return { left: x, right: x + wide, y: Number(match[2]), text };
    });

    for (const box of boxes) {
      expect(box.left).toBeGreaterThan(-2);
      expect(box.right).toBeLessThan(width + 6);
    }
    const lines = Map.groupBy(
      boxes.filter(({ text }) => text !== 'Differences'),
      ({ y }) => y,
    );
    for (const line of lines.values()) {
      const sorted = line.toSorted((a, b) => a.left - b.left);
      sorted
        .slice(1)
        .forEach((box, i) => expect(box.left).toBeGreaterThanOrEqual((sorted[i]?.right ?? 0) - 1));
    }
  });
});

describe('fitText', () => {
  it('fits the width and keeps both ends', () => {
    const text = fitText('a_very_long_column_name=and_a_level', 120, 12);

    expect(textWidth(text, 12)).toBeLessThanOrEqual(120);
    expect(text).toMatch(/^a_ver.*…/u);
    expect(fitText('short', 120, 12)).toBe('short');
    expect(fitText('東京'.repeat(5000), 100, 12)).toMatch(/^東京.*…/u);
    expect(fitText('abcdef', 3, 12)).toBe('…');
  });
});
