import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { builtBundle } from '../support/bundle.ts';
import { createRunner, type EndedStep, type Runner, type StepRequest } from '../support/runner.ts';

/** A runner on which the bundle lies as GitHub lays it: beside the workspace, and no node_modules above it. */
export interface Stand extends Runner {
  readonly dist: string;
  /** Runs an action's main, or its post step. */
  action(name: string, request?: Omit<StepRequest, 'program'>, phase?: 'main' | 'post'): Promise<EndedStep>;
  /** What npm was asked, call by call. */
  npmCalls(): readonly {
    readonly args: readonly string[];
    readonly lock: Readonly<Record<string, unknown>>;
  }[];
  /** PATH with a program in the place of npm that needs no network. */
  readonly path: string;
}

const HERE = fileURLToPath(new URL('.', import.meta.url));
const PACKAGES = resolve(HERE, '..', '..', 'node_modules');

/** Makes a stand in a new folder. */
export function createStand(): Stand {
  const runner = createRunner();
  const dist = join(runner.folder, 'actions', 'dist');
  cpSync(builtBundle(), dist, { recursive: true });
  const bin = join(runner.folder, 'bin');
  const calls = join(runner.folder, 'npm-calls');
  mkdirSync(bin);
  writeFileSync(calls, '');
  const command = [process.execPath, join(HERE, 'fake-npm.mjs'), PACKAGES, calls];
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\nexec ${command.map((word) => `'${word}'`).join(' ')} "$@"\n`);
  chmodSync(join(bin, 'npm'), 0o755);
  const path = [bin, process.env['PATH'] ?? ''].join(delimiter);
  return {
    ...runner,
    dist,
    path,
    action: async (name, request = {}, phase = 'main') =>
      await runner.step({
        ...request,
        env: { PATH: path, ...request.env },
        program: [join(dist, phase === 'main' ? `${name}.js` : `${name}-post.js`)],
      }),
    npmCalls: () =>
      readFileSync(calls, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as ReturnType<Stand['npmCalls']>[number]),
    [Symbol.dispose]: () => runner[Symbol.dispose](),
  };
}
