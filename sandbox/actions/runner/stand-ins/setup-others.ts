/** Languages of which the sandbox takes what the machine has: Go and Java. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { execute } from './commands.ts';
import type { StandIn } from './definition.ts';
import { digestOf, restoreDependencies, saveDependencies } from './dependency-cache.ts';
import { ActionFailure, type Kit } from './kit.ts';
import { findTool } from './tools.ts';

/** https://github.com/actions/setup-go/blob/main/action.yml */
export const setupGo: StandIn = {
  manifest: {
    name: 'Setup Go environment',
    inputs: {
      'go-version': {},
      'go-version-file': {},
      'check-latest': { default: 'false' },
      token: {},
      cache: { default: 'true' },
      'cache-dependency-path': {},
      architecture: {},
      'go-download-base-url': {},
    },
    outputs: ['go-version', 'cache-hit'],
    postIf: 'success()',
  },
  main: async (kit) => {
    const { program, version } = await findTool(kit, {
      title: 'Go',
      names: /^go$/,
      parameters: ['version'],
      version: /go version go(\d+\.\d+(?:\.\d+)?)/,
      wanted: fromFile(kit, 'go-version', /^(?:go|golang)\s+(\S+)/m),
    });
    kit.addPath(dirname(program));
    kit.output('go-version', version);
    kit.info(`Successfully set up Go version ${version}`);
    await restoreGo(kit, program);
  },
  post: saveDependencies,
};

async function restoreGo(kit: Kit, program: string): Promise<void> {
  if (!kit.boolean('cache')) return;
  const given = kit.lines('cache-dependency-path');
  const locks = given.length > 0 ? given : ['go.sum'];
  if (digestOf(kit, locks) === '') {
    kit.warning('Restore cache failed: Dependencies file is not found. Supported file pattern: go.sum');
    return;
  }
  const { stdout } = await execute(kit, program, ['env', 'GOMODCACHE', 'GOCACHE'], { silent: true });
  await restoreDependencies(kit, {
    prefix: `setup-go-${kit.env['RUNNER_OS'] ?? 'Linux'}-${process.arch}-`,
    folders: stdout.trim().split('\n'),
    locks,
  });
}

/** https://github.com/actions/setup-java/blob/main/action.yml */
export const setupJava: StandIn = {
  manifest: {
    name: 'Setup Java JDK',
    inputs: {
      'java-version': {},
      'java-version-file': {},
      distribution: { required: true },
      'java-package': { default: 'jdk' },
      architecture: {},
      jdkFile: {},
      'check-latest': { default: 'false' },
      'server-id': { default: 'github' },
      'server-username': { default: 'GITHUB_ACTOR' },
      'server-password': { default: 'GITHUB_TOKEN' },
      'settings-path': {},
      'overwrite-settings': { default: 'true' },
      'gpg-private-key': {},
      'gpg-passphrase': {},
      cache: {},
      'cache-dependency-path': {},
      'job-status': { default: '${{ job.status }}' },
      token: {},
      'mvn-toolchain-id': {},
      'mvn-toolchain-vendor': {},
    },
    outputs: ['distribution', 'version', 'path', 'cache-hit'],
  },
  main: async (kit) => {
    const wanted =
      kit.lines('java-version').at(-1) ?? fromFile(kit, 'java-version', /^(?:java\s+|java=)(\S+)/m);
    if (wanted === '') throw new ActionFailure('java-version or java-version-file input expected');
    const { program, version } = await findTool(kit, {
      title: 'Java',
      names: /^java$/,
      parameters: ['-XshowSettings:properties', '-version'],
      version: /java\.version = (\S+)/,
      wanted: wanted.replace(/^1\.(?=\d)/, ''),
    });
    const { stderr } = await execute(kit, program, ['-XshowSettings:properties', '-version'], {
      silent: true,
    });
    const home = /java\.home = (\S+)/.exec(stderr)?.[1] ?? resolve(dirname(program), '..');
    kit.exportVariable('JAVA_HOME', home);
    kit.exportVariable(`JAVA_HOME_${version.split('.')[0]}_X64`, home);
    kit.addPath(`${home}/bin`);
    kit.output('distribution', kit.input('distribution'));
    kit.output('version', version);
    kit.output('path', home);
    kit.info(`Java ${version} at ${home}`);
    await restoreJava(kit);
  },
  post: saveDependencies,
};

const BUILDERS: Readonly<
  Record<string, { readonly folders: readonly string[]; readonly locks: readonly string[] }>
> = {
  maven: { folders: ['~/.m2/repository'], locks: ['**/pom.xml'] },
  gradle: {
    folders: ['~/.gradle/caches', '~/.gradle/wrapper'],
    locks: ['**/*.gradle*', '**/gradle-wrapper.properties', '**/gradle/libs.versions.toml'],
  },
  sbt: { folders: ['~/.ivy2/cache', '~/.sbt'], locks: ['**/*.sbt', '**/project/build.properties'] },
};

async function restoreJava(kit: Kit): Promise<void> {
  const name = kit.input('cache');
  if (name === '') return;
  const builder = BUILDERS[name];
  if (builder === undefined) throw new ActionFailure(`unknown package manager specified: ${name}`);
  const given = kit.lines('cache-dependency-path');
  await restoreDependencies(kit, {
    prefix: `setup-java-${kit.env['RUNNER_OS'] ?? 'Linux'}-${process.arch}-${name}-`,
    folders: builder.folders.map((folder) => kit.path(folder)),
    locks: given.length > 0 ? given : builder.locks,
  });
}

/** A version given as input, or by the file that `<input>-file` names. */
function fromFile(kit: Kit, input: string, line: RegExp): string {
  const [version, file] = [kit.input(input), kit.input(`${input}-file`)];
  if (version !== '' || file === '') return version;
  const path = kit.path(file);
  if (!existsSync(path)) throw new ActionFailure(`The specified version file at: ${path} does not exist`);
  const text = readFileSync(path, 'utf8');
  return line.exec(text)?.[1] ?? text.trim().split('\n')[0] ?? '';
}
