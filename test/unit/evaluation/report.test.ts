import { describe, expect, it } from 'vitest';

import type { Comparison, MetricComparison } from '../../../src/contracts/comparison.ts';
import { commentDocument, failureDocument, fullDocument } from '../../../src/evaluation/index.ts';
import type { ReportContext } from '../../../src/evaluation/index.ts';
import { renderChart, toHtml, toMarkdown, type ChartSpec, type Document } from '../../../src/report/index.ts';
import { AUC, CANNOT_TELL, CONTEXT, PASS, SLICE } from '../report/comparisons.ts';
import { ACTIVE, nodes, parse, textOf } from '../report/github-markdown.ts';
import { NASTY_STRINGS } from '../report/nasty-strings.ts';
import { churnContext, FAILURE, samples } from '../report/samples.ts';

/** The lines in view: what stands outside of `<details>`. */
function linesInView(document: Document): string[] {
  const visible = toMarkdown(document).replace(/<details>[\s\S]*?<\/details>/gu, '');
  return textOf(parse(visible.replaceAll('\\\n', '\n\n'))).length === 0
    ? []
    : visible
        .split('\n')
        .map((line) => line.replace(/\\$/u, '').trim())
        .filter((line) => line !== '');
}

/** The comment as people read it: without markup. */
function spoken(comparison: Comparison, context: ReportContext): string[] {
  return linesInView(commentDocument(comparison, context)).map((line) => textOf(parse(line)));
}

