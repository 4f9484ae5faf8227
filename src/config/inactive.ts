import type { Source } from '../data/schema.ts';
import type { GateConfig } from '../evaluation/schema.ts';
import type { Path } from './located.ts';
import { pathText } from './path-text.ts';
import type { Config, ModelConfig } from './schema.ts';

/** A part of the config that is accepted and does nothing yet. */
export interface InactivePart {
  /** `models.churn.monitor`. */
  readonly path: string;
  /** Whole sentence, begins with the path. */
  readonly message: string;
  readonly steps: Path;
}

const REMOTE = /^([a-z][a-z0-9+.-]*):\/\//i;

/** Everything the config says that nothing acts on yet, in the order of the file: said, never silently ignored. */
export function inactiveParts(config: Config): InactivePart[] {
  const parts: InactivePart[] = [];
  const say = (steps: Path, what: string): void => {
    const path = pathText(steps);
    parts.push({ path, message: `${path}: not yet active${what === '' ? '' : `: ${what}`}`, steps });
  };
  for (const [name, model] of Object.entries(config.models)) modelParts(['models', name], model, say);
  return parts;
}

type Say = (steps: Path, what: string) => void;

function modelParts(path: Path, model: ModelConfig, say: Say): void {
  dataParts([...path, 'data'], model, say);
  if (model.train.runner !== undefined) say([...path, 'train', 'runner'], 'training runs on this machine');
  for (const [i, metric] of model.evaluate.metrics.entries()) {
    if (typeof metric === 'object' && 'run' in metric)
      say([...path, 'evaluate', 'metrics', i], `the metric ${metric.name} with \`run\` is not computed`);
  }
  if (model.task === 'ranking')
    say([...path, 'task'], 'ranking is not judged; task `scores` takes per-row scores');
  for (const gate of model.evaluate.gates) {
    const what = inactiveGate(gate);
    if (what !== null) say([...path, 'evaluate', 'gates'], what);
  }
  for (const [name, stage] of Object.entries(model.stages)) {
    for (const key of ['target', 'smoke', 'rollout'] as const)
      if (stage[key] !== undefined) say([...path, 'stages', name, key], 'nothing is deployed');
    if (stage.holdout === 'hidden')
      say(
        [...path, 'stages', name, 'holdout'],
        'test rows are read from the repository alone, where authors see them, so nothing is promoted here',
      );
  }
  if (model.serving !== undefined) say([...path, 'serving'], '');
  if (model.monitor !== undefined) say([...path, 'monitor'], '');
}

function inactiveGate(gate: GateConfig): string | null {
  if ('max-gap-increase' in gate) return `the gate max-gap-increase of ${gate.metric} is not judged`;
  return 'metric' in gate && gate.metric === 'latency' ? 'the gate on latency is not measured' : null;
}

function dataParts(path: Path, { data }: ModelConfig, say: Say): void {
  for (const key of ['source', 'train', 'validation', 'test'] as const) {
    const scheme = remoteScheme(data[key]);
    if (scheme !== null) say([...path, key], `${scheme}:// sources are not read; copy the files here first`);
  }
  for (const [name, source] of Object.entries(data.suites)) {
    const scheme = remoteScheme(source);
    if (scheme !== null)
      say([...path, 'suites', name], `${scheme}:// sources are not read; copy the files here first`);
  }
  if (data.schema !== undefined) say([...path, 'schema'], 'the columns are not checked against it');
}

/** The scheme of the first remote file of a source (`s3`, `https`), null when all are local. */
export function remoteScheme(source: Source | undefined): string | null {
  if (source === undefined || 'sql' in source) return null;
  for (const file of source) {
    const scheme = REMOTE.exec(file)?.[1]?.toLowerCase();
    if (scheme !== undefined && scheme !== 'file') return scheme;
  }
  return null;
}
