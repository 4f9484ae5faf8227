import { z } from 'zod';

import { readYamlObject } from './read-object.ts';

/** The parts of an MLproject file that tell how a model is trained (mlflow.org/docs/latest/projects). */

const Parameter = z
  .union([
    z.string().transform(() => ({ default: undefined })),
    z.object({ default: z.union([z.string(), z.number(), z.boolean()]).optional().catch(undefined) }),
  ])
  .catch({ default: undefined });

const EntryPoint = z.object({
  command: z.string(),
  parameters: z.record(z.string(), Parameter).catch({}).default({}),
});

const MlProject = z.object({
  name: z.string().optional().catch(undefined),
  entry_points: z.record(z.string(), z.unknown()).catch({}).default({}),
});

export interface MlProjectTraining {
  readonly name: string | null;
  /** The command with the defaults of its parameters filled in. */
  readonly command: string;
  /** Parameters without a default: they stay as `{name}`. */
  readonly open: readonly string[];
}

/** The training entry point (`train`, else `main`, else the first); null when there is none. */
export function readMlProject(text: string): MlProjectTraining | null {
  const file = MlProject.safeParse(readYamlObject(text));
  const points = file.data?.entry_points ?? {};
  const name =
    Object.keys(points).find((key) => /train/i.test(key)) ??
    (Object.hasOwn(points, 'main') ? 'main' : Object.keys(points)[0]);
  const point = EntryPoint.safeParse(name === undefined ? null : points[name]);
  if (!point.success) return null;
  const open: string[] = [];
  const command = point.data.command.replaceAll(/\{(\w+)\}/g, (whole, parameter: string) => {
    const value = Object.hasOwn(point.data.parameters, parameter)
      ? point.data.parameters[parameter]?.default
      : undefined;
    if (value === undefined) open.push(parameter);
    return value === undefined ? whole : String(value);
  });
  return { name: file.data?.name ?? null, command: command.trim(), open };
}
