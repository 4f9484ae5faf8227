import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { execute } from './commands.ts';
import type { StandIn } from './definition.ts';
import { restoreDependencies, saveDependencies } from './dependency-cache.ts';
import { ActionFailure, type Kit } from './kit.ts';
import { findTool } from './tools.ts';

/** https://github.com/actions/setup-node/blob/main/action.yml */
export const setupNode: StandIn = {
  manifest: {
    name: 'Setup Node.js environment',
    inputs: {
      'always-auth': { default: 'false' },
      'node-version': {},
      'node-version-file': {},
      architecture: {},
      'check-latest': { default: 'false' },
      'registry-url': {},
      scope: {},
      token: { default: '${{ github.token }}' },
      cache: {},
      'package-manager-cache': { default: 'true' },
      'cache-dependency-path': {},
      mirror: {},
      'mirror-token': {},
    },
    outputs: ['cache-hit', 'node-version'],
    postIf: 'success()',
  },
  main: async (kit) => {
    const { program } = await findTool(kit, {
      title: 'Node.js',
      names: /^node$/,
      parameters: ['--version'],
      version: /^v(\d+\.\d+\.\d+\S*)/m,
      wanted: wantedVersion(kit),
    });
    const folder = dirname(program);
    kit.addPath(folder);
    const env = { PATH: `${folder}:${kit.env['PATH'] ?? ''}` };
    await kit.group('Environment details', async () => {
      for (const tool of ['node', 'npm', 'yarn']) {
        const { code, stdout } = await execute(kit, tool, ['--version'], {
          silent: true,
          mayFail: true,
          env,
        }).catch(() => ({
          code: 1,
          stdout: '',
        }));
        kit.info(`${tool}: ${code === 0 ? stdout.trim() : ''}`);
        if (tool === 'node') kit.output('node-version', stdout.trim());
      }
    });
    if (kit.input('registry-url') !== '') configureRegistry(kit);
    await restore(kit, env);
  },
  post: saveDependencies,
};

function wantedVersion(kit: Kit): string {
  const [version, file] = [kit.input('node-version'), kit.input('node-version-file')];
  if (version !== '' && file !== '') {
    kit.warning(
      'Both node-version and node-version-file inputs are specified, only node-version will be used',
    );
  }
  if (version !== '' || file === '') return version;
  const path = kit.path(file);
  if (!existsSync(path))
    throw new ActionFailure(`The specified node version file at: ${path} does not exist`);
  const text = readFileSync(path, 'utf8');
  const found = file.endsWith('package.json') ? versionOfPackage(text) : versionOfText(text);
  kit.info(`Resolved ${file} as ${found}`);
  return found;
}

/** `volta.node`, `devEngines.runtime`, else `engines.node`. */
function versionOfPackage(text: string): string {
  const manifest = JSON.parse(text) as {
    volta?: { node?: string };
    engines?: { node?: string };
    devEngines?: { runtime?: { name?: string; version?: string } };
  };
  const runtime = manifest.devEngines?.runtime;
  return (
    manifest.volta?.node ??
    (runtime?.name === 'node' ? runtime.version : undefined) ??
    manifest.engines?.node ??
    ''
  );
}

/** `.nvmrc`, `.node-version`, and `.tool-versions` of asdf. */
function versionOfText(text: string): string {
  return /^(?:node(?:js)?\s+)?v?([^\s#]+)/m.exec(text)?.[1] ?? '';
}

function configureRegistry(kit: Kit): void {
  const registry = kit.input('registry-url').replace(/\/*$/, '/');
  const given = kit.input('scope');
  const scope = given === '' ? '' : `${given.startsWith('@') ? given : `@${given}`}:`.toLowerCase();
  const file = join(kit.required('RUNNER_TEMP'), '.npmrc');
  const auth = `${registry.replace(/^https?:/, '')}:_authToken=\${NODE_AUTH_TOKEN}`;
  writeFileSync(file, `${auth}\n${scope}registry=${registry}\nalways-auth=${kit.input('always-auth')}\n`);
  kit.exportVariable('NPM_CONFIG_USERCONFIG', file);
  kit.exportVariable('NODE_AUTH_TOKEN', kit.env['NODE_AUTH_TOKEN'] ?? 'XXXXX-XXXXX-XXXXX-XXXXX');
}

const MANAGERS: Readonly<
  Record<string, { readonly ask: readonly string[]; readonly locks: readonly string[] }>
> = {
  npm: {
    ask: ['npm', 'config', 'get', 'cache'],
    locks: ['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock'],
  },
  pnpm: { ask: ['pnpm', 'store', 'path', '--silent'], locks: ['pnpm-lock.yaml'] },
  yarn: { ask: ['yarn', 'cache', 'dir'], locks: ['yarn.lock'] },
};

async function restore(kit: Kit, env: Readonly<Record<string, string>>): Promise<void> {
  const name = kit.input('cache');
  if (name === '') return;
  const manager = MANAGERS[name];
  if (manager === undefined) throw new ActionFailure(`Caching for '${name}' is not supported`);
  const [program = '', ...parameters] = manager.ask;
  const { stdout } = await execute(kit, program, parameters, { silent: true, env });
  const given = kit.lines('cache-dependency-path');
  await restoreDependencies(kit, {
    prefix: `node-cache-${kit.env['RUNNER_OS'] ?? 'Linux'}-${process.arch}-${name}-`,
    folders: [stdout.trim()],
    locks: given.length > 0 ? given : manager.locks,
  });
}
