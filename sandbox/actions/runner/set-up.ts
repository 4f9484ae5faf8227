import { mkdirSync, symlinkSync } from 'node:fs';
import { arch, release, type } from 'node:os';
import { delimiter, join } from 'node:path';

import type { JobLeg, RunnerEvent, RunnerName } from '../leg.ts';
import type { FindAction } from './action-source.ts';
import { isDebug, knownContexts, type Surroundings } from './contexts.ts';
import { engineActions } from './engine-actions.ts';
import { writeGh } from './gh.ts';
import type { Manifest } from './manifest.ts';
import type { Masker } from './masker.ts';
import { type Plan, planLeg } from './plan.ts';
import { prepareActions, SetupFailure, usesOf } from './prepare-actions.ts';
import { reduceText, scalarText } from './reduce.ts';
import { writeWrappers } from './shells.ts';
import { which } from './which.ts';
import { StepOutput } from './step-output.ts';

/** Label under which the engine runs a job on this machine. */
export const LABEL = 'ubuntu-24.04';

/** A leg that can start. */
export interface Prepared {
  readonly plan: Plan;
  readonly manifests: ReadonlyMap<string, Manifest>;
  /** `owner/name@ref` → folder. */
  readonly actions: ReadonlyMap<string, string>;
}

interface SetUp {
  readonly leg: JobLeg;
  readonly folder: string;
  readonly work: string;
  readonly path: string;
  readonly find: FindAction;
  readonly around: Surroundings;
  readonly masker: Masker;
  readonly report: (event: RunnerEvent) => void;
}

/** The step "Set up job": resolves actions and plans the leg. Undefined after a failure, which it has reported. */
export function setUp(of: SetUp): Prepared | undefined {
  const { leg, masker, report } = of;
  const name = 'Set up job';
  const output = new StepOutput(1, { masker, debug: isDebug(leg), report, workspace: '' });
  report({ kind: 'step-started', number: 1, name });
  output.say(...machineLines(leg, of.around.runner));
  try {
    const prepared = prepare(of, (line) => {
      output.say(line);
    });
    output.say(`Complete job name: ${leg.name}`);
    output.close();
    report({ kind: 'step-finished', number: 1, name, conclusion: 'success' });
    return prepared;
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    output.error(error.message);
    output.close();
    report({ kind: 'step-finished', number: 1, name, conclusion: 'failure' });
    report({ kind: 'finished', conclusion: 'failure', outputs: {}, reason: error.message });
    return undefined;
  }
}

function prepare(of: SetUp, log: (line: string) => void): Prepared {
  const { leg, folder, work, path, around } = of;
  refuseContainers(leg, around);
  const { owner, name } = leg.repository;
  const steps = Array.isArray(leg.job['steps']) ? (leg.job['steps'] as Record<string, unknown>[]) : [];
  const prepared = prepareActions(usesOf(steps), {
    find: of.find,
    home: { owner, name, sha: leg.sha },
    shared: join(work, 'actions'),
    log,
  });
  const tools = join(folder, 'tools');
  const bin = join(tools, 'bin');
  addMissingTools(bin, path);
  const find = (program: string): string | undefined => which(program, [path, bin].join(delimiter));
  const bash = find('bash') ?? '/bin/bash';
  const gh = find('gh');
  if (gh !== undefined) writeGh(join(tools, 'own'), bash, gh, around.services);
  const wrapper = writeWrappers(tools, {
    bash,
    has: (program) => find(program) !== undefined,
  });
  const { manifests } = prepared;
  const plan = planLeg(leg, around, { wrapper, label: LABEL, manifests });
  return { plan, manifests, actions: engineActions(prepared, plan.known, wrapper, join(folder, 'actions')) };
}

/** Names that hosted runners have; here the same program may have another one. */
const TOOLS = { python: 'python3', pip: 'pip3' };

/** Puts links to programs in a folder under the names by which workflows call them, where `path` has none. */
function addMissingTools(folder: string, path: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, other] of Object.entries(TOOLS)) {
    const found = which(name, path) === undefined ? which(other, path) : undefined;
    if (found !== undefined) symlinkSync(found, join(folder, name));
  }
}

/** Jobs run on this machine, without containers. @throws SetupFailure for a job that asks for one */
function refuseContainers(leg: JobLeg, around: Surroundings): void {
  const { container, services } = leg.job;
  const image =
    typeof container === 'object' && container !== null
      ? (container as { image?: unknown }).image
      : container;
  const named = typeof image === 'string' ? reduceText(image, knownContexts(leg, around)).value : image;
  const wanted = [
    ...(named === undefined || named === null || named === '' ? [] : [`the container ${scalarText(named)}`]),
    ...Object.keys(services ?? {}).map((service) => `the service ${service}`),
  ];
  if (wanted.length === 0) return;
  throw new SetupFailure(
    `Docker is not available on this runner: the job needs ${wanted.join(' and ')}, and the sandbox runs jobs without containers`,
  );
}

function machineLines(leg: JobLeg, runner: RunnerName): string[] {
  return [
    `Runner name: '${runner.name}'`,
    '##[group]Operating System',
    `${type()} ${release()} ${arch()}`,
    '##[endgroup]',
    `Secret source: ${Object.keys(leg.secrets).length === 0 ? 'None' : 'Actions'}`,
    'Prepare workflow directory',
  ];
}
