import { join } from 'node:path';

import { InputError } from '../contracts/errors.ts';
import { compareRuns, findRun, readRuns, type Runs } from '../experiments/index.ts';
import { runDocument, runsComparisonDocument, runsDocument } from '../experiments/report.ts';
import { openRunStore } from '../platform/storage/run-store.ts';
import { toText, type Document } from '../report/index.ts';
import type { Outcome, Session } from './execute.ts';
import { slipwayFolder } from './config-file.ts';

const DEFAULT_LIMIT = 20;

async function open(session: Session): Promise<Runs & { readonly folder: (id: string) => string }> {
  const store = openRunStore(join(slipwayFolder(session), 'runs'));
  const runs = await readRuns(store);
  for (const id of runs.unreadable) session.progress.line(`runs: ${id} cannot be read and is left out`);
  return { ...runs, folder: (id) => store.folder(id) };
}

function shown(session: Session, kind: string, message: string, view: Document, document: object): Outcome {
  const text = toText(view, { width: session.width, color: session.color });
  return { schema: `slipway.${kind}/1`, decision: 'skipped', reason: 'DONE', message, document, text };
}

function limitOf({ flags }: Session): number {
  const limit = (flags['limit'] as number | undefined) ?? DEFAULT_LIMIT;
  if (Number.isSafeInteger(limit) && limit >= 1) return limit;
  const message = `--limit: expected a whole number from 1, found ${limit}`;
  throw new InputError({ code: 'USAGE', message });
}

/** `slipway runs list`: newest first, `--model`, `--limit`. */
export async function listCommand(session: Session): Promise<Outcome> {
  const { records, unreadable } = await open(session);
  const model = session.flags['model'];
  const limit = limitOf(session);
  const chosen = typeof model === 'string' ? records.filter((record) => record.model === model) : records;
  const page = chosen.slice(0, limit);
  return shown(session, 'runs', `${chosen.length} runs`, runsDocument(page, chosen.length), {
    total: chosen.length,
    runs: page,
    unreadable,
  });
}

/** `slipway runs show [RUN]`: one run, whole. */
export async function showCommand(session: Session, id: string | undefined): Promise<Outcome> {
  const { records, folder } = await open(session);
  const record = findRun(records, id ?? 'latest');
  return shown(session, 'run-record', record.message, runDocument(record, folder(record.id)), {
    run: record,
    folder: folder(record.id),
  });
}

/** `slipway runs compare A B`: side by side. */
export async function compareCommand(session: Session, leftId: string, rightId: string): Promise<Outcome> {
  const { records } = await open(session);
  const [left, right] = [findRun(records, leftId), findRun(records, rightId)];
  const rows = compareRuns(left, right);
  const message = `${rows.filter((row) => row.changed).length} of ${rows.length} facts differ`;
  return shown(session, 'runs-comparison', message, runsComparisonDocument(left, right), {
    left: left.id,
    right: right.id,
    rows,
  });
}
