import picomatch from 'picomatch';

import type { Task } from '../contracts/comparison.ts';
import { isInside, repeated } from './finding.ts';
import type { Finding, ModelView } from './finding.ts';
import { child, entriesOf, itemsOf, textOf } from './located.ts';
import type { Located, Path } from './located.ts';
import { suggestion } from './nearest.ts';

/** `train`: outputs lie in the model's folder, the entry is one of them, parameters come from somewhere. */
export function checkTrain({ path, model }: ModelView): Finding[] {
  const train = child(model, 'train');
  if (train?.kind !== 'map') return [];
  const here = [...path, 'train'];
  return [
    ...checkOutputs([...here, 'outputs'], child(train, 'outputs')),
    ...checkParams(here, train, child(model, 'predict')),
  ];
}

/** Index into a list, or nothing where one value stands for a list. */
function step(list: Located | undefined, i: number): Path {
  return list?.kind === 'list' ? [i] : [];
}

function checkOutputs(path: Path, outputs: Located | undefined): Finding[] {
  const findings: Finding[] = [];
  for (const key of ['model', 'metrics', 'entry']) {
    const list = child(outputs, key);
    const names = itemsOf(list).map(textOf);
    for (const [i, file] of names.entries()) {
      if (file === undefined || isInside(file)) continue;
      const message = `an output must lie under the model's \`dir\`, found ${JSON.stringify(file)}`;
      const hint = 'Write a path relative to `dir` that does not leave it.';
      findings.push({ code: 'CONFIG_INVALID', path: [...path, key, ...step(list, i)], message, hint });
    }
    for (const [i, file] of repeated(names)) {
      const message = `\`${file}\` is listed twice`;
      findings.push({
        code: 'CONFIG_REFERENCE',
        path: [...path, key, ...step(list, i)],
        message,
        hint: 'Remove one of them.',
      });
    }
  }
  const patterns = itemsOf(child(outputs, 'model'))
    .map(textOf)
    .filter((text) => text !== undefined);
  const entry = textOf(child(outputs, 'entry'));
  if (entry !== undefined && patterns.length > 0 && !patterns.some((pattern) => covers(pattern, entry))) {
    const message = `the entry \`${entry}\` is not among the outputs \`model\`: ${patterns.join(', ')}`;
    findings.push({
      code: 'CONFIG_REFERENCE',
      path: [...path, 'entry'],
      message,
      hint: `Add \`${entry}\` to \`model\`.`,
    });
  }
  return findings;
}

/** True when a declared output (file, folder or glob) takes a file in. */
function covers(pattern: string, file: string): boolean {
  const [declared, wanted] = [pattern, file].map((path) => path.replace(/^\.\//, '').replace(/\/+$/, '')) as [
    string,
    string,
  ];
  return (
    declared === wanted ||
    wanted.startsWith(`${declared}/`) ||
    declared === '.' ||
    picomatch.isMatch(wanted, declared, { dot: true })
  );
}

const PARAMETER = /\{params\.([^{}\s]+)\}/g;

function checkParams(path: Path, train: Located, predict: Located | undefined): Finding[] {
  if (itemsOf(child(train, 'params')).length > 0) return [];
  const commands = [
    { path: [...path, 'run'], run: child(train, 'run') },
    { path: [...path.slice(0, -1), 'predict', 'run'], run: child(predict, 'run') },
  ];
  return commands.flatMap(({ path: where, run }) =>
    itemsOf(run).flatMap((line, i) => {
      const [asked] = (textOf(line) ?? '').match(PARAMETER) ?? [];
      if (asked === undefined) return [];
      const message = `the command asks for ${asked}, but \`train.params\` names no file`;
      return [
        {
          code: 'CONFIG_REFERENCE',
          path: [...where, ...step(run, i)],
          message,
          hint: 'Add `params: [params.yaml]` to `train`.',
        },
      ] satisfies Finding[];
    }),
  );
}

const COLUMNS: Readonly<Record<Task, readonly string[]>> = {
  binary: ['id', 'score', 'prediction'],
  multiclass: ['id', 'prediction'],
  regression: ['id', 'prediction'],
  ranking: ['id', 'group', 'score'],
  scores: ['id'],
};

/** `predict.columns`: keys are columns that predictions of this task have. */
export function checkPredict({ path, model, task }: ModelView): Finding[] {
  const columns = child(child(model, 'predict'), 'columns');
  if (columns?.kind !== 'map' || task === null) return [];
  const here = [...path, 'predict', 'columns'];
  const findings = entriesOf(columns).flatMap(([name]): Finding[] => {
    const fits =
      task === 'scores' || COLUMNS[task].includes(name) || (task === 'multiclass' && /^score_./.test(name));
    if (fits) return [];
    const valid = task === 'multiclass' ? [...COLUMNS[task], 'score_CLASS'] : COLUMNS[task];
    const message = `\`${name}\` is no column of ${task} predictions (${valid.join(', ')})`;
    return [
      {
        code: 'CONFIG_REFERENCE',
        path: [...here, name],
        message,
        hint: suggestion(name, valid),
        atKey: true,
      },
    ];
  });
  const entries = entriesOf(columns);
  for (const [i, column] of repeated(entries.map(([, value]) => textOf(value)))) {
    const message = `the column \`${column}\` is used for two things`;
    findings.push({ code: 'CONFIG_REFERENCE', path: [...here, entries[i]?.[0] ?? ''], message });
  }
  return findings;
}
