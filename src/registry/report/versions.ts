import type { Manifest } from '../../contracts/manifest.ts';
import type { VersionState } from '../../contracts/model-state.ts';
import { code, heading, muted, paragraph, strong, table } from '../../report/document.ts';
import type { Block, Cell, Document, Inline } from '../../report/document.ts';
import { formatBytes } from '../../report/numbers.ts';
import type { RecordedEntry } from '../log/types.ts';
import type { VersionLine } from '../answers/status.ts';
import { entryWords } from '../answers/words.ts';
import { age, count, minute, short, verdictCell } from './words.ts';

/** A version of a list, with its primary metric where its manifest is at hand. */
export interface ListedVersion extends VersionLine {
  readonly model: string;
  readonly metric: { readonly name: string; readonly value: number | null } | null;
}

/** Versions, newest first; `total` is how many there are. */
export function versionsDocument(versions: readonly ListedVersion[], total: number, now: Date): Document {
  const shown =
    versions.length < total ? `${versions.length} of ${count(total, 'version')}` : count(total, 'version');
  const metric = versions.some((version) => version.metric !== null);
  const several = new Set(versions.map(({ model }) => model)).size > 1;
  const titles = [
    ...(several ? ['model'] : []),
    'version',
    ...(metric ? ['metric'] : []),
    'verdict',
    'stages',
    'age',
    'pull',
    'commit',
  ];
  const rows = versions.map((version): Cell[] => [
    ...(several ? [strong(version.model)] : []),
    code(version.version),
    ...(metric ? [metricCell(version.metric)] : []),
    verdictCell(version.verdict),
    version.stages
      .map(({ stage, state }) => (state === 'verified' ? stage : `${stage} (${state})`))
      .join(', '),
    age(version.at, now),
    version.pull === null ? '' : `#${version.pull}`,
    code(version.commit.slice(0, 7)),
  ]);
  const blocks: Block[] =
    total === 0
      ? [
          paragraph(
            'No versions yet: the first is registered when a pull request that trains the model is merged.',
          ),
        ]
      : [table(titles, 'l'.repeat(titles.length), rows), paragraph(muted(shown))];
  return { title: 'Versions', summary: shown, blocks };
}

function metricCell(metric: ListedVersion['metric']): Cell {
  return metric === null ? '' : `${metric.name} ${figure(metric.value)}`;
}

function figure(value: number | null): string {
  return value === null ? '–' : String(Number(value.toPrecision(4)));
}

/** One version, whole: what is known of it, what was measured, where it ran. */
export function versionDocument(
  model: string,
  version: VersionState,
  manifest: Manifest | null,
  entries: readonly RecordedEntry[],
  lineage: readonly string[],
): Document {
  const title = `${model}@${version.version}`;
  const blocks: Block[] = [
    paragraph(strong(title), ` registered ${minute(version.at)} UTC (entry ${version.n})`),
    { kind: 'facts', items: factsOf(version, manifest, lineage) },
    ...(manifest === null ? [] : measured(manifest)),
    heading('History'),
    table(
      ['entry', 'when (UTC)', 'what', 'by', 'approved by'],
      'rllll',
      entries.map(({ entry }) => [
        String(entry.n),
        minute(entry.at),
        entryWords(entry),
        entry.actor.login,
        entry.approvals.map(({ login }) => login).join(', '),
      ]),
    ),
  ];
  return { title, summary: lineage.join(' → '), blocks };
}

function factsOf(
  version: VersionState,
  manifest: Manifest | null,
  lineage: readonly string[],
): { term: string; value: readonly Inline[] }[] {
  const { verdict } = version;
  const pairs: [string, string][] = [
    ['lineage', lineage.join(' → ')],
    [
      'verdict',
      verdict === null
        ? 'adopted, never judged'
        : `${verdict.decision} (${verdict.reason}), test targets ${verdict.holdout}`,
    ],
    ['commit', short(version.commit)],
    ['pull request', version.pull === null ? '' : `#${version.pull}`],
    ['authors', version.authors.map(({ login }) => login).join(', ')],
    ['manifest', version.manifest ?? 'none: adopted, there are no files of ours'],
    ['evaluation', short(version.evaluation)],
    ['entry file', manifest?.entry ?? ''],
    ['files', manifest === null ? '' : filesOf(manifest)],
    ['run', manifest?.run.url ?? manifest?.run.id ?? ''],
    ['train key', short(manifest?.digests.train_key ?? null)],
    [
      'params',
      manifest === null
        ? ''
        : Object.entries(manifest.params)
            .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
            .join(' '),
    ],
  ];
  return pairs.filter(([, value]) => value !== '').map(([term, value]) => ({ term, value: [value] }));
}

function filesOf({ files }: Manifest): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const formats = [...new Set(files.map(({ format }) => format))].join(', ');
  return `${count(files.length, 'file')}, ${formatBytes(bytes)} (${formats})`;
}

function measured({ metrics }: Manifest): Block[] {
  if (metrics.length === 0) return [];
  return [
    table(
      ['metric', 'value', 'interval'],
      'lrl',
      metrics.map(({ name, value, low, high }) => [
        name,
        figure(value),
        low === null || high === null ? '' : `[${figure(low)}, ${figure(high)}]`,
      ]),
    ),
  ];
}
