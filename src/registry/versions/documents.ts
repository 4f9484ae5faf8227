import { stringify } from 'yaml';

import {
  code,
  heading,
  list,
  paragraph,
  table,
  toMarkdown,
  type Block,
  type Document,
} from '../../report/index.ts';
import type { VersionFacts } from './types.ts';

/** What the generated documents are made from. */
export interface Described {
  readonly model: string;
  readonly version: string;
  readonly facts: VersionFacts;
  readonly headline: string | undefined;
}

type Metric = VersionFacts['metrics'][number];

function metricTable(metrics: readonly Metric[]): Block {
  const shown = (value: number | null): string => (value === null ? '—' : String(value));
  return table(
    ['metric', 'value', 'interval'],
    'lrr',
    metrics.map(({ name, value, low, high }) => [
      code(name),
      shown(value),
      low === null || high === null ? '—' : `[${low}, ${high}]`,
    ]),
  );
}

function judged(facts: VersionFacts): string {
  const { verdict } = facts;
  if (verdict === null) return 'It was not judged.';
  return `Judged: ${verdict.decision} (${verdict.reason}); the targets of the test rows were ${verdict.holdout}.`;
}

/** metrics.json: the measured metrics and the verdict. */
export function metricsText({ facts }: Described): string {
  return `${JSON.stringify({ schema: 'slipway.metrics/1', metrics: facts.metrics, verdict: facts.verdict }, null, 1)}\n`;
}

/** Hugging Face's names of our tasks (huggingface.co/docs/hub/model-cards, `model-index`). */
const TASKS: Readonly<Record<string, string>> = {
  binary: 'tabular-classification',
  multiclass: 'tabular-classification',
  regression: 'tabular-regression',
  ranking: 'text-ranking',
};

/**
 * model-card.md: front matter in Hugging Face's schema (`model-index` with one result), then data, metrics, limits and
 * how it was judged.
 */
export function cardText({ model, version, facts, headline }: Described): string {
  const task = TASKS[facts.task] ?? 'other';
  const measured = facts.metrics.filter(({ value }) => value !== null);
  const data = facts.digests.data;
  const front = {
    tags: ['slipway', facts.task],
    metrics: measured.map(({ name }) => name),
    ...(measured.length === 0
      ? {}
      : {
          'model-index': [
            {
              name: model,
              results: [
                {
                  task: { type: task },
                  dataset: { name: `${model} test rows`, type: data?.test ?? 'unknown' },
                  metrics: measured.map(({ name, value }) => ({ type: name, name, value })),
                },
              ],
            },
          ],
        }),
  };
  const document: Document = {
    title: `${model} ${version}`,
    summary: headline ?? judged(facts),
    blocks: [
      paragraph(headline ?? judged(facts)),
      heading('Metrics'),
      metricTable(facts.metrics),
      paragraph(judged(facts)),
      heading('Data and lineage'),
      list(lineageLines(facts)),
      heading('Limits'),
      paragraph('The numbers hold for rows like the test rows; nothing is said of others.'),
    ],
  };
  return `---\n${stringify(front)}---\n\n${toMarkdown(document)}`;
}

function lineageLines(facts: VersionFacts): Parameters<typeof list>[0] {
  const { data, train_key: key } = facts.digests;
  return [
    ...(data === null
      ? []
      : [
          ['training data ', code(data.train)],
          ['test data ', code(data.test)],
        ]),
    ['commit ', code(facts.commit)],
    ['run ', code(facts.run.id)],
    ...(key === null ? [] : [['train key ', code(key)]]),
  ];
}

/** The release's text: what changed, how to get it, where it came from. All values are inert. */
export function notesText(described: Described, manifest: string): string {
  const { model, version, facts, headline } = described;
  return toMarkdown({
    title: `${model} ${version}`,
    summary: headline ?? judged(facts),
    blocks: [
      paragraph(headline ?? judged(facts)),
      metricTable(facts.metrics),
      { kind: 'code', language: 'sh', text: `slipway registry pull ${model}@${version}` },
      list([...lineageLines(facts), ['manifest ', code(manifest)]]),
    ],
  });
}
