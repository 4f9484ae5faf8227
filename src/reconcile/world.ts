import type { DeployOutcome } from '../contracts/deployment.ts';
import { canonicalJson } from '../contracts/digest.ts';
import type { Mode, Person } from '../contracts/entry.ts';
import type { Deployer, Deployment } from '../deployment/ports.ts';
import {
  recordableKeys,
  type PersonNow,
  type Request,
  type SourcePull,
  type World,
} from '../promotion/index.ts';
import { recordedNumbers, type Log } from '../registry/index.ts';
import type { LogStore } from '../registry/ports.ts';
import type { HeardConversation, ReadConfig, ReconcileMemory } from './memory.ts';
import { accountsThatMatter, askPeople, newestOf, requestsToLookFor } from './people.ts';
import type { RepositoryReads } from './ports.ts';

export interface WorldParts {
  /** Id of the repository. */
  readonly repository: number;
  readonly reads: RepositoryReads;
  readonly store: LogStore;
  readonly deployer: Deployer;
  readonly mode: Mode;
  readonly self: Person;
  /** What was judged of a pull request: evaluations by model. */
  evaluations(pull: number): SourcePull['evaluations'];
}

/** The world at a log's head, with people in `fresh` asked now. */
export async function readWorld(
  parts: WorldParts,
  memory: ReconcileMemory,
  log: Log,
  config: ReadConfig,
  fresh: ReadonlySet<number> = new Set(),
): Promise<World> {
  const id = parts.repository;
  const conversations = [...memory.conversations.values()];
  const requests = newestOf(conversations.flatMap((one) => one.requests));
  const people: ReadonlyMap<number, PersonNow> = await askPeople(
    parts.reads,
    memory,
    accountsThatMatter(requests, memory.recorded),
    config.promotion,
    fresh,
  );
  const keys = recordableKeys(id, requestsToLookFor(requests, people), log.models);
  const recorded = await recordedOf(parts.store, memory, log, keys);
  return {
    repository: id,
    mode: parts.mode,
    config: config.commit,
    log: { n: log.n, models: log.models, blocked: blockedBy(log, config), recorded },
    requests,
    people,
    pulls: new Map(await pullsOf(conversations, parts, recorded)),
    deployments: await outcomes(parts, memory, log, config),
    self: parts.self,
  };
}

async function pullsOf(
  conversations: readonly HeardConversation[],
  parts: WorldParts,
  recorded: ReadonlyMap<string, number>,
): Promise<readonly (readonly [number, SourcePull])[]> {
  const asking = conversations.filter(({ isPull, requests }) => isPull && requests.length > 0);
  return await Promise.all(
    asking.map(async ({ number, author, merged, requests }) => {
      const accepts = requests.some(({ key, kind }) => ACCEPTS.has(kind) && !recorded.has(key));
      const authors = accepts ? await parts.reads.makersOf(number) : [];
      const evaluations = parts.evaluations(number);
      return [number, { number, author, authors, merged, evaluations }] as const;
    }),
  );
}

const ACCEPTS: ReadonlySet<Request['kind']> = new Set(['accept', 'accept-test']);

/** Why nothing may be written, null where nothing is in the way. */
function blockedBy(log: Log, config: ReadConfig): World['log']['blocked'] {
  if (log.trouble !== null) return { message: log.trouble.message, repair: log.trouble.repair };
  if (config.status !== 'broken') return null;
  return {
    message: `slipway.yaml of the default branch cannot be used: ${config.problem ?? ''}`,
    repair: 'slipway check names every problem; correct it on the default branch',
  };
}

/** A recorded key stays recorded; one that is not is asked for again at each new head. */
async function recordedOf(
  store: LogStore,
  memory: ReconcileMemory,
  log: Log,
  keys: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { unrecorded, recorded } = memory;
  if (unrecorded.head !== log.head) {
    unrecorded.keys.clear();
    unrecorded.head = log.head;
  }
  const unknown = keys.filter((key) => !recorded.has(key) && !unrecorded.keys.has(key));
  if (unknown.length > 0) {
    for (const [key, n] of await recordedNumbers(store, log, unknown)) recorded.set(key, n);
    for (const key of unknown) if (!recorded.has(key)) unrecorded.keys.add(key);
  }
  return recorded;
}

/** What stages hold that is not known to have worked or failed. */
export function pendingDeployments(log: Log, config: ReadConfig): readonly Deployment[] {
  return [...log.models.values()].flatMap((state) =>
    Object.entries(state.stages).flatMap(([stage, { held }]): Deployment[] => {
      const deploys = config.promotion[state.model]?.[stage]?.deploys === true;
      if (held === null || held.status !== 'pending' || !deploys) return [];
      const version = state.versions.find((one) => one.version === held.version);
      const { n, at: since } = held;
      return [
        { n, model: state.model, stage, version: held.version, manifest: version?.manifest ?? null, since },
      ];
    }),
  );
}

/** A run that was asked for shows within seconds; after this it is asked for again. */
const SHOWS_MS = 15 * 60_000;
/** GitHub gives up a job that no runner takes for a day: so is a deployment of which nothing is seen. */
const STUCK_MS = 24 * 3_600_000;

async function outcomes(
  { deployer, reads }: WorldParts,
  memory: ReconcileMemory,
  log: Log,
  config: ReadConfig,
): Promise<ReadonlyMap<number, DeployOutcome>> {
  const found = new Map<number, DeployOutcome>();
  for (const deployment of pendingDeployments(log, config)) {
    const outcome = await deployer.outcome(deployment);
    const now = reads.now().getTime();
    const dispatched = memory.dispatched.get(deployment.n);
    if (outcome !== null) found.set(deployment.n, outcome);
    else if (now - Date.parse(deployment.since) > STUCK_MS) {
      found.set(deployment.n, { status: 'failed', reason: 'stuck: nothing took the deployment in 24 hours' });
    } else if (dispatched !== undefined && now - dispatched < SHOWS_MS) {
      found.set(deployment.n, { status: 'running' });
    }
  }
  return found;
}

/** True when two values say the same, whatever the order of their members. */
export function isSameValue(one: unknown, other: unknown): boolean {
  return canonicalJson(one) === canonicalJson(other);
}
