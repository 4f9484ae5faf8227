import type { Task, Warning } from '../../contracts/comparison.ts';
import { InputError } from '../../contracts/errors.ts';
import type { OnnxFile } from '../../formats/index.ts';
import type { Column, Table } from '../../table/index.ts';
import { compactText, numberColumn, tableOf } from '../../table/index.ts';
import type { OutputChoice } from './choose-outputs.ts';
import { isEncodedLabel, isTrueLabel, labelTexts, learnLabels, positiveColumn } from './class-labels.ts';
import type { Output } from './collect.ts';

export interface DecodeRequest {
  readonly task: Task;
  readonly outputs: ReadonlyMap<string, Output>;
  readonly choice: OutputChoice;
  readonly onnx: OnnxFile;
  readonly classes: readonly string[] | null;
  readonly positive: string | null;
  readonly file: string;
  warn(warning: Warning): void;
}

/** What the model said, as the columns of a predictions table. Throws InputError MODEL_INPUT or POSITIVE_UNKNOWN. */
export function decodeOutputs(request: DecodeRequest): Table {
  switch (request.task) {
    case 'binary':
      return tableOf(binaryColumns(request));
    case 'multiclass':
      return tableOf(multiclassColumns(request));
    case 'regression':
      return tableOf([['prediction', numberColumn(valuesOf(request))]]);
    case 'ranking':
      return tableOf([['score', numberColumn(valuesOf(request))]]);
    case 'scores':
      return tableOf(request.choice.all.flatMap((name) => scoreColumns(name, request.outputs.get(name))));
  }
}

function scoreColumns(name: string, output: Output | undefined): [string, Column][] {
  if (output === undefined || output.kind === 'text') return [];
  return output.columns.map((values, index) => [
    output.columns.length === 1 ? name : `${name}_${index}`,
    numberColumn(values),
  ]);
}

function valuesOf(request: DecodeRequest): Float64Array {
  const columns = numericColumns(request, request.choice.score);
  if (columns.length !== 1)
    throw misfit(request, `gives ${columns.length} values a row, task ${request.task} takes one`);
  return columns[0]!;
}

function numericColumns(request: DecodeRequest, name: string | null): readonly Float64Array[] {
  const output = name === null ? undefined : request.outputs.get(name);
  return output === undefined || output.kind === 'text' ? [] : output.columns;
}

/** Score columns, in the model's order. */
function classScores(request: DecodeRequest): readonly Float64Array[] {
  const { perClass, score } = request.choice;
  if (perClass !== null) return perClass.outputs.flatMap((name) => numericColumns(request, name));
  return numericColumns(request, score);
}

function labelOutput({ choice, outputs }: DecodeRequest): Output | null {
  return choice.label === null ? null : (outputs.get(choice.label) ?? null);
}

/**
 * Classes of the score columns. The model's own word comes first: its ZipMap, then its classifier node; then what its
 * label output tells; then the order in which the caller names the classes.
 */
function labelsOf(
  request: DecodeRequest,
  scores: readonly Float64Array[],
): readonly (string | null)[] | null {
  const { choice, onnx, classes } = request;
  if (choice.perClass !== null) return choice.perClass.labels;
  const fits = (labels: readonly string[]): boolean => labels.length === scores.length;
  const zipped = onnx.zipMaps.find((zip) => zip.input === choice.score && fits(zip.labels));
  if (zipped !== undefined) return zipped.labels;
  const nodes = new Map(onnx.classLabels.filter(fits).map((labels) => [JSON.stringify(labels), labels]));
  if (nodes.size === 1) return [...nodes.values()][0]!;
  const output = labelOutput(request);
  const learned = output === null ? null : learnLabels(scores, output);
  if (learned !== null && learned.some((label) => label !== null)) return complete(learned, classes);
  return classes !== null && fits(classes) ? classes : null;
}

/** A single column that never won is the one class left over. */
function complete(
  learned: readonly (string | null)[],
  classes: readonly string[] | null,
): readonly (string | null)[] {
  const left = classes?.filter((name) => !learned.includes(name)) ?? [];
  const unknown = learned.filter((label) => label === null).length;
  return unknown === 1 && left.length === 1 ? learned.map((label) => label ?? left[0]!) : learned;
}

function binaryColumns(request: DecodeRequest): [string, Column][] {
  const scores = classScores(request);
  const columns: [string, Column][] = [];
  if (scores.length > 2)
    throw misfit(request, `gives ${scores.length} scores a row, task binary takes one or two`);
  if (scores.length > 0) {
    const score = scores.length === 1 ? scores[0]! : scores[positiveOf(request, scores)]!;
    warnUnlessProbabilities(request, [score]);
    columns.push(['score', numberColumn(score)]);
  }
  const prediction = binaryPrediction(request);
  if (prediction !== null) columns.push(['prediction', prediction]);
  if (columns.length === 0)
    throw misfit(request, 'gives labels 0 and 1 only, and it is not known which classes they are');
  return columns;
}

