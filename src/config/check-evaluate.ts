import { TASKS } from '../contracts/comparison.ts';
import type { Task } from '../contracts/comparison.ts';
import { metricExamples, metricName, shorter, undirected } from '../contracts/metric-names.ts';
import { repeated, unknownName } from './finding.ts';
import type { Finding, ModelView } from './finding.ts';
import { child, entriesOf, itemsOf, numberOf, textOf } from './located.ts';
import type { Located, Path } from './located.ts';
import { nearestWord, suggestion } from './nearest.ts';

interface EvaluateView extends ModelView {
  readonly evaluate: Located;
  /** `direction` is undefined where it is not known. */
  readonly declared: ReadonlyMap<string, string | undefined>;
}

/** `evaluate`: metrics fit the task, gates speak of metrics, slices and suites that exist. */
export function checkEvaluate(model: ModelView): Finding[] {
  const evaluate = child(model.model, 'evaluate');
  if (evaluate?.kind !== 'map') return [];
  const declared = new Map(
    itemsOf(child(evaluate, 'metrics')).flatMap((item) => {
      const name = metricOf(item);
      const direction =
        textOf(child(item, 'direction')) ?? (name === undefined ? undefined : metricName(name)?.direction);
      if (name === undefined) return [];
      // A gate need not repeat the direction of `mean(ndcg):higher`.
      return [...new Set([name, undirected(name)])].map((word) => [word, direction] as const);
    }),
  );
  const view = { ...model, path: [...model.path, 'evaluate'], evaluate, declared };
  return [...checkMetrics(view), ...checkSlices(view), ...checkGates(view)];
}

function step(list: Located | undefined, i: number): Path {
  return list?.kind === 'list' ? [i] : [];
}

/** Name of a metric of the list: scikit-learn's longer names count as ours. */
function metricOf(item: Located): string | undefined {
  const name = textOf(item);
  return name === undefined ? textOf(child(item, 'name')) : shorter(name);
}

function checkMetrics({ path, evaluate, task }: EvaluateView): Finding[] {
  const metrics = child(evaluate, 'metrics');
  const items = itemsOf(metrics);
  const here = (i: number): Path => [...path, 'metrics', ...step(metrics, i)];
  const findings = items.flatMap((item, i): Finding[] => {
    const name = textOf(item);
    return name === undefined ? [] : checkMetricName(here(i), name, task);
  });
  for (const [i, name] of repeated(items.map(metricOf))) {
    findings.push({
      code: 'CONFIG_REFERENCE',
      path: here(i),
      message: `the metric \`${name}\` is listed twice`,
      hint: 'Remove one of them.',
    });
  }
  return findings;
}

function checkMetricName(path: Path, name: string, task: Task | null): Finding[] {
  const known = metricName(name);
  if (known !== null && (task === null || known.tasks.includes(task))) return [];
  const valid = task === null ? TASKS.flatMap(metricExamples) : metricExamples(task);
  const near = [...new Set([`${name}_ovr`, `${name}_macro`, nearestWord(name, valid)])].find(
    (word) => word !== null && valid.includes(word),
  );
  const hint = near == null ? suggestion(name, valid) : `Did you mean \`${near}\`?`;
  if (known === null) return [{ code: 'METRIC_UNKNOWN', path, message: `unknown metric \`${name}\``, hint }];
  const message = `the metric \`${name}\` is for task ${known.tasks.join(' or ')}; this task is ${task ?? 'not known'}`;
  return [{ code: 'METRIC_NOT_FOR_TASK', path, message, hint }];
}

function checkSlices({ path, evaluate }: EvaluateView): Finding[] {
  const slices = child(evaluate, 'slices');
  return repeated(itemsOf(slices).map(textOf)).map(([i, name]) => ({
    code: 'CONFIG_REFERENCE',
    path: [...path, 'slices', ...step(slices, i)],
    message: `the slice \`${name}\` is listed twice`,
    hint: 'Remove one of them.',
  }));
}

function checkGates(view: EvaluateView): Finding[] {
  const gates = child(view.evaluate, 'gates');
  if (gates?.kind !== 'list') return [];
  const seen = new Map<string, number>();
  return gates.items.flatMap((gate, i) => {
    if (gate.kind !== 'map') return [];
    const path = [...view.path, 'gates', i];
    return [
      ...checkGateMetric(view, path, gate),
      ...checkGateSlices(view, path, gate),
      ...checkGateSuite(view, path, gate),
      ...checkTwice(path, gate, seen),
    ];
  });
}

function checkTwice(path: Path, gate: Located, seen: Map<string, number>): Finding[] {
  const subject = ['metric', 'suite'].map((key) => textOf(child(gate, key)) ?? '').join('|');
  const over = itemsOf(child(gate, 'slices')).map(textOf).join(',');
  return ['min', 'max', 'not-worse-by', 'max-drop', 'max-gap-increase', 'suite'].flatMap((key): Finding[] => {
    if (child(gate, key) === undefined) return [];
    const name = `${subject}|${over}|${key}`;
    const first = seen.get(name);
    seen.set(name, first ?? Number(path.at(-1)));
    if (first === undefined) return [];
    const message = `this gate is declared twice: \`${key}\` of the same is in gates[${String(first)}]`;
    return [
      { code: 'CONFIG_REFERENCE', path: [...path, key], message, hint: 'Remove one of them.', atKey: true },
    ];
  });
}

