import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { digestOf, sha256 } from '../contracts/digest.ts';
import type { Mode, Person } from '../contracts/entry.ts';
import { InputError } from '../contracts/errors.ts';
import type { RunRecord } from '../contracts/run.ts';
import { listFiles, localSource } from '../platform/storage/local-files.ts';
import { entryFile, type LocalDocument, type Registration } from '../registry/index.ts';
import type { Project } from './project.ts';
import { VERSION } from './version.ts';

/** A recorded run, and the folder it lies in. */
export interface FoundRun {
  readonly record: RunRecord;
  readonly folder: string;
}

/** Where the commit of a run came from, as GitHub says it. */
export interface Origin {
  readonly pull: number | null;
  readonly authors: readonly Person[];
}

/** Who registers, and with which rules. */
export interface Registrar {
  readonly actor: Person;
  readonly mode: Mode;
  readonly config: string | null;
  readonly number: Registration['number'];
}

/**
 * What a run registers: the files of its outputs, its predictions and evaluation, and all facts of its record. A run's
 * folder never changes, so the same run always gives the same registration.
 *
 * @throws InputError GIT the run was not of a commit · OUTPUT_MISSING, OUTPUT_AMBIGUOUS
 */
export async function registrationOf(
  { record, folder }: FoundRun,
  project: Pick<Project, 'config'>,
  origin: Origin,
  registrar: Registrar,
): Promise<Registration> {
  const commit = commitOf(record);
  const { root, files } = await listFiles(join(folder, 'outputs'));
  const declared = project.config.models[record.model]?.train.outputs.entry;
  const formats = project.config.registry?.formats;
  const evaluation = await evaluationOf(folder);
  const { data, train_key } = record.digests;
  return {
    ...registrar,
    key: digestOf(['slipway.register/1', record.model, commit, record.id]),
    model: record.model,
    task: record.task,
    commit,
    ...origin,
    entry: entryFile(
      `run ${record.id}`,
      declared ?? null,
      files.map(({ path }) => path),
    ),
    files,
    documents: await documentsOf(folder, data?.test ?? null),
    root,
    run: { id: record.id, url: null },
    created: record.started,
    params: record.params,
    seeds: record.seeds,
    digests: { train_key, data, environment: record.environment.install, evaluation: evaluation.digest },
    metrics: record.metrics,
    // Whoever ran it here could read the targets of the test rows.
    verdict: { decision: record.decision, reason: record.reason, holdout: 'visible' },
    card: cardOf(record, evaluation.slices),
    ...(formats === undefined ? {} : { formats }),
    slipway: VERSION,
  };
}

function commitOf({ id, git, decision }: RunRecord): string {
  if (decision === 'error' || git.commit === null) {
    const what = git.commit === null ? 'was not made in a git repository' : 'did not come to an end';
    throw new InputError({
      code: 'RUN_UNKNOWN',
      message: `run ${id} ${what}: there is nothing to register`,
      hint: 'slipway run, then register the new run',
    });
  }
  if (!git.dirty) return git.commit;
  throw new InputError({
    code: 'GIT',
    message: `run ${id} had changes that were not committed: a version is tagged on the commit it was trained from`,
    hint: 'commit them, push, `slipway run`, then register the new run',
  });
}

async function documentsOf(folder: string, test: string | null): Promise<readonly LocalDocument[]> {
  const names: readonly (readonly [string, string])[] = [
    ['evaluation.json', 'evaluation.json'],
    ...(test === null ? [] : [['predictions.parquet', `predictions-${test}.parquet`] as const]),
    ['profile.arrow', 'profile.arrow'],
  ];
  const there = names.filter(([file]) => existsSync(join(folder, file)));
  return await Promise.all(
    there.map(async ([file, name]) => ({ name, source: await localSource(join(folder, file)) })),
  );
}

const Slices = z.object({
  comparison: z.object({
    slices: z.array(
      z.object({
        name: z.string(),
        metric: z.string(),
        rows: z.number(),
        verdict: z.string(),
        difference: z
          .object({ value: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable() })
          .nullable(),
      }),
    ),
  }),
});
type Slice = NonNullable<NonNullable<Registration['card']>['slices']>[number];

/** Digest of the run's evaluation record, and the slices it speaks of: worse ones first. */
async function evaluationOf(folder: string): Promise<{ digest: string | null; slices: readonly Slice[] }> {
  const file = join(folder, 'evaluation.json');
  if (!existsSync(file)) return { digest: null, slices: [] };
  const bytes = await readFile(file);
  const { data } = Slices.safeParse(JSON.parse(bytes.toString()));
  const slices = (data?.comparison.slices ?? []).map(({ difference, ...slice }): Slice => ({
    ...slice,
    difference: difference?.value ?? null,
    low: difference?.low ?? null,
    high: difference?.high ?? null,
  }));
  const worse = (slice: Slice): number => (slice.verdict === 'worse' ? 0 : 1);
  const sorted = [...slices].sort((left, right) => worse(left) - worse(right));
  return { digest: sha256(bytes), slices: sorted.slice(0, 20) };
}

function cardOf(
  { base, rows, look, seeds }: RunRecord,
  slices: readonly Slice[],
): NonNullable<Registration['card']> {
  const limits = [
    'The test rows were readable where the model was trained (holdout: visible).',
    ...(look > 1 ? [`The test set had judged ${look - 1} candidates before.`] : []),
    ...(seeds.length === 1
      ? ['It was trained with one seed: how much another would change is not known.']
      : []),
  ];
  return { rows, slices, limits, ...(base === null ? {} : { baseline: `the model of ${base.ref}` }) };
}
