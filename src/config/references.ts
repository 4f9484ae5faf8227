import { TASKS } from '../contracts/comparison.ts';
import { checkData } from './check-data.ts';
import { checkEvaluate } from './check-evaluate.ts';
import { checkStages } from './check-stages.ts';
import { checkPredict, checkTrain } from './check-train.ts';
import { isInside, unknownName } from './finding.ts';
import type { Finding, ModelView } from './finding.ts';
import { child, entriesOf, textOf } from './located.ts';
import type { Located } from './located.ts';

/** What parts of the config say about each other: every name that is used must be declared and fit the task. */
export function checkReferences(root: Located): Finding[] {
  const models = entriesOf(child(root, 'models'));
  return [...models.flatMap(([name, model]) => checkModel(name, model)), ...checkRegistry(root)];
}

function checkModel(name: string, model: Located): Finding[] {
  if (model.kind !== 'map') return [];
  const written = textOf(child(model, 'task'));
  const view: ModelView = {
    path: ['models', name],
    model,
    task: TASKS.find((task) => task === written) ?? null,
  };
  return [checkTask, checkDir, checkData, checkTrain, checkPredict, checkEvaluate, checkStages].flatMap(
    (check) => check(view),
  );
}

function checkTask({ path, model, task }: ModelView): Finding[] {
  if (task === null || task === 'binary') return [];
  return ['positive', 'threshold']
    .filter((key) => child(model, key) !== undefined)
    .map((key) => ({
      code: 'CONFIG_REFERENCE',
      path: [...path, key],
      message: `\`${key}\` belongs to task binary; this task is ${task}`,
      hint: `Remove \`${key}\`.`,
      atKey: true,
    }));
}

function checkDir({ path, model }: ModelView): Finding[] {
  const dir = textOf(child(model, 'dir'));
  if (dir === undefined || isInside(dir)) return [];
  return [
    {
      code: 'CONFIG_INVALID',
      path: [...path, 'dir'],
      message: `\`dir\` must be a folder of this repository, found ${JSON.stringify(dir)}`,
      hint: 'Write a path relative to slipway.yaml that does not leave the repository.',
    },
  ];
}

function checkRegistry(root: Located): Finding[] {
  const models = entriesOf(child(root, 'models'));
  const known = [
    ...new Set(models.flatMap(([, model]) => entriesOf(child(model, 'stages')).map(([stage]) => stage))),
  ];
  return entriesOf(child(child(root, 'registry'), 'stages')).flatMap(([from, to]) => {
    const stage = textOf(to);
    if (stage === undefined || known.includes(stage)) return [];
    return [
      unknownName(['registry', 'stages', from], 'stage', stage, known, 'no model has a stage of this name'),
    ];
  });
}
