/** Parts of a command, in the order they are typed. */
export const PARTS = {
  model: 'MODEL',
  'model?': '[MODEL]',
  'model@version': 'MODEL@VERSION',
  'model[@version]': 'MODEL[@VERSION]',
  stage: 'STAGE',
  'version?': '[VERSION]',
  reason: '"reason"',
} as const;
export type Part = keyof typeof PARTS;

export interface Command {
  readonly name: string;
  readonly parts: readonly Part[];
  /** What it does, for help and docs. */
  readonly does: string;
}

/** Everything that can be typed into a comment: parsing, help and docs read this one table. */
export const COMMANDS = [
  {
    name: 'promote',
    parts: ['model[@version]', 'stage'],
    does: 'asks for a version in a stage: that of the pull request, or the newest',
  },
  { name: 'approve', parts: ['model@version', 'stage'], does: 'approves exactly this version for a stage' },
  {
    name: 'rollback',
    parts: ['model', 'stage', 'version?'],
    does: 'goes back to the version that ran before, or to a named one; never waits',
  },
  {
    name: 'accept',
    parts: ['model', 'reason'],
    does: 'lets an inconclusive evaluation of this pull request through',
  },
  { name: 'accept-test', parts: ['model'], does: 'lets the changed test set of this pull request through' },
  {
    name: 'freeze',
    parts: ['model', 'stage', 'reason'],
    does: 'stops promotions to a stage; rollbacks go on',
  },
  { name: 'unfreeze', parts: ['model', 'stage'], does: 'lets promotions to a stage go on' },
  { name: 'status', parts: ['model?'], does: 'shows what runs where, and what waits for what' },
  { name: 'retrain', parts: ['model?'], does: 'trains again on the data there is now' },
  { name: 'monitor', parts: ['model?'], does: 'looks at drift and performance now' },
  { name: 'help', parts: [], does: 'shows this list' },
] as const satisfies readonly Command[];
export type CommandName = (typeof COMMANDS)[number]['name'];

/** `/promote MODEL[@VERSION] STAGE`. */
export function usage(command: Command): string {
  return [`/${command.name}`, ...command.parts.map((part) => PARTS[part])].join(' ');
}

/** The commands as a markdown table, for the docs. */
export function commandsTable(): string {
  const rows = COMMANDS.map((command) => `| \`${usage(command)}\` | ${command.does} |`);
  return ['| type | what it does |', '| --- | --- |', ...rows].join('\n');
}
