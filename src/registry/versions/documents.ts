import { stringify, type ScalarTag } from 'yaml';

import {
  code,
  formatCount,
  formatDifference,
  formatInterval,
  formatNumber,
  heading,
  list,
  paragraph,
  precisionOf,
  table,
  toMarkdown,
  type Block,
  type Cell,
  type Inline,
  type Precision,
} from '../../report/index.ts';
import type { MetricChange, Registration } from './types.ts';

/** What the generated documents are made from. */
export interface Described extends Registration {
  readonly version: string;
}

/** metrics.json: every metric with its interval, what it was compared with, and the verdict. */
export function metricsText({ metrics, verdict, card = {} }: Described): string {
  const baseline = card.baseline ?? null;
  return `${JSON.stringify({ schema: 'slipway.metrics/1', baseline, metrics, verdict }, null, 1)}\n`;
}

/** One line: how the primary metric changed, with its interval and verdict. */
export function headlineOf({ metrics, verdict, card = {} }: Registration): string {
  const [primary] = metrics;
  if (primary === undefined || primary.value === null) return judged(verdict);
  const how = precisionFor(primary);
  const interval = formatInterval(primary.low, primary.high, how);
  if (primary.baseline === null)
    return `${primary.name} ${formatNumber(primary.value, how)} ${interval}, the first to be measured`;
  const change = `${formatDifference(primary.difference, how)} ${formatInterval(primary.difference_low, primary.difference_high, how, { signed: true })}`;
  const against = card.baseline === undefined ? '' : ` against ${card.baseline}`;
  const said = primary.verdict === null ? '' : `: ${primary.verdict}`;
  return `${primary.name} ${formatNumber(primary.baseline, how)} → ${formatNumber(primary.value, how)} (${change})${against}${said}`;
}

/** The release's text: what changed, how to get it, where it came from. All values are inert. */
export function notesText(described: Described, manifest: string): string {
  const { model, version, files } = described;
  const pull = `slipway registry pull ${model}@${version} --into models/${model}`;
  return toMarkdown({
    title: `${model} ${version}`,
    summary: headlineOf(described),
    blocks: [
      paragraph(headlineOf(described)),
      paragraph(judged(described.verdict)),
      ...metricBlocks(described),
      heading('Get it'),
      { kind: 'code', language: 'sh', text: pull },
      paragraph(`${formatCount(files.length)} files; each is checked against the manifest’s digest.`),
      heading('Where it comes from'),
      list([...lineageLines(described), ['manifest ', code(manifest)]]),
    ],
  });
}

/** Hugging Face’s names of our tasks: huggingface.co/tasks */
const TASKS: Readonly<Record<string, string>> = {
  binary: 'tabular-classification',
  multiclass: 'tabular-classification',
  regression: 'tabular-regression',
  ranking: 'text-ranking',
};

/**
 * model-card.md: front matter as model hubs read it (https://github.com/huggingface/hub-docs/blob/main/modelcard.md),
 * then data, metrics, slices, limits and how it was judged.
 */
export function cardText(described: Described): string {
  const { model, version, card = {} } = described;
  const { license, limits = [] } = card;
  const text = toMarkdown({
    title: `${model} ${version}`,
    summary: headlineOf(described),
    blocks: [
      paragraph(headlineOf(described)),
      heading('Judged'),
      paragraph(judged(described.verdict)),
      ...metricBlocks(described),
      ...sliceBlocks(described),
      heading('Data and lineage'),
      list(lineageLines(described)),
      heading('Limits'),
      list(
        [...limits, 'The numbers hold for rows like the test rows; nothing is said of others.'].map(
          (limit) => [limit],
        ),
      ),
      heading('License'),
      license === undefined ? paragraph('None was declared.') : paragraph(code(license)),
    ],
  });
  const front = stringify(frontMatter(described), {
    version: '1.1',
    customTags: (tags) => [NUMBER, ...tags],
    lineWidth: 0,
  });
  return `---\n${front}---\n\n${text}`;
}

/**
 * Model hubs read front matter as YAML 1.1, where `no` is false, `2026-01-01` is a date (the version set above quotes
 * those) and an exponent without a point is text.
 */