describe('the comment', () => {
  it('says a pass in four lines', () => {
    expect(spoken(PASS, CONTEXT)).toEqual([
      'churn: PASS, not worse than v13. AUC .871 → .874, +.003 [−.001, +.007], tolerated −.005',
      '8,412 customers, test unchanged, look 1. Fixes 212 rows, breaks 187',
      'Changed: features.py, depth 6 → 8, same data. One training run: says nothing about the code',
      'Look at: region=NE (412) recall −4.9 pt [−8.1, −1.7] → 10 examples. Invisible: drops < 3 pt in 5 of 9 slices',
    ]);
  });

  it('says what would decide where the data cannot tell', () => {
    expect(spoken(CANNOT_TELL, CONTEXT)).toEqual([
      'churn: CANNOT TELL. 2,000 rows resolve 1.8 pt, the gate asks 0.5',
      'accuracy .842 → .840, −.002 [−.015, +.011], tolerated −.005; equal models end here 86 times in 100',
      'Do one: label ≈ 24,000 more rows · set margin .018 on the base branch · approver: /accept churn "why"',
      'Read 10 of the 160 rows where they disagree → rows',
      '2,000 rows, test unchanged, look 1. Fixes 78 rows, breaks 82',
      'Changed: features.py, depth 6 → 8, same data. One training run: says nothing about the code',
    ]);
  });

  it('asks nobody to accept where two plain files were compared', () => {
    const lines = spoken(CANNOT_TELL, { ...CONTEXT, trainingRuns: null, changed: null, examples: [] });

    expect(lines).toContain('Do one: label ≈ 24,000 more rows · set margin .018');
    expect(lines.join('')).not.toContain('/accept');
  });

  it('says a failure, and what else failed', () => {
    const worse: MetricComparison = {
      ...AUC,
      candidate: { value: 0.861, low: 0.85, high: 0.872 },
      difference: { ...AUC.difference!, value: -0.01, low: -0.015, high: -0.005 },
      verdict: 'worse',
    };
    const failed: Comparison = {
      ...PASS,
      decision: 'fail',
      reason: 'GATE_FAILED',
      metrics: [worse],
      gates: [
        { gate: 'roc_auc not-worse-by 0.005', verdict: 'fail', reason: 'WORSE', message: 'm' },
        { gate: 'suite golden expect all', verdict: 'fail', reason: 'SUITE_FAILED', message: '3 of 40' },
      ],
    };

    expect(spoken(failed, CONTEXT).slice(0, 2)).toEqual([
      'churn: FAIL, worse than v13. AUC .871 → .861, −.010 [−.015, −.005], tolerated −.005',
      'Fails too: suite golden expect all',
    ]);
  });

  it('names the slice that failed the gate, and the whole below it', () => {
    const failed: Comparison = {
      ...PASS,
      decision: 'fail',
      reason: 'GATE_FAILED',
      gates: [
        ...PASS.gates,
        {
          gate: 'declared slices: recall max-drop 0.03',
          verdict: 'fail',
          reason: 'SLICE_DROPPED',
          message: 'm',
        },
      ],
    };

    expect(spoken(failed, CONTEXT)).toEqual([
      'churn: FAIL, a slice drops. region=NE (412) recall −4.9 pt [−8.1, −1.7], gate declared slices: recall max-drop 0.03',
      'AUC .871 → .874, +.003 [−.001, +.007], tolerated −.005',
      '8,412 customers, test unchanged, look 1. Fixes 212 rows, breaks 187',
      'Changed: features.py, depth 6 → 8, same data. One training run: says nothing about the code',
      'No other declared slice is worse → 10 examples. Invisible: drops < 3 pt in 5 of 9 slices',
    ]);
  });

  it('never says pass without gates', () => {
    const none: Comparison = {
      ...PASS,
      decision: 'skipped',
      reason: 'NO_GATES',
      gates: [],
      metrics: [{ ...AUC, margin: null, verdict: 'inconclusive' }],
    };

    expect(spoken(none, CONTEXT)[0]).toBe(
      'churn: NO GATES, nothing is decided. AUC .871 → .874, +.003 [−.001, +.007]: drops over .001 are ruled out',
    );
  });

  it('speaks of a first version without a difference', () => {
    const alone: MetricComparison = {
      name: AUC.name,
      direction: 'higher',
      candidate: AUC.candidate,
      margin: null,
      verdict: 'pass',
      reason: null,
      units_needed: null,
    };
    const first: Comparison = {
      ...PASS,
      metrics: [alone],
      slices: [],
      changes: null,
      gates: [
        { gate: 'roc_auc min 0.8', verdict: 'pass', reason: 'FLOOR_REACHED', message: 'm' },
        { gate: 'roc_auc not-worse-by 0.005', verdict: 'skipped', reason: 'FIRST_VERSION', message: 'm' },
      ],
    };

    expect(spoken(first, { model: 'churn', baseline: null })).toEqual([
      'churn: PASS, first version. AUC .874 [.861, .886], limit .800',
      '8,412 customers, look 1',
    ]);
  });

  it('turns a margin in % into the metric’s unit', () => {
    const mae: MetricComparison = {
      ...AUC,
      name: 'mae',
      direction: 'lower',
      candidate: { value: 10.1, low: 9.9, high: 10.3 },
      baseline: { value: 10, low: 9.8, high: 10.2 },
      difference: { value: 0.1, low: -0.1, high: 0.3, p: 0.3, method: 't' },
      margin: 0.05,
    };
    const relative: Comparison = {
      ...PASS,
      metrics: [mae],
      gates: [{ gate: 'mae not-worse-by 5%', verdict: 'pass', reason: 'NOT_WORSE', message: 'm' }],
      slices: [],
      changes: null,
    };

    expect(spoken(relative, CONTEXT)[0]).toBe(
      'churn: PASS, not worse than v13. MAE 10.00 → 10.10, +.10 [−.10, +.30], tolerated +.50',
    );
  });

  it.each(samples().map((sample) => [sample.name, sample] as const))(
    'keeps at most 30 lines in view and folds the rest: %s',
    (_, { comparison, context }) => {
      const document = commentDocument(comparison, context);
      const text = toMarkdown(document);

      expect(linesInView(document).length).toBeLessThanOrEqual(30);
      expect(text.length).toBeLessThanOrEqual(60_000);
      expect(text.match(/<details>/gu)?.length).toBeGreaterThanOrEqual(2);
      expect(text).not.toMatch(/NaN|undefined|\[object|Infinity|\bnull\b/u);
    },
  );

  it('keeps at most 30 lines with 40 warnings and 60 changes', () => {
    const warnings = Array.from({ length: 40 }, (_, i) => ({
      code: 'TRAIN_TEST_OVERLAP',
      message: `warning ${i}`,
    }));
    const context = {
      ...CONTEXT,
      changed: {
        files: Array.from({ length: 60 }, (_, i) => `src/f${i}.py`),
        params: Array.from({ length: 60 }, (_, i) => ({ name: `p${i}`, from: i, to: { deep: [i] } })),
        data: 'different' as const,
      },
    };
    const document = commentDocument({ ...PASS, warnings }, context);

    expect(linesInView(document).length).toBeLessThanOrEqual(30);
    expect(toMarkdown(document)).toContain('37 more below');
    expect(spoken({ ...PASS, warnings }, context)[2]).toContain('57 more files');
  });

  it('keeps user text inert in every field', () => {
    for (const text of NASTY_STRINGS) {
      const context: ReportContext = {
        ...churnContext(),
        model: text,
        baseline: text,
        changed: { files: [text], params: [{ name: text, from: text, to: text }], data: 'same' },
        examples: [{ title: text, columns: [text], rows: [[text]], total: 1, href: `javascript:${text}` }],
      };
      const comparison: Comparison = {
        ...PASS,
        unit: { name: text, count: 12, design_effect: 2 },
        metrics: [{ ...AUC, name: text }],
        slices: [{ ...SLICE, name: text, metric: text }],
        gates: [{ gate: text, verdict: 'pass', reason: 'NOT_WORSE', message: text }],
        warnings: [{ code: 'X', message: text }],
      };
      const links = ['https://example.org/runs/42/report.html'];
      for (const node of nodes(parse(toMarkdown(commentDocument(comparison, context))))) {
        if (node.type === 'html')
          expect(node.value).toMatch(/^(?:<details>\n<summary>[^<]*<\/summary>|<\/details>|<br>)$/u);
        if (node.type === 'link') expect(links).toContain(node.url);
        if (node.type === 'text') for (const pattern of ACTIVE) expect(node.value).not.toMatch(pattern);
        expect(node.type).not.toMatch(/^image/u);
      }
    }
  });
});

describe('the full report', () => {
  function charts(document: Document): ChartSpec[] {
    return document.blocks.flatMap((block) =>
      block.kind === 'chart' ? [block.chart] : block.kind === 'charts' ? block.charts : [],
    );
  }

  it.each(samples().map((sample) => [sample.name, sample] as const))(
    'is whole, small and finite: %s',
    (_, { comparison, context }) => {
      const document = fullDocument(comparison, context);
      const html = toHtml(document);

      expect(Buffer.byteLength(html)).toBeLessThan(400_000);
      expect(html.replace(/<style>[\s\S]*?<\/style>/u, '')).not.toMatch(/NaN|undefined|\[object|Infinity/u);
      expect(document.blocks[0]?.kind).toBe('verdict');
      for (const chart of charts(document)) expect(renderChart(chart).length).toBeLessThan(30_000);
    },
  );

  it('shows metrics of different size and direction on axes of their own', () => {
    const metrics = [
      AUC,
      { ...AUC, name: 'log_loss', direction: 'lower' as const },
      {
        ...AUC,
        name: 'mae',
        direction: 'lower' as const,
        difference: { ...AUC.difference!, value: 3, low: 1, high: 5 },
        margin: null,
      },
    ];
    const [forest] = charts(fullDocument({ ...PASS, metrics }, CONTEXT));

    expect(forest).toMatchObject({
      kind: 'forest',
      panels: [{ direction: 'higher' }, { direction: 'lower' }, { direction: 'lower' }],
    });
  });

  it('has a section for everything that is known and none for what is not', () => {
    const titles = (document: Document): string[] =>
      document.blocks.flatMap((block) => (block.kind === 'heading' ? [block.text] : []));
    const all = samples().find(({ name }) => name === 'repeats')!;

    expect(titles(fullDocument(all.comparison, all.context))).toEqual([
      'What the interval means',
      'Metrics',
      'Gates',
      'Slices',
      'Curves',
      'Training runs',
      'Rows that changed',
      'How it was computed',
      'Provenance',
    ]);
    expect(titles(fullDocument({ ...PASS, slices: [], gates: [] }, { model: 'm', baseline: 'b' }))).toEqual([
      'What the interval means',
      'Metrics',
      'How it was computed',
    ]);
  });

  it('explains the interval by what it holds', () => {
    const explained = (
      change: Partial<NonNullable<MetricComparison['difference']>>,
      margin: number | null = 0.005,
    ): string =>
      toMarkdown(
        fullDocument(
          { ...PASS, metrics: [{ ...AUC, margin, difference: { ...AUC.difference!, ...change } }] },
          CONTEXT,
        ),
      );

    expect(explained({})).toContain('a harmful drop is ruled out');
    expect(explained({ low: 0.001 })).toContain('better side of zero');
    expect(explained({ low: -0.02, high: -0.001 })).toContain('worse side of zero');
    expect(explained({ low: -0.02 })).toContain('look alike');
    expect(explained({}, null)).toContain('more than .001 is ruled out');
  });
});

describe('a failure', () => {
  it('says what went wrong, the next step, and folds the output', () => {
    const text = toMarkdown(failureDocument(FAILURE));

    expect(text).toMatch(
      /^\*\*churn: FAIL\*\*\. python train\.py ended with exit code 1 after 4\.2 s `TRAIN_FAILED`/u,
    );
    expect(text).toContain('read the last lines below');
    expect(text).toContain('<summary>Last lines of the output</summary>');
    expect(text).toContain('\\u001b[31m@team');
  });

  it('shows five problems with their place and folds the others', () => {
    const problems = Array.from({ length: 12 }, (_, i) => ({
      code: 'CONFIG_INVALID' as const,
      message: `problem ${i}`,
      file: 'slipway.yaml',
      line: i + 1,
      column: 3,
      hint: 'fix it',
    }));
    const document = failureDocument({
      ...FAILURE,
      decision: 'error',
      code: 'CONFIG_INVALID',
      message: '12 problems',
      problems,
    });
    const text = toMarkdown(document);

    expect(text).toContain('**churn: ERROR**. 12 problems');
    expect(text).toContain('`slipway.yaml:1:3` problem 0');
    expect(text).toContain('7 more problems below');
    expect(text).toContain('<summary>All problems (12)</summary>');
    expect(linesInView(document).length).toBeLessThanOrEqual(30);
  });
});
