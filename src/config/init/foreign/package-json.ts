import { z } from 'zod';

import { readJsonObject } from './read-object.ts';

/** The parts of package.json that tell how a model is trained. */

const Texts = z.record(z.string(), z.string()).catch({}).default({});
const PackageJson = z.object({
  name: z.string().optional().catch(undefined),
  scripts: Texts,
  dependencies: Texts,
  devDependencies: Texts,
});

export interface NodePackage {
  readonly name: string | null;
  /** Name of the script that trains, null when there is none. */
  readonly trainScript: string | null;
  /** What that script runs. */
  readonly trainCommand: string | null;
  readonly dependencies: readonly string[];
}

/** Null when the text is no package.json. */
export function readPackageJson(text: string): NodePackage | null {
  const file = PackageJson.safeParse(readJsonObject(text));
  if (!file.success) return null;
  const { name, scripts, dependencies, devDependencies } = file.data;
  const script =
    Object.keys(scripts).find((key) => key === 'train') ??
    Object.keys(scripts).find((key) => /^(train|fit)\b/.test(key));
  return {
    name: name?.replace(/^@[^/]*\//, '') ?? null,
    trainScript: script ?? null,
    trainCommand: script === undefined ? null : (scripts[script] ?? null),
    dependencies: [...Object.keys(dependencies), ...Object.keys(devDependencies)],
  };
}
