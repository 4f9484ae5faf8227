import type { Core } from '../../kernel/core.ts';
import type { WorkflowRun } from '../../state/actions.ts';

export type Values = Readonly<Record<string, string>>;

/** `vars`: of the organisation, the repository and the environment, the nearest winning. */
export function variables(core: Core, run: WorkflowRun, environmentId: number | null = null): Values {
  return collect(core, 'actionsVariables', owners(core, run, environmentId));
}

/** Whose values a run sees, the farthest first. */
export function owners(core: Core, run: WorkflowRun, environmentId: number | null): string[] {
  const { ownerId } = core.tables.repositories.require(run.repositoryId);
  return [
    `organization/${ownerId}`,
    `repository/${run.repositoryId}`,
    ...(environmentId === null ? [] : [`environment/${environmentId}`]),
  ];
}

/** Values of several owners; later ones win. */
export function collect(
  core: Core,
  table: 'actionsVariables' | 'actionsSecrets',
  from: readonly string[],
): Values {
  const rows = from.flatMap((owner) => core.tables[table].where('owner', owner));
  return Object.fromEntries(rows.map((row) => [row.name, row.value]));
}
