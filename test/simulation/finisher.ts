import { finishing, type FinishingOptions } from '../../src/reconcile/index.ts';
import { openLog, pull, type Log } from '../../src/registry/index.ts';
import type { Api } from '../../src/platform/github/api.ts';
import { isCodedError } from '../../src/contracts/errors.ts';
import type { Chore } from '../../src/reconcile/index.ts';
import type { LogStore } from '../../src/registry/ports.ts';
import { pick } from './scene.ts';
import type { Facts } from './facts.ts';
import type { Ledger } from './ledger.ts';
import { plainApi } from './plant.ts';
import { apiOf, Process, type Machine } from './process.ts';
import type { Publisher } from './publisher.ts';
import { releaseProblems } from './released.ts';
import type { Scene } from './scene.ts';
import type { Story } from './story.ts';
import { modelOfPull, versionPorts } from './versions.ts';
import type { RepositoryName, World } from './world.ts';

/** A repository whose versions are looked after. */
interface Place {
  readonly world: World;
  readonly repository: RepositoryName;
  readonly facts: Facts;
  readonly story: Story;
  readonly publisher: Publisher;
  readonly watch: { readonly ledger: Ledger; readonly forged: string | null };
}

/** What the bot does about half-done versions, once there can be one: a chore of its passes. */
export function finishingAt({ scheduler }: Machine, api: Api, log: LogStore, place: Place): Chore {
  const { world, repository, story, publisher } = place;
  const { cast } = world;
  const { releases, tags } = versionPorts(api, { world, cast, repository, sleep: scheduler.sleep });
  const say = (_facts: object, message: string) => {
    story.count(`finishing: ${message.replaceAll(/\S+@\S+/g, '…')}`);
  };
  const options: FinishingOptions = {
    now: () => new Date(scheduler.now()),
    log: { info: say, warn: say },
    repository,
  };
  const chore = finishing({ releases, tags, now: () => log.now() }, options);
  return async (state, config, memory) =>
    publisher.used ? await chore(state, config, memory) : await Promise.resolve(state);
}

/** What does not hold of versions at rest; cheap where none was registered and nobody touched one. */
export async function versionProblems(place: Place): Promise<string[]> {
  const { publisher, facts, watch, world, repository } = place;
  if (watch.forged !== null || (!publisher.used && facts.tampered.size === 0)) return [];
  const problems = releaseProblems(place, watch.ledger.entries);
  const api = plainApi(world.sandbox.core, world.appToken(repository), repository);
  for (const tag of watch.ledger.versions.keys()) {
    const failed = await pulled(place, api, tag, () => Promise.resolve());
    if (failed !== null && (failed.other || !facts.tampered.has(tag))) problems.push(failed.message);
  }
  return problems;
}

/** Jobs that run twice, are left, or whose uploads break off; and somebody who pulls meanwhile. */
export function troubleVersions(
  machine: Machine & { fail(problem: string): void },
  scene: Scene & Place,
  sometime: (run: () => void) => void,
): void {
  const { draw, publisher } = scene;
  if (draw.next() < 0.5) Object.assign(publisher.habits, { twice: 0.3, left: 0.3, cut: 0.05 });
  if (draw.next() < 0.1)
    sometime(() => {
      pullSome(machine, scene);
    });
}

/** Somebody pulls a version while GitHub fails: the bytes that were registered, or an error that says why not. */
function pullSome(machine: Machine & { fail(problem: string): void }, scene: Scene & Place): void {
  const tag = pick(scene.draw, [...scene.watch.ledger.versions.keys()]);
  const process = new Process('somebody');
  process.alive = true;
  process.begin(machine.scheduler.now());
  const api = apiOf(machine, process, scene.repository);
  void pulled(scene, api, tag, machine.scheduler.sleep).then((failed) => {
    scene.story.count(failed === null ? 'pull: done' : `pull: ${failed.code}`);
    if (failed?.other === true) machine.fail(failed.message);
  });
}

interface Failed {
  readonly code: string;
  readonly message: string;
  /** Other bytes came, or an error that nobody can act on. */
  readonly other: boolean;
}

async function pulled(
  { world, repository, facts, watch }: Place,
  api: Api,
  tag: string,
  sleep: (ms: number) => Promise<void>,
): Promise<Failed | null> {
  const [model, version] = tag.split('@') as [string, string];
  const { log: store, releases, trust } = versionPorts(api, { world, cast: world.cast, repository, sleep });
  const written = new Map<string, Buffer>();
  const folder = {
    write: async (path: string, chunks: AsyncIterable<Uint8Array>) => {
      const all: Uint8Array[] = [];
      for await (const chunk of chunks) all.push(chunk);
      written.set(path, Buffer.concat(all));
      return `/${path}`;
    },
  };
  try {
    const log: Log = await openLog(store, { trust });
    await pull({ log, named: { model, version, stage: null } }, { releases, folder, cache: null, sleep });
  } catch (error) {
    if (isCodedError(error)) return { code: error.code, message: `${tag}: ${error.message}`, other: false };
    return { code: 'thrown', message: `pulling ${tag} threw ${String(error)}`, other: true };
  }
  const number = watch.ledger.version(model, version)?.pull;
  const fact = facts.pulls.find((one) => one.number === number)!;
  const [[path, bytes] = ['', Buffer.alloc(0)], ...more] = written;
  if (path === 'model.safetensors' && bytes.equals(modelOfPull(repository, fact)) && more.length === 0)
    return null;
  return { code: 'other bytes', message: `${tag}: what was pulled is not what was registered`, other: true };
}