const NUMBER: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  identify: (value) => typeof value === 'number',
  test: /^-?\d+(?:\.0)?e[+-]\d+$/,
  resolve: Number,
  stringify: ({ value }) => String(value).replace(/^(-?\d+)e/, '$1.0e'),
};

function frontMatter(described: Described): Record<string, unknown> {
  const { model, task, metrics, card = {} } = described;
  const measured = metrics.filter(({ value }) => value !== null && Number.isFinite(value));
  return {
    ...(card.license === undefined ? {} : { license: card.license }),
    tags: ['slipway', task],
    ...(task in TASKS ? { pipeline_tag: TASKS[task] } : {}),
    ...(measured.length === 0
      ? {}
      : {
          metrics: measured.map(({ name }) => name),
          'model-index': [{ name: model, results: [result(described, measured)] }],
        }),
  };
}

/** `task.type`, `dataset.type`, `dataset.name`, `metrics[].type` and `.value` are required there. */
function result({ model, task, digests }: Described, measured: readonly MetricChange[]): unknown {
  const { data } = digests;
  return {
    task: { type: TASKS[task] ?? 'other' },
    dataset: {
      name: `${model} test rows`,
      type: 'private',
      split: 'test',
      ...(data === null ? {} : { revision: data.test }),
    },
    metrics: measured.map(({ name, value }) => ({ type: name, name, value })),
  };
}

function judged(verdict: Registration['verdict']): string {
  if (verdict === null) return 'It was not judged.';
  return `Judged: ${verdict.decision} (${verdict.reason}); the targets of the test rows were ${verdict.holdout}.`;
}

function precisionFor({ value, low, high }: MetricChange): Precision {
  return precisionOf(value ?? NaN, low === null || high === null ? NaN : (high - low) / 2);
}

function metricBlocks({ metrics, card = {} }: Described): readonly Block[] {
  if (metrics.length === 0) return [];
  const compared = metrics.some(({ baseline }) => baseline !== null);
  const before = card.baseline ?? 'before';
  const columns = compared
    ? ['metric', before, 'now', 'interval', 'difference', 'its interval', 'verdict']
    : ['metric', 'value', 'interval'];
  const rows = metrics.map((metric): readonly Cell[] => {
    const how = precisionFor(metric);
    const now = [formatNumber(metric.value, how), formatInterval(metric.low, metric.high, how)];
    if (!compared) return [code(metric.name), ...now];
    return [
      code(metric.name),
      formatNumber(metric.baseline, how),
      ...now,
      formatDifference(metric.difference, how),
      formatInterval(metric.difference_low, metric.difference_high, how, { signed: true }),
      metric.verdict ?? '–',
    ];
  });
  return [heading('Metrics'), table(columns, compared ? 'lrrrrrl' : 'lrr', rows)];
}

function sliceBlocks({ card = {} }: Described): readonly Block[] {
  const { slices = [] } = card;
  if (slices.length === 0) return [];
  const how = { decimals: 3 };
  const rows = slices.map(
    ({ name, metric, rows: count, difference, low, high, verdict }): readonly Cell[] => [
      code(name),
      code(metric),
      formatCount(count),
      formatDifference(difference, how),
      formatInterval(low, high, how, { signed: true }),
      verdict,
    ],
  );
  const columns = ['slice', 'metric', 'rows', 'difference', 'interval', 'verdict'];
  return [heading('Slices'), table(columns, 'llrrrl', rows)];
}

function lineageLines({ digests, commit, pull, run, card = {} }: Described): (readonly Inline[])[] {
  const { data, train_key: key } = digests;
  const { rows } = card;
  const counted = (count: number | undefined) => (count === undefined ? '' : `, ${formatCount(count)} rows`);
  return [
    ...(data === null
      ? []
      : [
          ['training data ', code(data.train), counted(rows?.train)],
          ['test data ', code(data.test), counted(rows?.test)],
        ]),
    ['commit ', code(commit)],
    ...(pull === null ? [] : [[`pull request ${pull}`]]),
    ['run ', code(run.id)],
    ...(key === null ? [] : [['train key ', code(key)]]),
  ];
}