function positiveOf(request: DecodeRequest, scores: readonly Float64Array[]): number {
  const labels = labelsOf(request, scores);
  // Without any label the second column is the positive class: the order of every exporter.
  if (labels === null && request.positive === null) return 1;
  const column = labels === null ? 1 : positiveColumn(labels, request.positive);
  if (column !== null) return column;
  const known = labels?.filter((label) => label !== null).join(', ') ?? '';
  throw new InputError({
    code: 'POSITIVE_UNKNOWN',
    message: `${request.file}: the model knows the classes ${known}; the positive class is ${request.positive ?? 'not given'}`,
    file: request.file,
    hint: 'Set `positive` (or --positive) to the class that the score is the probability of.',
  });
}

/** The label output; 0 and 1 take the classes' own names where the data has others and both are known. */
function binaryPrediction(request: DecodeRequest): Column | null {
  const output = labelOutput(request);
  if (output === null) return null;
  const { positive, classes } = request;
  if (output.kind === 'number' && (positive === null || isEncodedLabel(positive)))
    return numberColumn(output.columns[0] ?? []);
  const { codes, levels } = labelTexts(output);
  const renamed = positive !== null && !isEncodedLabel(positive) && levels.every(isEncodedLabel);
  if (!renamed) return plainLabels(output, codes, levels);
  const other = classes?.length === 2 ? classes.find((name) => name !== positive) : undefined;
  if (other === undefined) return null;
  return compactText(
    codes,
    levels.map((level) => (isTrueLabel(level) ? positive : other)),
  );
}

function plainLabels(output: Output, codes: Int32Array, levels: readonly string[]): Column {
  return output.kind === 'number' ? numberColumn(output.columns[0] ?? []) : compactText(codes, levels);
}

function multiclassColumns(request: DecodeRequest): [string, Column][] {
  const scores = classScores(request);
  const columns: [string, Column][] = [];
  const output = labelOutput(request);
  if (scores.length === 1 && output === null)
    throw misfit(request, 'gives one score a row, task multiclass takes one per class');
  let names: ReadonlyMap<string, string> = new Map();
  if (scores.length > 1) {
    const labels = labelsOf(request, scores);
    if (labels === null || labels.includes(null)) throw unknownOrder(request, scores.length);
    names = decoded(request, labels as readonly string[]);
    warnUnlessProbabilities(request, scores);
    labels.forEach((label, index) =>
      columns.push([`score_${names.get(label!) ?? label!}`, numberColumn(scores[index]!)]),
    );
  }
  if (output !== null) {
    const { codes, levels } = labelTexts(output);
    const renamed = levels.some((level) => names.has(level));
    columns.push([
      'prediction',
      renamed
        ? compactText(
            codes,
            levels.map((level) => names.get(level) ?? level),
          )
        : plainLabels(output, codes, levels),
    ]);
  }
  return columns;
}

/**
 * Labels 0 … K-1 where the data's K classes have other names are what a label encoder made of them: class k is the
 * k-th of the classes as given. Said in a warning, as the model cannot confirm it.
 */
function decoded(request: DecodeRequest, labels: readonly string[]): ReadonlyMap<string, string> {
  const { classes } = request;
  const encoded = [...labels]
    .sort((a, b) => Number(a) - Number(b))
    .every((label, index) => label === String(index));
  if (classes?.length !== labels.length || !encoded || classes.some((name) => labels.includes(name)))
    return new Map();
  const names = classes.map((name, index) => [String(index), name] as const);
  request.warn({
    code: 'CLASSES_ENCODED',
    message: `${request.file}: the model names its classes by number; read as ${names.map(([label, name]) => `${label} = ${name}`).join(', ')}`,
  });
  return new Map(names);
}

/** Scores outside [0, 1] stay as they are: no sigmoid or softmax is put on them, and it is said. */
function warnUnlessProbabilities(request: DecodeRequest, scores: readonly Float64Array[]): void {
  let [low, high] = [Infinity, -Infinity];
  for (const values of scores) {
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  // A float32 softmax may end a few units in the last place above 1.
  if (!(low < -1e-6 || high > 1 + 1e-6)) return;
  request.warn({
    code: 'SCORES_NOT_PROBABILITIES',
    message:
      `${request.file}: scores range from ${low.toPrecision(4)} to ${high.toPrecision(4)}, so they are no probabilities; they are used as they are. ` +
      'Put the sigmoid or softmax into the exported model, or set `threshold` on this scale',
  });
}

function unknownOrder(request: DecodeRequest, count: number): InputError {
  return misfit(
    request,
    `gives ${count} scores a row and does not say which class each is`,
    request.classes === null
      ? undefined
      : `The data holds ${request.classes.length} classes: ${request.classes.slice(0, 20).join(', ')}. `,
  );
}

function misfit(request: DecodeRequest, message: string, before = ''): InputError {
  return new InputError({
    code: 'MODEL_INPUT',
    message: `${request.file}: the model ${message}`,
    file: request.file,
    hint: `${before}Export the model with class labels (skl2onnx does), check \`task\`, or declare a \`predict\` command.`,
  });
}
