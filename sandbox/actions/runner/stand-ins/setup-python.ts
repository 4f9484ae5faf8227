import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { execute } from './commands.ts';
import type { StandIn } from './definition.ts';
import { restoreDependencies, saveDependencies } from './dependency-cache.ts';
import { ActionFailure, type Kit } from './kit.ts';
import { findTool } from './tools.ts';

/** https://github.com/actions/setup-python/blob/main/action.yml */
export const setupPython: StandIn = {
  manifest: {
    name: 'Setup Python',
    inputs: {
      'python-version': {},
      'python-version-file': {},
      cache: {},
      architecture: {},
      'check-latest': { default: 'false' },
      token: {},
      'cache-dependency-path': {},
      'update-environment': { default: 'true' },
      'allow-prereleases': { default: 'false' },
      freethreaded: { default: 'false' },
      'pip-version': {},
      'pip-install': {},
    },
    outputs: ['python-version', 'cache-hit', 'python-path'],
    postIf: 'success()',
  },
  main: async (kit) => {
    const wanted = wantedVersions(kit);
    if (wanted.length === 0) {
      kit.warning(
        "Neither 'python-version' nor 'python-version-file' inputs were supplied. Attempting to find '.python-version' file.",
      );
    }
    for (const version of wanted.length === 0 ? [''] : wanted) await setUp(kit, version);
    await restore(kit);
  },
  post: saveDependencies,
};

/** One Python of the machine, in an environment of this job's own: what is installed stays in the job. */
async function setUp(kit: Kit, wanted: string): Promise<void> {
  const tool = await findTool(kit, {
    title: 'Python',
    names: /^python(3(\.\d+)?)?$/,
    parameters: ['--version'],
    version: /^Python (\d+\.\d+\.\d+\S*)/m,
    wanted,
  });
  const folder = join(mkdtempSync(join(kit.required('RUNNER_TEMP'), 'python-')), tool.version);
  await execute(kit, tool.program, ['-m', 'venv', '--without-pip', folder], { silent: true });
  const program = join(folder, 'bin', 'python');
  await addPip(kit, tool.program, program, folder);
  if (kit.boolean('update-environment')) {
    kit.addPath(join(folder, 'bin'));
    kit.exportVariable('pythonLocation', folder);
    for (const name of ['Python_ROOT_DIR', 'Python2_ROOT_DIR', 'Python3_ROOT_DIR'])
      kit.exportVariable(name, folder);
    kit.exportVariable('PKG_CONFIG_PATH', join(folder, 'lib', 'pkgconfig'));
    kit.exportVariable('LD_LIBRARY_PATH', join(folder, 'lib'));
  }
  kit.output('python-version', tool.version);
  kit.output('python-path', program);
  kit.info(`Successfully set up CPython (${tool.version})`);
  const [version, packages] = [kit.input('pip-version'), kit.input('pip-install')];
  if (version !== '') await execute(kit, program, ['-m', 'pip', 'install', '--upgrade', `pip==${version}`]);
  if (packages !== '') await execute(kit, program, ['-m', 'pip', 'install', ...packages.split(/\s+/)]);
}

/** Gives the environment the pip that comes with Python as a wheel: unpacking one takes seconds, reading it does not. */
async function addPip(kit: Kit, base: string, program: string, folder: string): Promise<void> {
  const ask =
    'import ensurepip, os, sysconfig; print(os.path.join(os.path.dirname(ensurepip.__file__), "_bundled")); print(sysconfig.get_config_var("WHEEL_PKG_DIR") or "/usr/share/python-wheels")';
  const { stdout } = await execute(kit, base, ['-c', ask], { silent: true, mayFail: true });
  const wheel = stdout
    .split('\n')
    .filter((place) => place !== '' && existsSync(place))
    .flatMap((place) => readdirSync(place).map((name) => join(place, name)))
    .find((file) => /\/pip-[^/]+\.whl$/.test(file));
  if (wheel === undefined) {
    await execute(kit, program, ['-m', 'ensurepip'], { silent: true });
    return;
  }
  const { stdout: site } = await execute(
    kit,
    program,
    ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'],
    { silent: true },
  );
  writeFileSync(join(site.trim(), 'pip.pth'), `${wheel}\n`);
  for (const name of ['pip', 'pip3']) {
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\nexec "${program}" -m pip "$@"\n`, { mode: 0o755 });
  }
}

function wantedVersions(kit: Kit): string[] {
  const versions = kit.lines('python-version').map(normal);
  const file = kit.input('python-version-file');
  if (versions.length > 0) {
    if (file !== '')
      kit.warning(
        'Both python-version and python-version-file inputs are specified, only python-version will be used.',
      );
    return versions;
  }
  const path = kit.path(file === '' ? '.python-version' : file);
  if (!existsSync(path)) {
    if (file === '') return [];
    throw new ActionFailure(`The specified python version file at: ${path} doesn't exist.`);
  }
  const text = readFileSync(path, 'utf8');
  if (path.endsWith('.toml')) {
    const required = /^\s*(?:requires-python|python)\s*=\s*["']([^"']+)["']/m.exec(text)?.[1];
    return required === undefined ? [] : [required.replaceAll(',', ' ')];
  }
  if (path.endsWith('.tool-versions')) return [/^\s*python\s+(\S+)/m.exec(text)?.[1] ?? ''].filter(Boolean);
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter(Boolean)
    .map(normal);
}

/** `3.11-dev` allows pre-releases of 3.11, `3.13t` is free-threaded. */
function normal(version: string): string {
  return version.replace(/-dev$/, '').replace(/(?<=\d)t$/, '');
}

const MANAGERS: Readonly<Record<string, readonly string[]>> = {
  pip: ['**/requirements.txt', '**/pyproject.toml'],
  pipenv: ['**/Pipfile.lock'],
  poetry: ['**/poetry.lock'],
};

async function restore(kit: Kit): Promise<void> {
  const name = kit.input('cache');
  if (name === '') return;
  const locks = MANAGERS[name];
  if (locks === undefined) throw new ActionFailure(`Caching for '${name}' is not supported`);
  const folders = {
    pip: '~/.cache/pip',
    pipenv: '~/.local/share/virtualenvs',
    poetry: '~/.cache/pypoetry/virtualenvs',
  };
  const folder = kit.path(folders[name as keyof typeof folders]);
  mkdirSync(dirname(folder), { recursive: true });
  const given = kit.lines('cache-dependency-path');
  const prefix = `setup-python-${kit.env['RUNNER_OS'] ?? 'Linux'}-${process.arch}-${name}-`;
  await restoreDependencies(kit, {
    prefix,
    folders: [folder],
    locks: given.length > 0 ? given : locks,
    restoreKeys: [prefix],
  });
}
