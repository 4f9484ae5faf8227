/** Programs of this machine: the sandbox downloads none, it takes the version that fits best among those that are here. */
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

import { isProgram } from '../which.ts';
import { execute } from './commands.ts';
import { ActionFailure, type Kit } from './kit.ts';
import { isNewer, satisfies } from './versions.ts';

export interface Tool {
  readonly program: string;
  readonly version: string;
}

/** Folders of PATH, and beside them the other versions that nvm, pyenv and their like keep. */
function folders(kit: Kit): string[] {
  const onPath = (kit.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const siblings = onPath.flatMap((folder) => {
    const [, root] = /^(.*\/(?:versions(?:\/node)?|\.?pyenv))\/(?:shims|[^/]+\/bin)$/.exec(folder) ?? [];
    if (root === undefined) return [];
    const versions = root.endsWith('pyenv') ? join(root, 'versions') : root;
    return existsSync(versions) ? readdirSync(versions).map((version) => join(versions, version, 'bin')) : [];
  });
  return [...new Set([...onPath.filter((folder) => !folder.endsWith('/shims')), ...siblings])];
}

/** Every program of these names, with the version that `ask` reads from what it prints. */
async function candidates(
  kit: Kit,
  names: RegExp,
  parameters: readonly string[],
  version: RegExp,
): Promise<Tool[]> {
  const programs = new Map<string, string>();
  for (const folder of folders(kit)) {
    if (!existsSync(folder)) continue;
    for (const name of readdirSync(folder).filter((entry) => names.test(entry))) {
      const program = join(folder, name);
      if (isProgram(program) && !programs.has(realpathSync(program)))
        programs.set(realpathSync(program), program);
    }
  }
  const asked = await Promise.all(
    [...programs.values()].map(async (program) => {
      const { stdout, stderr } = await execute(kit, program, parameters, { silent: true, mayFail: true });
      const found = version.exec(stdout + stderr)?.[1];
      return found === undefined ? [] : [{ program, version: found }];
    }),
  );
  return asked.flat();
}

export interface Search {
  /** For people: `Node.js`. */
  readonly title: string;
  readonly names: RegExp;
  readonly parameters: readonly string[];
  /** Its first group is the version. */
  readonly version: RegExp;
  readonly wanted: string;
}

/**
 * The newest program that meets what is wanted. Where none does, the first one on PATH, with a warning that names both.
 * @throws ActionFailure where the machine has none at all
 */
export async function findTool(kit: Kit, search: Search): Promise<Tool> {
  const { title, wanted } = search;
  const tools = await candidates(kit, search.names, search.parameters, search.version);
  const [first] = tools;
  if (first === undefined) {
    throw new ActionFailure(`${title} is not installed on this machine, and the sandbox downloads nothing`);
  }
  if (wanted === '' || /^(latest|current|node|stable)$/i.test(wanted)) return first;
  const fitting = tools.filter(({ version }) => satisfies(version, wanted));
  const best = fitting.reduce<Tool | undefined>(
    (one, other) => (one === undefined || isNewer(other.version, one.version) ? other : one),
    undefined,
  );
  if (best !== undefined) {
    kit.info(`Found in cache @ ${dirname(best.program)}`);
    return best;
  }
  const here = [...new Set(tools.map(({ version }) => version))].join(', ');
  kit.warning(
    `${title} ${wanted} is not on this machine, and the sandbox downloads nothing: the job goes on with ${first.version} (here: ${here})`,
  );
  return first;
}
