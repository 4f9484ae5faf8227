import { code, list, muted, paragraph, strong, table } from '../../report/document.ts';
import type { Block, Cell, Document, Inline } from '../../report/document.ts';
import type { LogStatus, ModelStatus } from '../answers/status.ts';
import type { LogTrouble } from '../log/types.ts';
import { age, count, stateCell } from './words.ts';

/** What waits to get into a stage, and what it waits for: said by whoever knows the policy. */
export interface Waiting {
  readonly model: string;
  readonly stage: string;
  readonly version: string;
  /** True where nothing but a request is missing. */
  readonly ready: boolean;
  /** One sentence for each thing that is missing. */
  readonly lacks: readonly string[];
}

/** What runs where: one row a stage, then what waits for what; what is wrong with the log comes first. */
export function statusDocument(status: LogStatus, waiting: readonly Waiting[], now: Date): Document {
  const { models, n, mode } = status;
  const versions = models.reduce((sum, model) => sum + model.versions, 0);
  const summary = `${count(models.length, 'model')}, ${count(versions, 'version')}, entry ${n}${mode === null ? '' : `, mode ${mode}`}`;
  const blocks: Block[] = [
    ...troubleBlocks(status.trouble),
    table(
      ['model', 'stage', 'version', 'state', 'since', 'by', 'newest'],
      'lllllll',
      models.flatMap((model) => rowsOf(model, now)),
    ),
    ...frozenBlock(models, now),
    ...waitingBlock(waiting),
    paragraph(muted(summary)),
  ];
  return { title: 'Status', summary, blocks };
}

function rowsOf(model: ModelStatus, now: Date): Cell[][] {
  const newest = model.newest[0];
  const last =
    newest === undefined ? '–' : `${newest.version} (${newest.verdict ?? 'adopted'}, ${age(newest.at, now)})`;
  const stages = model.stages.map((stage): Cell[] => [
    strong(model.model),
    stage.stage,
    stage.version === null ? muted('–') : code(stage.version),
    stateCell(stage),
    stage.since === null ? '' : age(stage.since, now),
    stage.by?.login ?? '',
    last,
  ]);
  if (stages.length === 0) return [[strong(model.model), muted('no stage'), '', '', '', '', last]];
  // The name and the newest version stand once.
  return stages.map((row, at) => (at === 0 ? row : ['', ...row.slice(1, -1), '']));
}

function frozenBlock(models: readonly ModelStatus[], now: Date): Block[] {
  const items = models.flatMap(({ model, stages }) =>
    stages.flatMap(({ stage, frozen }): (readonly Inline[])[] => {
      if (frozen === null) return [];
      const by = `${frozen.actor.login}, ${age(frozen.at, now)} ago`;
      return [
        [
          strong(`${model} ${stage}`),
          ` is frozen by ${by}: ${frozen.reason || 'no reason given'}. `,
          code(`slipway unfreeze ${model} ${stage}`),
        ],
      ];
    }),
  );
  return items.length === 0 ? [] : [list(items)];
}

function waitingBlock(waiting: readonly Waiting[]): Block[] {
  if (waiting.length === 0) return [];
  return [
    list(
      waiting.map(({ model, stage, version, ready, lacks }) => [
        code(`${model}@${version}`),
        ` → ${stage}: `,
        ...(ready
          ? ['can go now: ', code(`slipway promote ${model}@${version} ${stage}`)]
          : [lacks.join(' ')]),
      ]),
    ),
  ];
}

/** What is wrong with the log, and the exact repair. */
export function troubleBlocks(trouble: LogTrouble | null): Block[] {
  if (trouble === null) return [];
  const title = trouble.kind === 'tampered' ? 'The log was tampered with' : 'The log is of a newer Slipway';
  return [
    {
      kind: 'callout',
      tone: 'bad',
      title,
      blocks: [paragraph(trouble.message), paragraph('Repair: ', code(trouble.repair))],
    },
  ];
}
