import { z } from 'zod';

import { readYamlObject } from './read-object.ts';

/** The parts of dvc.yaml that tell how a model is trained (dvc.org/doc/user-guide/project-structure/dvcyaml-files). */

const OneOrMany = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (Array.isArray(value) ? value : [value]));
/** `data/x.csv`, or `{data/x.csv: {cache: false}}`. */
const PathEntry = z
  .union([z.string(), z.record(z.string(), z.unknown())])
  .transform((value) => (typeof value === 'string' ? value : (Object.keys(value)[0] ?? '')));
const Paths = z.array(PathEntry).catch([]).default([]);

const Stage = z.object({
  cmd: OneOrMany,
  wdir: z.string().optional().catch(undefined),
  deps: Paths,
  outs: Paths,
  metrics: Paths,
  params: z
    .array(z.union([z.string(), z.record(z.string(), z.unknown())]))
    .catch([])
    .default([]),
});
export type DvcStage = z.output<typeof Stage>;

const DvcYaml = z.object({ stages: z.record(z.string(), z.unknown()).catch({}).default({}) });

/** Stages of a dvc.yaml by name; those with `foreach` or `matrix`, and broken ones, are left out. */
export function readDvcStages(text: string): ReadonlyMap<string, DvcStage> {
  const file = DvcYaml.safeParse(readYamlObject(text));
  const stages = new Map<string, DvcStage>();
  for (const [name, value] of Object.entries(file.data?.stages ?? {})) {
    const stage = Stage.safeParse(value);
    if (stage.success) stages.set(name, stage.data);
  }
  return stages;
}

/** Files of parameters that a stage reads: params.yaml unless it names another. */
export function paramsFiles(stage: DvcStage): string[] {
  const files = stage.params.flatMap((entry) =>
    typeof entry === 'string' ? ['params.yaml'] : Object.keys(entry),
  );
  return [...new Set(files)];
}

/** DVC's `${alpha}` is our `{params.alpha}`. */
export function withOurParams(command: string): string {
  return command.replaceAll(/\$\{([A-Za-z_][\w.]*)\}/g, '{params.$1}');
}
