import { metricExamples, metricName } from '../contracts/metric-names.ts';
import { unknownName } from './finding.ts';
import type { Finding, ModelView } from './finding.ts';
import { child, entriesOf, itemsOf, numberOf, textOf } from './located.ts';
import type { Located, Path } from './located.ts';

/** `stages` form a path without a circle, approvals can be reached, and `monitor` watches a metric that exists. */
export function checkStages(view: ModelView): Finding[] {
  const stages = child(view.model, 'stages');
  const here = [...view.path, 'stages'];
  return [
    ...entriesOf(stages).flatMap(([name, stage]) => checkStage([...here, name], name, stage, stages)),
    ...checkMonitor(view),
  ];
}

function checkStage(path: Path, name: string, stage: Located, stages: Located | undefined): Finding[] {
  const findings = checkAfter(path, name, stage, stages);
  if (child(stage, 'soak') !== undefined && child(stage, 'after') === undefined) {
    findings.push({
      code: 'CONFIG_REFERENCE',
      path: [...path, 'soak'],
      message: '`soak` counts from another stage, but `after` names none',
      hint: 'Add `after: STAGE`, or remove `soak`.',
      atKey: true,
    });
  }
  const approvers = itemsOf(child(stage, 'approvers')).map(textOf);
  const approvals = numberOf(child(stage, 'approvals')) ?? 0;
  const users = new Set(approvers);
  // A team can hold any number of people, so only a list of users alone can be too short.
  const hasTeam = approvers.some((approver) => approver === undefined || approver.includes('/'));
  if (approvers.length > 0 && !hasTeam && approvals > users.size) {
    findings.push({
      code: 'CONFIG_REFERENCE',
      path: [...path, 'approvals'],
      message: `${String(approvals)} approvals are asked for, but only ${String(users.size)} may approve: ${[...users].join(', ')}`,
      hint: 'Name more approvers (or a team, "@org/team"), or ask for fewer approvals.',
    });
  }
  return findings;
}

function checkAfter(path: Path, name: string, stage: Located, stages: Located | undefined): Finding[] {
  const after = textOf(child(stage, 'after'));
  if (after === undefined) return [];
  const names = entriesOf(stages).map(([other]) => other);
  const here = [...path, 'after'];
  if (!names.includes(after)) {
    return [
      unknownName(
        here,
        'stage',
        after,
        names.filter((other) => other !== name),
        'this model has no stage of this name',
      ),
    ];
  }
  const circle = [name];
  for (
    let next: string | undefined = after;
    next !== undefined;
    next = textOf(child(child(stages, next), 'after'))
  ) {
    if (next === name) {
      const message = `the stages wait for each other: ${[...circle, name].join(' → ')}`;
      return [
        {
          code: 'CONFIG_REFERENCE',
          path: here,
          message,
          hint: 'One stage must come first: remove one `after`.',
        },
      ];
    }
    if (circle.includes(next)) break;
    circle.push(next);
  }
  return [];
}

function checkMonitor({ path, model, task }: ModelView): Finding[] {
  const metric = textOf(child(child(child(model, 'monitor'), 'performance'), 'metric'));
  if (metric === undefined || task === null) return [];
  const declared = itemsOf(child(child(model, 'evaluate'), 'metrics')).map(
    (item) => textOf(item) ?? textOf(child(item, 'name')),
  );
  if (declared.includes(metric) || metricName(metric)?.tasks.includes(task) === true) return [];
  const known = [...declared.filter((name) => name !== undefined), ...metricExamples(task)];
  return [
    unknownName(
      [...path, 'monitor', 'performance', 'metric'],
      'metric',
      metric,
      known,
      `no metric of task ${task}`,
    ),
  ];
}
