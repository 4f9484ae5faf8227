import type { RunRecord } from '../contracts/run.ts';
import {
  badge,
  code,
  formatBytes,
  formatDuration,
  heading,
  muted,
  paragraph,
  table,
  type Block,
  type Cell,
  type Document,
  type Inline,
  type Tone,
} from '../report/index.ts';
import { compareRuns, type Row } from './compare.ts';
import { figure, short, signed } from './figures.ts';

const TONES: Record<RunRecord['decision'], Tone> = {
  pass: 'good',
  fail: 'bad',
  inconclusive: 'caution',
  skipped: 'neutral',
  error: 'bad',
};

/** The list of runs, newest first: what came out, what was said of it, how long it took. */
export function runsDocument(records: readonly RunRecord[], total: number): Document {
  const several = new Set(records.map((record) => record.model)).size > 1;
  const titles = [
    'run',
    ...(several ? ['model'] : []),
    'when',
    'commit',
    'verdict',
    'metric',
    'value',
    'difference',
    'trained in',
  ];
  const align = several ? 'llllllrrr' : 'lllllrrr';
  const rows = records.map((record): Cell[] => {
    const primary = record.metrics[0];
    return [
      code(record.id),
      ...(several ? [record.model] : []),
      record.started.slice(0, 16).replace('T', ' '),
      commitOf(record),
      badge(record.decision, TONES[record.decision]),
      primary?.name ?? '',
      figure(primary?.value),
      signed(primary?.difference),
      formatDuration(record.resources.train_ms),
    ];
  });
  const shown =
    records.length < total
      ? `${records.length} of ${total} runs`
      : `${total} ${total === 1 ? 'run' : 'runs'}`;
  const blocks: Block[] =
    total === 0
      ? [paragraph('No runs yet. Start with ', code('slipway run'), '.')]
      : [table(titles, align, rows), paragraph(muted(shown))];
  return { title: 'Runs', summary: shown, blocks };
}

function commitOf(record: RunRecord): Cell {
  const commit = record.git.commit?.slice(0, 7) ?? '';
  return record.git.dirty && commit !== '' ? [code(commit), muted(' +edits')] : commit;
}

/** One run, whole. */
export function runDocument(record: RunRecord, folder: string): Document {
  const blocks: Block[] = [
    {
      kind: 'verdict',
      tone: TONES[record.decision],
      word: record.decision,
      headline: record.message,
      spans: [muted(`look ${record.look}, ${record.reason}`)],
    },
    { kind: 'facts', items: factsOf(record, folder) },
    ...section('Metrics, measured on the test rows', metricsTable(record)),
    ...section('Reported by the training code (shown, never judged)', factsTable(record.reported)),
    ...section('Parameters', factsTable(record.params)),
    ...section(
      'Stages',
      table(
        ['stage', 'status', 'took', 'why'],
        'llrl',
        record.stages.map((stage) => [
          stage.name,
          stage.status,
          formatDuration(stage.duration_ms),
          stage.why.join('; '),
        ]),
      ),
    ),
  ];
  return { title: record.id, summary: record.message, blocks };
}

function factsOf(record: RunRecord, folder: string): { term: string; value: readonly Inline[] }[] {
  const { data } = record.digests;
  const pairs: [string, string][] = [
    ['model', `${record.model} (${record.task})`],
    ['started', record.started],
    [
      'commit',
      `${short(record.git.commit)}${record.git.dirty ? ' with uncommitted edits' : ''}${record.git.branch === null ? '' : ` on ${record.git.branch}`}`,
    ],
    [
      'judged against',
      record.base === null
        ? record.metrics.length === 0
          ? ''
          : 'nothing: the first version'
        : `${short(record.base.commit)} (${record.base.ref})`,
    ],
    ['model digest', short(record.digests.model)],
    ['train key', short(record.digests.train_key)],
    ['data', data === null ? '' : `train ${short(data.train)}, test ${short(data.test)}`],
    [
      'rows',
      record.rows === null
        ? ''
        : `${record.rows.train} train, ${record.rows.validation} validation, ${record.rows.test} test`,
    ],
    ['seeds', record.seeds.join(', ')],
    [
      'environment',
      `${record.environment.platform} ${record.environment.arch}, ${record.environment.cpus} CPUs, install ${short(record.environment.install) || 'none'}`,
    ],
    ['peak memory', formatBytes(record.resources.peak_memory_bytes)],
    ['files', folder],
  ];
  return pairs.filter(([, value]) => value !== '').map(([term, value]) => ({ term, value: [value] }));
}

function metricsTable(record: RunRecord): Block | null {
  if (record.metrics.length === 0) return null;
  return table(
    ['metric', 'value', 'interval', 'baseline', 'difference', 'interval', 'verdict'],
    'lrlrrll',
    record.metrics.map((metric) => [
      metric.name,
      figure(metric.value),
      interval(metric.low, metric.high, figure),
      figure(metric.baseline),
      signed(metric.difference),
      interval(metric.difference_low, metric.difference_high, signed),
      metric.verdict ?? '',
    ]),
  );
}

function interval(low: number | null, high: number | null, show: (value: number) => string): string {
  return low === null || high === null ? '' : `[${show(low)}, ${show(high)}]`;
}

function factsTable(facts: Readonly<Record<string, unknown>>): Block | null {
  const entries = Object.entries(facts);
  if (entries.length === 0) return null;
  return table(
    ['name', 'value'],
    'lr',
    entries.map(([name, value]) => [name, shown(value)]),
  );
}

function shown(value: unknown): string {
  if (typeof value === 'number') return figure(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function section(title: string, block: Block | null): Block[] {
  return block === null ? [] : [heading(title), block];
}

const PARTS: Record<Row['part'], string> = {
  metrics: 'Metrics',
  reported: 'Reported',
  params: 'Parameters',
  data: 'Data',
  environment: 'Environment',
  code: 'Code',
};

/** Two runs side by side; what is equal is counted, not listed, except for metrics. */
export function runsComparisonDocument(left: RunRecord, right: RunRecord): Document {
  const all = compareRuns(left, right);
  const blocks: Block[] = [];
  for (const part of Object.keys(PARTS) as Row['part'][]) {
    const rows = all.filter((row) => row.part === part);
    const listed = part === 'metrics' ? rows : rows.filter((row) => row.changed);
    if (rows.length === 0) continue;
    blocks.push(heading(PARTS[part]));
    if (listed.length > 0) {
      blocks.push(
        table(
          ['', left.id, right.id, 'difference'],
          'lrrr',
          listed.map((row) => [row.name, cell(row.left), cell(row.right), delta(row)]),
        ),
      );
    }
    const same = rows.length - listed.length;
    if (same > 0) blocks.push(paragraph(muted(`${same} equal`)));
  }
  const changed = all.filter((row) => row.changed).length;
  return { title: `${left.id} and ${right.id}`, summary: `${changed} differences`, blocks };
}

function cell(value: string | number | null): string {
  if (value === null) return '–';
  if (typeof value === 'number') return figure(value);
  return /^[0-9a-f]{40,64}$/.test(value) ? short(value) : value;
}

function delta(row: Row): string {
  if (!row.changed) return '';
  return typeof row.left === 'number' && typeof row.right === 'number'
    ? signed(row.right - row.left)
    : 'changed';
}
