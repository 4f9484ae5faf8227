import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dirname, join as joinNames } from 'node:path/posix';

import { parseConfig } from '../config/parse.ts';
import type { Config, ModelConfig } from '../config/index.ts';
import type { StoredFile } from '../contracts/artifacts.ts';
import type { Comparison } from '../contracts/comparison.ts';
import type { Digest } from '../contracts/digest.ts';
import { InputError, isCodedError, PlatformError } from '../contracts/errors.ts';
import type { JudgeAnswer, JudgeBaseline, JudgeRequest } from '../contracts/judging.ts';
import { prepareData, readHashes, type PreparedData } from '../data/index.ts';
import type { TableFiles } from '../data/ports.ts';
import { judge, lintLearning, type Judgement, type JudgeInput } from '../evaluation/index.ts';
import { checkExternalData, checkFormats, inspectFile, type ByteSource } from '../formats/index.ts';
import type { Table } from '../table/index.ts';
import { readHandover, type CheckedHandover } from './handover.ts';
import { onKnownRows, readPredictions, readReleased } from './handed-predictions.ts';
import { thresholdOf } from './threshold.ts';

/** What judging an artifact needs of the machine. */
export interface JudgePorts {
  readonly tables: TableFiles;
  /** Unpacks a pull request's artifact, or (`base`) a commit without its outer folder, with the caps of each. */
  unzip(archive: string, into: string, of: 'artifact' | 'base'): Promise<readonly StoredFile[]>;
  digestFile(path: string): Promise<Digest>;
  /** Opens a file for the time of `use`. */
  withSource<T>(path: string, use: (source: ByteSource) => Promise<T>): Promise<T>;
}

const CONFIG = 'slipway.yaml';
/** Training rows beyond this are not read again for the lints. */
const MOST_LINTED_ROWS = 2_000_000;

/**
 * Judges what a pull request's run handed over by the base commit's data, config and gates: our code only, nothing of
 * the artifact is run. `folder` holds what the request names. Wrong artifacts are an answer, not an error.
 *
 * @throws PlatformError the machine failed: it may be tried again
 */
export async function judgeArtifact(
  folder: string,
  request: JudgeRequest,
  ports: JudgePorts,
): Promise<JudgeAnswer> {
  let model: string | null = null;
  try {
    const artifact = join(folder, 'artifact');
    const unpacked = await ports.unzip(join(folder, request.archive), artifact, 'artifact');
    const handed = await readHandover(artifact, unpacked, request.artifact);
    model = handed.claims.model;
    const base = join(folder, 'base');
    await ports.unzip(join(folder, request.base), base, 'base');
    const config = await baseConfig(base);
    const declared = config?.models[model];
    if (config === null || declared === undefined) return unknownToBase(model, config !== null);
    await checkModelFiles(artifact, handed, config, ports);
    const { registry } = config;
    const facts = {
      task: declared.task,
      entry: declared.train.outputs.entry ?? null,
      formats: registry?.formats ?? null,
    };
    return {
      ...facts,
      ...(await scored({ folder, artifact, base, model, config: declared, handed, request }, ports)),
    };
  } catch (error) {
    if (!isCodedError(error) || error instanceof PlatformError) throw error;
    return { status: 'refused', model, code: error.code, message: error.message.slice(0, 4000) };
  }
}

async function baseConfig(base: string): Promise<Config | null> {
  const text = await readFile(join(base, CONFIG)).catch(() => null);
  return text === null ? null : parseConfig(text, `${CONFIG} of the base`);
}

function unknownToBase(model: string, hasConfig: boolean): JudgeAnswer {
  return {
    status: 'skipped',
    model,
    code: hasConfig ? 'MODEL_UNKNOWN' : 'CONFIG_NOT_FOUND',
    message: `the base branch has no ${hasConfig ? 'model of this name' : CONFIG}, so it has no gates to judge by; the merge trains and judges it`,
  };
}

/** Only formats that may be registered, and nothing that leads a runtime to other files. */
async function checkModelFiles(
  artifact: string,
  { model }: CheckedHandover,
  { registry }: Config,
  ports: JudgePorts,
): Promise<void> {
  const root = join(artifact, 'model');
  const listed = new Set(model.map(({ path }) => path));
  const external = new Set<string>();
  const checked: Parameters<typeof checkFormats>[0][number][] = [];
  for (const { path } of model) {
    const found = await ports.withSource(join(root, path), (source) => inspectFile(source, path));
    checked.push({ path, identified: found.identified });
    const problems = checkExternalData({ model: path, names: found.external }, root, (name) =>
      // What was unpacked are plain files with one name each.
      listed.has(name) ? { kind: 'file', links: 1, realpath: join(root, name) } : null,
    );
    if (problems.length > 0) throw new InputError(problems);
    for (const name of found.external) external.add(joinNames(dirname(path), name));
  }
  const problems = checkFormats(checked, registry?.formats, external);
  if (problems.length > 0) throw new InputError(problems);
}

interface Scoring {
  readonly folder: string;
  readonly artifact: string;
  readonly base: string;
  readonly model: string;
  readonly config: ModelConfig;
  readonly handed: CheckedHandover;
  readonly request: JudgeRequest;
}

