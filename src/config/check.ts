import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';

import { isCodedError } from '../contracts/errors.ts';
import type { Problem } from '../contracts/errors.ts';
import type { ProblemCode } from '../contracts/codes.ts';
import { checkColumns } from './check-columns.ts';
import { powerStatements } from './check-gates.ts';
import type { RecordedComparison } from './check-gates.ts';
import { inactiveParts, remoteScheme } from './inactive.ts';
import type { Path } from './located.ts';
import { suggestion } from './nearest.ts';
import { locateIn } from './parse.ts';
import { pathText } from './path-text.ts';
import type { InspectData, RepositoryFiles } from './ports.ts';
import type { Config, ModelConfig } from './schema.ts';

export interface CheckRequest {
  readonly config: Config;
  /** The config's text and name, for positions. */
  readonly content: string | Uint8Array;
  readonly file: string;
  /** Earlier comparisons by model name. */
  readonly recorded: ReadonlyMap<string, readonly RecordedComparison[]>;
  /** Φ, the standard normal distribution function. */
  readonly normalCdf: (z: number) => number;
}

export interface CheckPorts {
  readonly files: RepositoryFiles;
  readonly inspect: InspectData;
}

/** A remark that does not fail the check. */
export interface Notice {
  readonly code: 'NOT_ACTIVE' | 'DATA' | 'POWER' | 'HINT';
  /** `models.churn.train`. */
  readonly path: string;
  readonly message: string;
}

/** What `slipway check` found: problems fail it, notices do not. */
export interface CheckReport {
  readonly problems: readonly Problem[];
  readonly notices: readonly Notice[];
  readonly models: readonly {
    readonly model: string;
    readonly rows: number | null;
    readonly columns: number;
  }[];
}

interface ModelCheck {
  readonly name: string;
  readonly path: Path;
  readonly model: ModelConfig;
  readonly files: RepositoryFiles;
  readonly problem: (code: ProblemCode, steps: Path, message: string, hint?: string) => void;
  readonly notice: (code: Notice['code'], steps: Path, message: string) => void;
}

/**
 * Checks a config that could be parsed against the world around it: files, data, columns, environment, gates. All
 * problems come at once; the data of a model is only opened where its files exist.
 */
export async function checkConfig(request: CheckRequest, ports: CheckPorts): Promise<CheckReport> {
  const { config, content, file, recorded, normalCdf } = request;
  const where = locateIn(content, file);
  const problems: Problem[] = [];
  const notices: Notice[] = inactiveParts(config).map(({ path, message }) => ({
    code: 'NOT_ACTIVE',
    path,
    message,
  }));
  const models: CheckReport['models'][number][] = [];
  for (const [name, model] of Object.entries(config.models)) {
    const path = ['models', name];
    const check: ModelCheck = {
      name,
      path,
      model,
      files: ports.files,
      problem(code, steps, message, hint) {
        const spoken = `${pathText([...path, ...steps])}: ${message}`;
        problems.push({
          code,
          message: spoken,
          ...where([...path, ...steps]),
          ...(hint === undefined ? {} : { hint }),
        });
      },
      notice(code, steps, message) {
        const spoken = pathText([...path, ...steps]);
        notices.push({ code, path: spoken, message: `${spoken}: ${message}` });
      },
    };
    await checkFiles(check);
    checkPrediction(check);
    checkApprovers(check);
    models.push(await checkRows(check, ports.inspect, problems));
    for (const statement of powerStatements(model, recorded.get(name) ?? [], normalCdf)) {
      check.notice('POWER', ['evaluate', 'gates'], statement);
    }
  }
  notices.push({
    code: 'NOT_ACTIVE',
    path: '.github/workflows',
    message: 'workflows: not yet active: they are neither written nor checked',
  });
  return { problems, notices, models };
}

/** Files that the config names must exist: lock files, inputs, parameter files. */
async function checkFiles(check: ModelCheck): Promise<void> {
  const { model, files, problem } = check;
  const { dir, environment, train } = model;
  if (dir !== '.' && (await files.match(dir, '**/*')).length === 0) {
    problem(
      'FILE_NOT_FOUND',
      ['dir'],
      `the folder ${dir} does not exist or is empty`,
      await near(check, '', dir),
    );
    return;
  }
  for (const [i, lock] of (environment?.lock ?? []).entries()) {
    if ((await files.match(dir, lock)).length > 0) continue;
    problem(
      'FILE_NOT_FOUND',
      ['environment', 'lock', i],
      `the lock file ${lock} does not exist`,
      await near(check, dir, lock),
    );
  }
  for (const [i, input] of train.inputs.entries()) {
    if ((await files.match(dir, input)).length > 0) continue;
    problem(
      'FILE_NOT_FOUND',
      ['train', 'inputs', i],
      `no file matches ${input}`,
      await near(check, dir, input),
    );
  }
  await checkParams(check);
}

