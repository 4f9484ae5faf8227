import { parse } from 'yaml';

import type { Task } from '../../contracts/comparison.ts';
import { EDITOR_LINE } from '../json-schema.ts';
import type { Guess, ModelProposal } from './proposal.ts';

const METRICS: Readonly<Record<Task, readonly string[]>> = {
  binary: ['roc_auc', 'average_precision', 'log_loss'],
  multiclass: ['accuracy', 'f1_macro', 'log_loss'],
  regression: ['rmse', 'mae', 'r2'],
  ranking: ['ndcg@10'],
  scores: ['mean(score):higher'],
};

/** The proposed slipway.yaml. Every guess says so and why; what must be looked at says `check:`. */
export function renderConfig(models: readonly ModelProposal[]): string {
  const lines = [
    EDITOR_LINE,
    '# Proposed by `slipway init`. Lines with "guess:" were inferred, those with "check:" want a look; then `slipway check`.',
    'version: 1',
    'models:',
    ...models.flatMap(renderModel),
  ];
  return `${lines.join('\n')}\n`;
}

function renderModel(model: ModelProposal): string[] {
  const { name, dir, found, target } = model;
  return [
    `  ${scalar(name)}:${comment(found === null ? 'check: nothing that trains was found, this is a pattern to fill in' : `found in ${found}`)}`,
    ...(dir === '.' ? [] : [`    dir: ${scalar(dir)}`]),
    line(4, 'task', target.task),
    ...(target.positive === null ? [] : [line(4, 'positive', target.positive)]),
    ...renderData(model),
    ...renderEnvironment(model),
    ...renderTrain(model),
    ...renderPredict(model),
    '    evaluate:',
    ...renderMetrics(target.task.value),
    '      gates: [] # check: what a change must hold, e.g. {metric: …, not-worse-by: 0.005}; without gates nothing is decided',
  ];
}

function renderData({ data, target }: ModelProposal): string[] {
  const { source, apart, unit, id } = data;
  const lines = ['    data:', ...data.notes.map((note) => remark(6, `check: ${note}`))];
  if (apart === null) {
    lines.push(line(6, 'source', source), splitLine(data));
    if (data.inPlace !== null) lines.push(line(6, 'in-place', data.inPlace));
  } else {
    lines.push(
      line(6, 'train', source),
      `      test: ${scalar(apart.test)}${comment('guess: a file of its own beside it')}`,
    );
    if (apart.validation !== null) lines.push(`      validation: ${scalar(apart.validation)}`);
  }
  if (data.targetFile !== null) lines.push(targetFileLine(data.targetFile, apart !== null));
  if (data.headerless)
    lines.push(`      header: false${comment('guess: the first row holds numbers; columns are c0, c1, …')}`);
  if (id !== null) lines.push(line(6, 'id', id));
  if (unit !== null) lines.push(line(6, 'unit', unit));
  if (unit === null && data.time !== null) {
    lines.push(remark(6, `check: rows of one day may move together: unit: {time: ${data.time}, block: 1d}`));
  }
  const needsTarget = target.task.value !== 'scores' || target.why === 'the code names it';
  if (needsTarget) lines.push(line(6, 'target', { value: target.column, why: target.why }));
  return lines;
}

function targetFileLine(files: NonNullable<ModelProposal['data']['targetFile']>, apart: boolean): string {
  const parts = (['train', 'validation', 'test'] as const).flatMap((part) => {
    const file = files[part];
    return file === null ? [] : [`${part}: ${flowScalar(file)}`];
  });
  const value = apart ? `{ ${parts.join(', ')} }` : scalar(files.train);
  return `      target-file: ${value}${comment('guess: files of their own, row by row beside the others')}`;
}

function splitLine({ unit, testSize }: ModelProposal['data']): string {
  const how =
    unit === null
      ? `{ test: ${String(testSize.value)} }`
      : `{ by: group, on: ${flowScalar(unit.value)}, test: ${String(testSize.value)} }`;
  return `      split: ${how}${comment(`guess: ${testSize.why}; these rows are withheld from training`)}`;
}

function renderEnvironment({ environment }: ModelProposal): string[] {
  if (environment === null)
    return [
      remark(
        4,
        'check: no requirements or lock file was found: commands run in the environment that is active',
      ),
    ];
  return [
    '    environment:',
    ...environment.notes.map((note) => remark(6, `check: ${note}`)),
    ...(environment.install === null ? [] : [line(6, 'install', environment.install)]),
    `      lock: ${list(environment.lock)}`,
  ];
}

