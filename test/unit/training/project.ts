/** A small repository on disk whose "training" is a shell script, and requests to train it. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { isCodedError } from '../../../src/contracts/errors.ts';
import { sha256 } from '../../../src/contracts/digest.ts';
import { openPipeline } from '../../../src/pipeline/index.ts';
import { createCompute } from '../../../src/platform/compute/index.ts';
import type { TrainPorts } from '../../../src/training/ports.ts';
import { EnvironmentSchema, TrainSchema } from '../../../src/training/schema.ts';
import { train, type TrainEvent, type TrainRequest, type TrainResult } from '../../../src/training/index.ts';

export interface Project {
  readonly root: string;
  /** Outside of the repository: what scripts write here is seen by the test. */
  readonly outside: string;
  put(path: string, content: string): string;
  read(path: string): string;
  git(...args: string[]): string;
  remove(): void;
}

/** Makes a project with files; `git: false` leaves it a plain folder. */
export function makeProject(
  files: Readonly<Record<string, string>>,
  options: { git?: boolean } = {},
): Project {
  const top = mkdtempSync(join(tmpdir(), 'slipway-train-'));
  const [root, outside] = [join(top, 'repo'), join(top, 'outside')];
  mkdirSync(root);
  mkdirSync(outside);
  const project: Project = {
    root,
    outside,
    put: (path, content) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
      if (path.endsWith('.sh')) chmodSync(join(root, path), 0o755);
      return join(root, path);
    },
    read: (path) => readFileSync(join(root, path), 'utf8'),
    git: (...args) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...args], {
        cwd: root,
        encoding: 'utf8',
      }),
    remove: () => rmSync(top, { recursive: true, force: true }),
  };
  for (const [path, content] of Object.entries(files)) project.put(path, content);
  writeFileSync(join(outside, 'train.csv'), 'x,y\n1,0\n');
  if (options.git !== false) {
    project.git('init', '--quiet');
    project.git('add', '--all');
    project.git('commit', '--quiet', '--message', 'first');
  }
  return project;
}

export interface Wish {
  readonly train: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly dir?: string;
  readonly root?: string;
  readonly more?: Partial<TrainRequest>;
}

/** A request as the config would give it; events are collected. */
export function requestOf(project: Project, wish: Wish): TrainRequest & { readonly events: TrainEvent[] } {
  const root = wish.root ?? project.root;
  const events: TrainEvent[] = [];
  return {
    model: 'm',
    root,
    dir: join(root, wish.dir ?? ''),
    train: TrainSchema.parse(wish.train),
    environment: wish.environment === undefined ? null : EnvironmentSchema.parse(wish.environment),
    data: {
      train: join(project.outside, 'train.csv'),
      validation: null,
      digests: { train: sha256('train'), validation: null },
      inPlace: [],
      withheld: [],
    },
    slipwayDir: join(project.root, '.slipway'),
    seed: 0,
    signal: new AbortController().signal,
    events,
    onEvent: (event) => events.push(event),
    ...wish.more,
  };
}

/** Ports as a process started afresh has them. */
export function freshPorts(project: Project): TrainPorts {
  const compute = createCompute();
  return { ...openPipeline(join(project.root, '.slipway'), compute), ...compute };
}

/** Trains in fresh ports and keeps what was learned, as a run of the command line does. */
export async function trainAfresh(
  project: Project,
  wish: Wish,
): Promise<TrainResult & { readonly events: TrainEvent[] }> {
  const ports = freshPorts(project);
  const request = requestOf(project, wish);
  try {
    return { ...(await train(request, ports)), events: request.events };
  } finally {
    ports.files.save();
  }
}

/** Lines a script has written to a file outside of the repository. */
export function linesOutside(project: Project, name: string): string[] {
  const file = join(project.outside, name);
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];
}

/** The coded error an action ends with; fails the test when it succeeds or throws anything else. */
export async function errorOf(action: Promise<unknown>) {
  const error: unknown = await action.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!isCodedError(error)) throw new Error(`expected a coded error, found ${String(error)}`);
  return error;
}

/** Writes its library and its parameter as the model. */
export const LIBRARY_SCRIPT = `#!/bin/sh
set -e
echo "seed $SLIPWAY_SEED"
cat src/lib.txt > "$SLIPWAY_OUTPUT_DIR/model.txt"
echo "$1" >> "$SLIPWAY_OUTPUT_DIR/model.txt"
echo run >> "$RUNS"
`;

/** A project whose model is its library and a parameter; each run adds a line to `runs` outside of it. */
export function makeLibraryProject(): { readonly project: Project; readonly wish: Wish } {
  const project = makeProject({
    'train.sh': LIBRARY_SCRIPT,
    'src/lib.txt': 'library\n',
    'params.yaml': 'alpha: 0.1\n',
    'data/all.csv': 'x,y\n1,0\n2,1\n',
    '.gitignore': 'ignored/\n',
    'ignored/file.txt': 'ignored\n',
  });
  const wish = {
    train: { run: './train.sh {params.alpha}', params: 'params.yaml' },
    environment: { env: { RUNS: join(project.outside, 'runs') } },
  };
  return { project, wish };
}
