import { code, heading, muted, paragraph, table } from '../../report/document.ts';
import type { Block, Cell, Document } from '../../report/document.ts';
import { DIFF_PARTS, type DiffRow } from '../answers/diff.ts';
import { entryWords } from '../answers/words.ts';
import type { LogTrouble, RecordedEntry } from '../log/types.ts';
import { count, minute, short } from './words.ts';

/** Entries in words, newest first. */
export function historyDocument(entries: readonly RecordedEntry[]): Document {
  const summary = count(entries.length, 'entry', 'entries');
  const approved = entries.some(({ entry }) => entry.approvals.length > 0);
  const rows = entries.map(({ entry }): Cell[] => [
    String(entry.n),
    minute(entry.at),
    entryWords(entry),
    entry.actor.login,
    ...(approved ? [entry.approvals.map(({ login }) => login).join(', ')] : []),
    entry.reason ?? '',
  ]);
  const titles = ['entry', 'when (UTC)', 'what', 'by', ...(approved ? ['approved by'] : []), 'reason'];
  const blocks: Block[] =
    entries.length === 0 ? [paragraph('No entries.')] : [table(titles, 'r', rows), paragraph(muted(summary))];
  return { title: 'History', summary, blocks };
}

const TITLES: Readonly<Record<DiffRow['part'], string>> = {
  metrics: 'Metrics',
  params: 'Parameters',
  data: 'Data',
  signature: 'Signature',
  files: 'Files',
  environment: 'Environment',
  log: 'The log',
};

/** Two versions side by side; what is equal is counted, not listed, except for metrics. `note`: what was not at hand. */
export function diffDocument(
  left: string,
  right: string,
  all: readonly DiffRow[],
  note: string | null,
): Document {
  const changed = all.filter((row) => row.changed).length;
  const blocks = DIFF_PARTS.flatMap((part): Block[] => {
    const rows = all.filter((row) => row.part === part);
    if (rows.length === 0) return [];
    const listed = part === 'metrics' ? rows : rows.filter((row) => row.changed);
    const same = rows.length - listed.length;
    return [
      heading(TITLES[part]),
      ...(listed.length === 0 ? [] : [partBlock(part, left, right, listed)]),
      ...(same === 0 ? [] : [paragraph(muted(`${same} equal`))]),
    ];
  });
  const summary = `${changed} of ${count(all.length, 'fact')} differ`;
  return {
    title: `${left} and ${right}`,
    summary,
    blocks: [...blocks, ...(note === null ? [] : [paragraph(muted(note))])],
  };
}

function partBlock(part: DiffRow['part'], left: string, right: string, rows: readonly DiffRow[]): Block {
  if (part === 'signature')
    return table(
      ['what callers notice', 'change'],
      'll',
      rows.map(({ name, right: change }) => [name, String(change)]),
    );
  return table(
    ['', left, right, ''],
    'lrrr',
    rows.map((row) => [row.name, cell(row.left), cell(row.right), delta(row)]),
  );
}

function cell(value: string | number | null): Cell {
  if (value === null) return muted('–');
  if (typeof value === 'number') return String(Number(value.toPrecision(6)));
  return /^[0-9a-f]{40,64}$/u.test(value) ? code(short(value)) : value;
}

function delta({ left, right, changed }: DiffRow): string {
  if (!changed) return '';
  if (typeof left !== 'number' || typeof right !== 'number') return 'changed';
  const difference = Number((right - left).toPrecision(4));
  return difference > 0 ? `+${difference}` : String(difference);
}

/** What reading the whole log again found. */
export function verifyDocument(entries: number, problems: readonly LogTrouble[]): Document {
  const summary =
    problems.length === 0
      ? `${count(entries, 'entry', 'entries')}: chain, numbers, states and request keys are as they must be`
      : count(problems.length, 'problem');
  const blocks: Block[] = [
    paragraph(summary),
    ...problems.map(({ kind, message, repair }): Block => ({
      kind: 'callout',
      tone: 'bad',
      title: kind === 'tampered' ? 'Tampered with' : 'Of a newer Slipway',
      blocks: [paragraph(message), paragraph('Repair: ', code(repair))],
    })),
  ];
  return { title: 'The log', summary, blocks };
}