async function near({ files }: ModelCheck, dir: string, wanted: string): Promise<string | undefined> {
  const prefix = dir === '' || dir === '.' ? '' : `${dir.replace(/\/$/, '')}/`;
  const listed = (await files.list(5_000))
    .filter((path) => path.startsWith(prefix))
    .map((path) => path.slice(prefix.length));
  const folders = listed.flatMap((path) =>
    path.includes('/') ? [path.slice(0, path.lastIndexOf('/'))] : [],
  );
  const hint = suggestion(wanted, [...new Set([...listed, ...folders])]);
  return hint?.startsWith('Did') === true ? hint : 'Paths are relative to the model’s `dir`.';
}

const PARAMETER = /\{params\.([^{}\s]+)\}/g;

async function checkParams(check: ModelCheck): Promise<void> {
  const { model, files, problem } = check;
  const merged: Record<string, unknown> = {};
  let complete = true;
  for (const [i, pattern] of model.train.params.entries()) {
    const found = await files.match(model.dir, pattern);
    if (found.length === 0) {
      problem(
        'FILE_NOT_FOUND',
        ['train', 'params', i],
        `the parameter file ${pattern} does not exist`,
        await near(check, model.dir, pattern),
      );
      complete = false;
    }
    for (const path of found) {
      const bytes = await files.head(path, 1_048_576);
      const values = bytes === null ? null : readParams(path, new TextDecoder().decode(bytes));
      if (values === null) {
        problem(
          'FORMAT_BROKEN',
          ['train', 'params', i],
          `${path} holds no mapping of parameters`,
          'Write YAML, JSON or TOML.',
        );
        complete = false;
      } else Object.assign(merged, values);
    }
  }
  if (!complete) return;
  const asked = new Set([...model.train.run.matchAll(PARAMETER)].map(([, name]) => name ?? ''));
  const known = flatKeys(merged, '');
  for (const name of asked) {
    if (known.includes(name)) continue;
    problem(
      'PARAM_MISSING',
      ['train', 'run'],
      `no parameter file holds \`${name}\``,
      suggestion(name, known),
    );
  }
}

function readParams(path: string, text: string): object | null {
  try {
    const value: unknown = path.endsWith('.toml')
      ? parseToml(text)
      : parseYaml(text, { maxAliasCount: 1_000 });
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function flatKeys(value: object, prefix: string): string[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const name = `${prefix}${key}`;
    return typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? [name, ...flatKeys(inner, `${name}.`)]
      : [name];
  });
}

/** How predictions come about: an ONNX entry, or a command that reads and writes. */
function checkPrediction({ model, notice }: ModelCheck): void {
  const { predict, train } = model;
  const { entry } = train.outputs;
  if (predict === undefined && entry !== undefined && !/\.onnx$/i.test(entry)) {
    notice(
      'HINT',
      ['train', 'outputs', 'entry'],
      `${entry} is not ONNX and there is no \`predict\`: it can be trained, not judged`,
    );
  }
  if (predict === undefined || /SLIPWAY_/.test(predict.run)) return;
  for (const placeholder of ['{input}', '{output}']) {
    if (!predict.run.includes(placeholder))
      notice('HINT', ['predict', 'run'], `the command does not mention ${placeholder}`);
  }
}

/** Who may let a version in, where that is easily misread. */
function checkApprovers({ model, notice }: ModelCheck): void {
  for (const [name, { approvals, approvers }] of Object.entries(model.stages)) {
    const path = ['stages', name, 'approvers'];
    if (approvers.length > 0 && approvals === 0) {
      const who = approvers.join(', ');
      notice('HINT', path, `no approvals are asked for, so these alone promote, each by themselves: ${who}`);
    }
    if (approvers.length === 1 && approvals === 1 && !approvers[0]!.includes('/')) {
      const who = approvers[0]!;
      notice('HINT', path, `nobody can approve what ${who} made: the author is never the only approver`);
    }
  }
}

async function checkRows(
  check: ModelCheck,
  inspect: InspectData,
  problems: Problem[],
): Promise<CheckReport['models'][number]> {
  const { name, model, notice, problem } = check;
  const nothing = { model: name, rows: null, columns: 0 };
  const { data } = model;
  if ([data.source, data.train, data.validation, data.test].some((source) => remoteScheme(source) !== null))
    return nothing;
  try {
    const shape = await inspect(name, model);
    for (const finding of checkColumns(model, shape))
      problem('COLUMN_MISSING', finding.path, finding.message, finding.hint);
    for (const { message } of shape.warnings) notice('DATA', ['data'], message);
    return { model: name, rows: shape.rows, columns: shape.columns.length };
  } catch (error) {
    if (!isCodedError(error)) throw error;
    problems.push(
      ...error.problems.map((found) => ({ ...found, message: `models.${name}.data: ${found.message}` })),
    );
    return nothing;
  }
}