function checkGateMetric({ task, declared }: EvaluateView, path: Path, gate: Located): Finding[] {
  const written = textOf(child(gate, 'metric'));
  if (written === undefined) return [];
  const metric = shorter(written);
  if (metric === 'latency' && !declared.has(metric)) return checkLatency(path, gate);
  const findings: Finding[] = [];
  const known = metricName(metric);
  if (!declared.has(metric) && task !== null && known?.tasks.includes(task) !== true) {
    const words = [...declared.keys(), ...metricExamples(task), 'latency'];
    findings.push({
      code: known === null ? 'METRIC_UNKNOWN' : 'METRIC_NOT_FOR_TASK',
      path: [...path, 'metric'],
      message:
        known === null
          ? `unknown metric \`${metric}\``
          : `the metric \`${metric}\` is for task ${known.tasks.join(' or ')}; this task is ${task}`,
      hint: suggestion(metric, words),
    });
    return findings;
  }
  if (known?.displayOnly === true) {
    const message = `\`${metric}\` is shown, never gated: for a calibrated model its interval covers 0 % of the time`;
    findings.push({
      code: 'CONFIG_REFERENCE',
      path: [...path, 'metric'],
      message,
      hint: 'Gate log_loss, brier or calibration_error2.',
    });
  }
  return [...findings, ...checkLimits(path, gate, metric, declared.get(metric) ?? known?.direction)];
}

function checkLimits(path: Path, gate: Located, metric: string, direction: string | undefined): Finding[] {
  const [min, max] = [child(gate, 'min'), child(gate, 'max')];
  const [low, high] = [numberOf(min), numberOf(max)];
  if (low !== undefined && high !== undefined) {
    if (low <= high) return [];
    return [
      {
        code: 'CONFIG_REFERENCE',
        path: [...path, 'min'],
        message: `\`min\` ${String(low)} lies above \`max\` ${String(high)}`,
        atKey: true,
      },
    ];
  }
  const wrong =
    direction === 'lower' && min !== undefined
      ? 'min'
      : direction === 'higher' && max !== undefined
        ? 'max'
        : null;
  if (wrong === null || child(gate, 'slices') !== undefined) return [];
  const right = wrong === 'min' ? 'max' : 'min';
  const message = `\`${metric}\` is better when ${direction ?? ''}, so \`${wrong}\` would refuse good models`;
  return [
    {
      code: 'CONFIG_REFERENCE',
      path: [...path, wrong],
      message,
      hint: `Did you mean \`${right}\`?`,
      atKey: true,
    },
  ];
}

function checkLatency(path: Path, gate: Located): Finding[] {
  const findings: Finding[] = [];
  const hint = 'Write `not-worse-by: 20%`.';
  for (const key of ['min', 'max', 'slices']) {
    if (child(gate, key) === undefined) continue;
    const message = '`latency` is gated only as a ratio to the baseline, measured on the same runner';
    findings.push({ code: 'CONFIG_REFERENCE', path: [...path, key], message, hint, atKey: true });
  }
  const margin = numberOf(child(gate, 'not-worse-by'));
  if (margin !== undefined) {
    const message = `\`latency\` takes a percentage of the baseline, found ${String(margin)}`;
    findings.push({ code: 'CONFIG_REFERENCE', path: [...path, 'not-worse-by'], message, hint });
  }
  return findings;
}

function checkGateSlices({ evaluate }: EvaluateView, path: Path, gate: Located): Finding[] {
  const slices = child(gate, 'slices');
  if (slices === undefined) return [];
  const declared = itemsOf(child(evaluate, 'slices'))
    .map(textOf)
    .filter((name) => name !== undefined);
  if (textOf(slices) === 'declared') {
    if (declared.length > 0) return [];
    const hint = 'Add `slices: [COLUMN, …]` to `evaluate`.';
    return [{ code: 'CONFIG_REFERENCE', path: [...path, 'slices'], message: 'no slices are declared', hint }];
  }
  return itemsOf(slices).flatMap((item, i): Finding[] => {
    const name = textOf(item);
    if (name === undefined || declared.includes(name)) return [];
    return [
      unknownName(
        [...path, 'slices', ...step(slices, i)],
        'slice',
        name,
        [...declared, 'declared'],
        'it is not among `evaluate.slices`',
      ),
    ];
  });
}

function checkGateSuite({ model, task }: EvaluateView, path: Path, gate: Located): Finding[] {
  const findings: Finding[] = [];
  const suite = textOf(child(gate, 'suite'));
  const known = entriesOf(child(child(model, 'data'), 'suites')).map(([name]) => name);
  if (suite !== undefined && !known.includes(suite)) {
    const why = known.length === 0 ? '`data.suites` declares none' : 'it is not among `data.suites`';
    findings.push(unknownName([...path, 'suite'], 'suite', suite, known, why));
  }
  if (child(gate, 'tolerance') !== undefined && task !== null && task !== 'regression') {
    const message = `\`tolerance\` belongs to task regression; this task is ${task}`;
    findings.push({
      code: 'CONFIG_REFERENCE',
      path: [...path, 'tolerance'],
      message,
      hint: 'Remove `tolerance`.',
      atKey: true,
    });
  }
  return findings;
}
