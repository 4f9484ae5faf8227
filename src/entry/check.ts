import { join } from 'node:path';

import picocolors from 'picocolors';

import {
  checkConfig,
  schemaText,
  SCHEMA_FILE,
  type CheckReport,
  type Notice,
  type RecordedComparison,
} from '../config/index.ts';
import type { Comparison } from '../contracts/comparison.ts';
import { InputError } from '../contracts/errors.ts';
import { prepareData } from '../data/index.ts';
import { seOfInterval } from '../evaluation/index.ts';
import { readRuns } from '../experiments/index.ts';
import { createProposalWriter } from '../platform/storage/proposal-writer.ts';
import { createRepositoryFiles } from '../platform/storage/repository-files.ts';
import type { RunPorts } from '../run/index.ts';
import { normalCdf } from '../stats/index.ts';
import type { Outcome, Session } from './execute.ts';
import { openProject, type Project } from './project.ts';
import { wireRun } from './wiring.ts';

/** `slipway check`: everything that can be said without training. */
export async function checkCommand(session: Session): Promise<Outcome> {
  const project = openProject(session);
  const ports = await wireRun(project);
  const { config, content, shownFile } = project;
  const report = await checkConfig(
    {
      config,
      content,
      file: shownFile,
      recorded: await recordedComparisons(Object.keys(config.models), ports),
      normalCdf,
    },
    {
      files: createRepositoryFiles(project.folder),
      inspect: (name, model) => inspect(name, model, session, project, ports),
    },
  );
  ports.training.files.save();
  await refreshSchema(project.folder);
  if (report.problems.length > 0) throw new InputError(report.problems);
  return outcomeOf(report, session);
}

/** Editors complete from the schema of the Slipway that is installed. */
async function refreshSchema(folder: string): Promise<void> {
  await createProposalWriter(folder).replace(SCHEMA_FILE, schemaText());
}

type Inspect = Parameters<typeof checkConfig>[1]['inspect'];

/** Opens a model's data just as a run does, so that what passes here passes there; the result is kept for it. */
async function inspect(
  name: string,
  model: Parameters<Inspect>[1],
  session: Session,
  project: Project,
  ports: RunPorts,
): ReturnType<Inspect> {
  session.progress.status(`${name}: reading the data …`);
  const prepared = await prepareData(
    {
      data: model.data,
      dir: join(project.folder, model.dir),
      cacheDir: join(project.slipwayDir, 'cache'),
      digestFile: (path) => ports.training.files.digestFile(path),
      signal: session.signal,
    },
    { tables: ports.tables },
  );
  const { train, validation, test } = prepared.rows;
  return { rows: train + validation + test, columns: prepared.columns, warnings: prepared.warnings };
}

/** The newest comparison of each model with a baseline: what its test set was able to see. */
async function recordedComparisons(
  models: readonly string[],
  ports: RunPorts,
): Promise<Map<string, readonly RecordedComparison[]>> {
  const { records } = await readRuns(ports.runs);
  const found = new Map<string, readonly RecordedComparison[]>();
  for (const model of models) {
    const newest = records.find(
      (record) =>
        record.model === model && record.metrics.some(({ difference_low }) => difference_low !== null),
    );
    if (newest === undefined) continue;
    const document = (await ports.runs.readJson(newest.id, 'evaluation.json')) as {
      readonly comparison?: Comparison;
    } | null;
    if (document?.comparison !== undefined) found.set(model, standardErrors(document.comparison));
  }
  return found;
}

function standardErrors({ metrics, unit, alpha, look }: Comparison): RecordedComparison[] {
  return metrics.flatMap(({ name, difference, baseline }) => {
    const standardError = seOfInterval(difference?.low ?? null, difference?.high ?? null, alpha / look);
    return standardError > 0
      ? [
          {
            metric: name,
            standardError,
            units: unit.count,
            unitName: unit.name,
            baseline: baseline?.value ?? null,
          },
        ]
      : [];
  });
}

function outcomeOf(report: CheckReport, session: Session): Outcome {
  const paint = picocolors.createColors(session.color);
  const models = report.models.map(
    ({ model, rows, columns }) =>
      `${paint.green('ok')} ${model}: ${rows === null ? 'data not read' : `${rows.toLocaleString('en-US')} rows`}, ${columns} columns`,
  );
  const notices = report.notices.map((notice) => `${paint.yellow(label(notice))} ${notice.message}`);
  return {
    schema: 'slipway.check/1',
    decision: 'pass',
    reason: 'CHECK_PASSED',
    message: `no problems, ${report.notices.length} ${report.notices.length === 1 ? 'notice' : 'notices'}`,
    document: { models: report.models, notices: report.notices },
    text: [...models, ...notices].join('\n'),
  };
}

function label({ code }: Notice): string {
  return { NOT_ACTIVE: 'not active', DATA: 'data', POWER: 'gates', HINT: 'hint' }[code];
}