type Judged = Extract<JudgeAnswer, { status: 'judged' }>;

async function scored(
  scoring: Scoring,
  ports: JudgePorts,
): Promise<Omit<Judged, 'task' | 'entry' | 'formats'>> {
  const { folder, config, base, handed, request, model } = scoring;
  const data = await prepareData(
    {
      data: config.data,
      dir: join(base, config.dir),
      cacheDir: join(folder, 'cache'),
      digestFile: (path) => ports.digestFile(path),
    },
    ports,
  );
  const old = request.baseline?.predictions.find(({ dataset }) => dataset === data.digests.test) ?? null;
  const input = await judgeInput(scoring, data, old === null ? null : join(folder, old.file), ports);
  const judgement = judge(input);
  const warnings = await remarks(scoring, data, input, judgement, ports);
  const comparison = withoutBaseline(judgement.comparison, request.baseline, old === null);
  return {
    status: 'judged',
    model,
    train_key: handed.claims.train_key,
    candidate: handed.candidate,
    files: handed.model.map(({ path, bytes, sha256: digest }) => ({ path, bytes, sha256: digest })),
    // What it was judged on is the base's; what it was trained on is what the run says.
    dataset: { train: handed.claims.dataset.train, test: data.digests.test },
    comparison: jsonOf({ ...comparison, warnings: [...comparison.warnings, ...warnings] }),
    ...(handed.claims.training === undefined ? {} : { training: handed.claims.training }),
    predictions: {
      file: `artifact/${handed.predictions.path}`,
      candidate: handed.predictions.sha256,
      baseline: old?.sha256 ?? null,
    },
  };
}

async function judgeInput(
  scoring: Scoring,
  data: PreparedData,
  baseline: string | null,
  ports: JudgePorts,
): Promise<JudgeInput> {
  const { artifact, config, handed, request } = scoring;
  const answers = await ports.tables.read([data.test], {});
  const candidate = await readPredictions(join(artifact, handed.predictions.path), answers, config, ports);
  const changed = handed.claims.dataset.test !== data.digests.test;
  const threshold = thresholdOf({
    name: 'candidate',
    config,
    trained: { outputsDir: join(artifact, 'model') },
  });
  return {
    answers,
    candidate: changed ? onKnownRows(candidate, answers, config.data.id) : candidate,
    baseline: baseline === null ? null : await readReleased(baseline, answers, config, ports),
    task: config.task,
    data: config.data,
    evaluate: config.evaluate,
    positive: config.positive,
    threshold,
    look: lookOf(request, data.digests.test, handed.candidate),
    seed: request.seed,
    suites: await suitesOf(scoring, data, ports),
    training: [await readHashes(data.hashes)],
  };
}

/** How many candidates of this pull request these rows have judged, this one included. */
function lookOf({ looks }: JudgeRequest, test: Digest, candidate: Digest): number {
  const judged = new Set(looks.filter((look) => look.test === test).map((look) => look.candidate));
  return judged.add(candidate).size;
}

async function suitesOf(
  { artifact, config, handed }: Scoring,
  data: PreparedData,
  ports: JudgePorts,
): Promise<NonNullable<JudgeInput['suites']>> {
  const suites: Record<string, { answers: Table; candidate: Table }> = {};
  for (const [name, { file }] of data.suites) {
    const path = handed.suites.get(name);
    if (path === undefined) continue;
    const answers = await ports.tables.read([file], {});
    suites[name] = {
      answers,
      candidate: await readPredictions(join(artifact, path), answers, config, ports),
    };
  }
  return suites;
}

/** What is worth a second look, as `slipway run` says it; above all where the run did not use the base's rows. */
async function remarks(
  { config, handed }: Scoring,
  data: PreparedData,
  { answers }: JudgeInput,
  judgement: Judgement,
  ports: JudgePorts,
): Promise<Comparison['warnings']> {
  const train = data.rows.train > MOST_LINTED_ROWS ? null : await ports.tables.read([data.train], {});
  const lints = lintLearning({ task: config.task, data: config.data, train, test: answers, judgement });
  const { dataset } = handed.claims;
  const changed =
    dataset.test === data.digests.test && dataset.train === data.digests.train
      ? []
      : [
          {
            code: 'TEST_CHANGED',
            message:
              'the pull request changes the data: the base’s test rows decide, and what it was trained on was not looked at',
          },
        ];
  return [...changed, ...lints, ...data.warnings.filter(({ code }) => code !== 'TEST_IN_TRAIN')];
}

/** A version that there is, and that nothing is known of on these rows, decides nothing, and above all no pass. */
function withoutBaseline(
  comparison: Comparison,
  baseline: JudgeBaseline | null,
  missing: boolean,
): Comparison {
  if (baseline === null || !missing) return comparison;
  const message = `version ${baseline.version} has no predictions on these test rows, so there is nothing to compare with`;
  const warnings = [...comparison.warnings, { code: 'BASELINE_FAILED', message }];
  if (comparison.decision !== 'pass' && comparison.decision !== 'inconclusive')
    return { ...comparison, warnings };
  return {
    ...comparison,
    decision: 'inconclusive',
    reason: 'BASELINE_FAILED',
    message: `Cannot tell: ${message}`,
    warnings,
  };
}

function jsonOf<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