function renderTrain({ train }: ModelProposal): string[] {
  const [first, ...more] = train.run.value;
  const lines = ['    train:', ...train.notes.map((note) => remark(6, `check: ${note}`))];
  if (more.length === 0) lines.push(line(6, 'run', { value: first ?? '', why: train.run.why }));
  else
    lines.push(
      `      run:${comment(`guess: ${train.run.why}`)}`,
      ...train.run.value.map((command) => `        - ${scalar(command)}`),
    );
  if (train.inputs.length > 0)
    lines.push(
      `      inputs: ${list(train.inputs)}${comment('guess: code of other folders that this model uses')}`,
    );
  if (train.params.length > 0) lines.push(`      params: ${list(train.params)}`);
  const { model, entry, metrics } = train;
  if (entry === null && model.length === 0) {
    lines.push(
      remark(
        6,
        'check: which file is the model? outputs: {model: [model/**], entry: model/model.onnx, metrics: metrics.json}',
      ),
    );
    lines.push(remark(6, 'without `outputs`, all that the command writes to $SLIPWAY_OUTPUT_DIR is kept'));
  }
  if (entry === null && model.length === 0 && metrics.length === 0) return lines;
  lines.push('      outputs:');
  if (model.length > 0) lines.push(`        model: ${list(model)}`);
  if (entry !== null) lines.push(line(8, 'entry', entry));
  else if (model.length > 0) lines.push(remark(8, 'check: which of these files is loaded? entry: PATH'));
  if (metrics.length > 0)
    lines.push(`        metrics: ${list(metrics)}${comment('guess: shown in the report, never gated')}`);
  return lines;
}

const ANSWERS: Readonly<Record<Task, string>> = {
  binary: 'score, the probability',
  multiclass: 'prediction, and score_CLASS for each class where there are scores',
  regression: 'prediction',
  ranking: 'score',
  scores: 'per-row scores, whatever the metrics read',
};

/** The interpreter of the training, and the extension of its scripts. */
function languageOf({ train }: ModelProposal): readonly [string, string] {
  const run = train.run.value.join(' ');
  if (/\bRscript\b/.test(run)) return ['Rscript', 'R'];
  return /\b(?:node|npm|npx|yarn|pnpm)\b/.test(run) ? ['node', 'js'] : ['python', 'py'];
}

function renderPredict(model: ModelProposal): string[] {
  const { predict, train, data, target } = model;
  if (predict !== null) return ['    predict:', line(6, 'run', predict)];
  if (/\.onnx$/i.test(train.entry?.value ?? '')) return [];
  const [interpreter, extension] = languageOf(model);
  const rows = data.id === null ? 'one row for each of {input}, in its order' : `column ${data.id.value}`;
  return [
    remark(
      4,
      'check: the model is not ONNX, so judging it needs a command that reads {input} (rows without target)',
    ),
    remark(4, `and writes {output}: ${rows}, with ${ANSWERS[target.task.value]}:`),
    remark(4, 'predict:'),
    remark(4, `  run: ${interpreter} predict.${extension} --model {model} --input {input} --output {output}`),
  ];
}

function renderMetrics(task: Task): string[] {
  const why =
    task === 'scores'
      ? 'check: name the column of per-row scores that your predictions hold'
      : 'guess: usual for this task; the first is primary';
  return [`      metrics: ${list(METRICS[task])}${comment(why)}`];
}

function line(indent: number, key: string, { value, why }: Guess<string | number | boolean>): string {
  return `${' '.repeat(indent)}${key}: ${typeof value === 'string' ? scalar(value) : String(value)}${comment(`guess: ${why}`)}`;
}

function remark(indent: number, text: string): string {
  return `${' '.repeat(indent)}# ${oneLine(text)}`;
}

function comment(text: string): string {
  return ` # ${oneLine(text)}`;
}

/** Comments end at a line break: names of files may hold anything. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\uFEFF]+/gu, ' ').trimEnd();
}

function list(values: readonly string[]): string {
  return `[${values.map(flowScalar).join(', ')}]`;
}

/** Words that older YAML readers take for true and false. */
const YAML_1_1 = /^(?:y|n|yes|no|on|off)$/i;

/** A text as YAML: plain where it reads back as itself, else in double quotes. */
function scalar(text: string): string {
  return /^[\w./$][^#\p{Cc}]*$/u.test(text) &&
    !/: |:$|\s$|^[-?] /.test(text) &&
    !YAML_1_1.test(text) &&
    readsBack(text, text)
    ? text
    : quoted(text);
}

function flowScalar(text: string): string {
  return /^[\w./*@][\w./*@ <=%()-]*$/.test(text) && !YAML_1_1.test(text) && readsBack(`[${text}]`, [text])
    ? text
    : quoted(text);
}

/** JSON's quotes are YAML's; code points that YAML refuses are escaped. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\x7F-\x9F\u2028\u2029\uFEFF\uFFFE\uFFFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function readsBack(text: string, expected: unknown): boolean {
  try {
    return JSON.stringify(parse(text, { logLevel: 'silent' })) === JSON.stringify(expected);
  } catch {
    return false;
  }
}
