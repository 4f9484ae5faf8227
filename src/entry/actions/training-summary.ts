import { code, type Document, type Inline } from '../../report/index.ts';
import type { HandoverOutcome } from '../../run/index.ts';

const HOUR_MS = 3_600_000;
const MIB = 1024 ** 2;

/** What was trained, what it took, and what was found instead of being trained again. */
export function trainingSummary(models: readonly HandoverOutcome[]): Document {
  const failed = models.filter(({ decision }) => decision !== 'pass');
  const ran = models.filter(({ trained }) => trained?.reused === false).length;
  const summary =
    failed.length > 0
      ? `${failed.length} of ${models.length} models failed`
      : ran === 0
        ? 'Nothing that the models are made of changed: nothing was trained'
        : `${ran} of ${models.length} models trained`;
  return {
    title: 'Training',
    summary,
    blocks: [
      { kind: 'paragraph', spans: [summary] },
      {
        kind: 'table',
        columns: [
          { title: 'model', align: 'left' },
          { title: 'training', align: 'left' },
          { title: 'wall', align: 'right' },
          { title: 'CPU hours', align: 'right' },
          { title: 'memory', align: 'right' },
          { title: 'train key', align: 'left' },
        ],
        rows: models.map(rowOf),
      },
    ],
  };
}

function rowOf({ model, trained, decision, reason, message }: HandoverOutcome): readonly Inline[][] {
  if (decision !== 'pass') return [[code(model)], [`${reason}: ${message}`]];
  if (trained === null) return [[code(model)]];
  const { reused, durationMs, cpuMs, peakMemoryBytes, key } = trained;
  return [
    [code(model)],
    [reused ? 'reused' : 'ran'],
    [`${(durationMs / 1000).toFixed(1)} s`],
    [cpuMs === null ? '' : (cpuMs / HOUR_MS).toFixed(4)],
    [peakMemoryBytes === null ? '' : `${Math.round(peakMemoryBytes / MIB)} MiB`],
    [code(key.slice(0, 12))],
  ];
}
