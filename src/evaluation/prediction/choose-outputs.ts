import type { Task } from '../../contracts/comparison.ts';
import { InputError } from '../../contracts/errors.ts';
import type { OnnxFile } from '../../formats/index.ts';
import { nearestName } from '../../table/index.ts';
import type { TensorSpec } from '../ports.ts';

/** Which outputs of the model are read, and as what. */
export interface OutputChoice {
  /** Holds scores, one column per class or one; or the values of a regression or ranking. */
  readonly score: string | null;
  /** One output per class, in the order of `labels`, as skl2onnx writes with `zipmap='columns'`. */
  readonly perClass: { readonly outputs: readonly string[]; readonly labels: readonly string[] } | null;
  /** Holds the predicted class. */
  readonly label: string | null;
  /** scores: all numeric outputs. */
  readonly all: readonly string[];
}

const VALUE_NAMES = [
  'variable',
  'prediction',
  'predictions',
  'output',
  'mean',
  'GPmean',
  'y',
  'score',
  'scores',
];

/**
 * Chooses by type and name: float tensors are scores or values, integer, boolean and text tensors are labels. Of
 * several float outputs the one that a ZipMap made, else the only one whose name holds "prob", is taken; nothing is
 * guessed beyond that. `columns` ({score: NAME, prediction: NAME}) decides where it is given.
 * Throws InputError MODEL_INPUT naming the outputs where no choice is certain.
 */
export function chooseOutputs(
  outputs: readonly TensorSpec[],
  onnx: OnnxFile,
  task: Task,
  columns: Readonly<Record<string, string>>,
  file: string,
): OutputChoice {
  const tensors = outputs.filter(({ type }) => type !== null);
  const floats = tensors
    .filter(({ type }) => type === 'float32' || type === 'float64')
    .map(({ name }) => name);
  const others = tensors.filter(({ name }) => !floats.includes(name)).map(({ name }) => name);
  const none = { score: null, perClass: null, label: null, all: [] };
  const refuse = (message: string): InputError => refusal(message, outputs, file);
  for (const name of [columns['score'], columns['prediction']]) {
    if (name === undefined || tensors.some((output) => output.name === name)) continue;
    const nearest = nearestName(
      name,
      tensors.map((output) => output.name),
    );
    throw refuse(`has no output "${name}"${nearest === null ? '' : ` (nearest: "${nearest}")`}`);
  }
  if (task === 'scores') {
    const all = tensors.filter(({ type }) => type !== 'string').map(({ name }) => name);
    if (all.length === 0) throw refuse('has no numeric output');
    return { ...none, all };
  }
  if (task === 'regression' || task === 'ranking') {
    const named = columns[task === 'ranking' ? 'score' : 'prediction'];
    const score =
      named ?? onlyOne(floats, VALUE_NAMES) ?? (floats.length === 0 ? onlyOne(others, VALUE_NAMES) : null);
    if (score === null)
      throw refuse(`has ${floats.length} float outputs, so it is not known which holds the values`);
    return { ...none, score };
  }
  return classOutputs(floats, others, onnx, columns, refuse);
}

function classOutputs(
  floats: readonly string[],
  others: readonly string[],
  onnx: OnnxFile,
  columns: Readonly<Record<string, string>>,
  refuse: (message: string) => InputError,
): OutputChoice {
  const label =
    columns['prediction'] ??
    onlyOne(others, ['label', 'output_label', 'prediction', 'predicted_label', 'class']);
  if (label === null && others.length > 1) {
    throw refuse(`has ${others.length} outputs that could be the label`);
  }
  const named = columns['score'];
  const perClass = named === undefined ? oneOutputPerClass(floats, onnx) : null;
  if (perClass !== null) return { score: null, perClass, label, all: [] };
  const zipped = onnx.zipMaps.map(({ input }) => input).filter((name) => floats.includes(name));
  const probable = floats.filter((name) => /prob/i.test(name));
  const score = named ?? onlyOne(zipped, []) ?? onlyOne(floats, []) ?? onlyOne(probable, ['probabilities']);
  if (score === null && floats.length > 1) {
    throw refuse(`has ${floats.length} float outputs, so it is not known which holds the scores`);
  }
  if (score === null && label === null)
    throw refuse('has neither a float output for scores nor one for labels');
  return { score, perClass: null, label, all: [] };
}

function onlyOne(names: readonly string[], preferred: readonly string[]): string | null {
  if (names.length === 1) return names[0]!;
  return preferred.find((name) => names.includes(name)) ?? null;
}

/** Float outputs named as the classes behind one common prefix. */
function oneOutputPerClass(floats: readonly string[], onnx: OnnxFile): OutputChoice['perClass'] {
  for (const labels of onnx.classLabels) {
    if (labels.length < 2 || labels.length !== floats.length) continue;
    const sanitized = labels.map((label) => label.replace(/[^A-Za-z0-9_]/g, '_'));
    const first = floats.find((name) => name.endsWith(sanitized[0]!));
    const prefix = first?.slice(0, first.length - sanitized[0]!.length);
    if (prefix === undefined) continue;
    const outputs = sanitized.map((label) => prefix + label);
    if (outputs.every((name) => floats.includes(name))) return { outputs, labels };
  }
  return null;
}

function refusal(message: string, outputs: readonly TensorSpec[], file: string): InputError {
  const list = outputs.map((output) => {
    const shape =
      output.type === null
        ? 'no tensor'
        : `${output.type} [${output.shape.map((size) => size ?? 'N').join(', ')}]`;
    return `${output.name} (${shape})`;
  });
  return new InputError({
    code: 'MODEL_INPUT',
    message: `${file}: the model ${message}; its outputs: ${list.join(', ')}`,
    file,
    hint: 'Export the model with that output alone, or declare a `predict` command that writes it as a column.',
  });
}
