import { ensureActionsApp } from './access/apps.ts';
import { NEIGHBOURS } from './actions/neighbours.ts';
import { useActionsPorts } from './actions/ports.ts';
import { startWorkflows } from './actions/runs/listen.ts';
import { memoryBlobs, type MemoryBlobs } from './blobs/memory.ts';
import { memoryObjects, type MemoryObjects, type ObjectStore } from './git/objects.ts';
import { graphql } from './graphql/execute.ts';
import type { Core, Listener } from './kernel/core.ts';
import { realClock, realRandomness, type Clock, type Randomness } from './kernel/environment.ts';
import { handle } from './kernel/handle.ts';
import { inMemoryFetch } from './kernel/fetch.ts';
import { GITHUB_LIMITS, type Limits } from './kernel/limits.ts';
import type { ApiRequest, ApiResponse, BlobStore } from './kernel/message.ts';
import type { Validation } from './kernel/pipeline.ts';
import { serverUrls } from './kernel/urls.ts';
import { ensureSigningKey } from './kernel/web-flow.ts';
import { Store, type Backing } from './state/store.ts';
import { createTables } from './state/tables.ts';
import { deliverToHooks } from './webhooks/index.ts';

export interface SandboxOptions {
  readonly clock?: Clock;
  readonly random?: Randomness;
  readonly limits?: Partial<Limits>;
  readonly validation?: Validation;
  /** Origin of addresses in webhook payloads and workflow contexts. */
  readonly origin?: string;
  /** Durable state; without it everything is in memory. */
  readonly backing?: Backing;
  readonly blobs?: BlobStore;
  /** Objects of a network of forks, by the network's id. */
  readonly objects?: (networkId: number) => ObjectStore;
  /** REST redirects to the bytes of release assets, as GitHub may, instead of answering with them. */
  readonly redirectAssets?: boolean;
}

/** What a fork has of its own from the first moment; the rest is as in the sandbox it comes from. */
export interface ForkOptions {
  readonly clock: Clock;
  readonly random: Randomness;
  readonly limits?: Partial<Limits>;
  readonly validation?: Validation;
}

/** One GitHub: the core and its two doors. */
export interface Sandbox {
  readonly core: Core;
  handle(request: ApiRequest): ApiResponse;
  /** `fetch` for Octokit and other clients in the same process. */
  readonly fetch: typeof fetch;
  /**
   * Another GitHub that begins as this one is now, in well under a millisecond: rows and objects are shared until
   * either changes them, and neither sees what the other does afterwards. Tokens, ids and undelivered webhooks go along,
   * and so do the listeners. Faults, budgets of rate limits and whoever waits for jobs or deliveries do not.
   * @throws Error unless everything is in memory, and while a transaction runs
   */
  fork(options: ForkOptions): Sandbox;
  close(): void;
}

/** What a sandbox stands on. */
interface Ground {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly objects: (networkId: number) => ObjectStore;
  readonly listeners: readonly Listener[];
  /** Fills the tables. */
  readonly begin: (core: Core) => void;
  /** The same once more; undefined where it is not in memory. */
  readonly again: (() => Pick<Ground, 'blobs' | 'objects' | 'again'>) | undefined;
}

/**
 * Makes a GitHub. Without options it lives in memory, follows the machine's clock and checks requests.
 * With a manual clock and seeded randomness the same requests give the same bytes and the same SHAs.
 */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const { backing, blobs, objects } = options;
  const inMemory = backing === undefined && blobs === undefined && objects === undefined;
  const memory = inMemoryGround(memoryBlobs(), new Map());
  return assemble(options, {
    store: new Store(backing),
    blobs: blobs ?? memory.blobs,
    objects: objects === undefined ? memory.objects : onePerNetwork(objects),
    listeners: [deliverToHooks, startWorkflows],
    begin: (core) => {
      core.store.load();
      core.store.transaction(() => {
        ensureActionsApp(core);
        ensureSigningKey(core);
      });
    },
    again: inMemory ? memory.again : undefined,
  });
}

function onePerNetwork(make: (networkId: number) => ObjectStore): (networkId: number) => ObjectStore {
  const networks = new Map<number, ObjectStore>();
  return (networkId) => {
    let objects = networks.get(networkId);
    if (objects === undefined) networks.set(networkId, (objects = make(networkId)));
    return objects;
  };
}

/** Blobs and objects in memory, which can be had again as they are at that moment. */
function inMemoryGround(blobs: MemoryBlobs, networks: ReadonlyMap<number, MemoryObjects>) {
  const known = new Map(networks);
  return {
    blobs,
    objects: (networkId: number): ObjectStore => {
      let objects = known.get(networkId);
      if (objects === undefined) known.set(networkId, (objects = memoryObjects()));
      return objects;
    },
    again: (): Pick<Ground, 'blobs' | 'objects' | 'again'> =>
      inMemoryGround(blobs.fork(), new Map([...known].map(([id, objects]) => [id, objects.fork()]))),
  };
}

function assemble(options: SandboxOptions, ground: Ground): Sandbox {
  const { store, blobs, objects } = ground;
  const core: Core = {
    store,
    tables: createTables(store),
    clock: options.clock ?? realClock,
    random: options.random ?? realRandomness,
    limits: { ...GITHUB_LIMITS, ...options.limits },
    blobs,
    urls: serverUrls(options.origin ?? 'http://github.localhost'),
    redirectsAssets: options.redirectAssets ?? false,
    objects: ({ networkId }) => objects(networkId),
    listeners: [...ground.listeners],
  };
  useActionsPorts(core, NEIGHBOURS);
  ground.begin(core);
  const validation = options.validation ?? 'requests';
  const answer = (request: ApiRequest) => handle(core, request, validation, graphql);
  return {
    core,
    handle: answer,
    fetch: inMemoryFetch(answer, blobs),
    fork: (more) => {
      if (ground.again === undefined) throw new Error('only a sandbox that is all in memory can be forked');
      return assemble(
        { ...options, ...more },
        {
          ...ground.again(),
          store: new Store(),
          listeners: core.listeners,
          begin: (forked) => {
            forked.store.share(store);
          },
        },
      );
    },
    close: () => {
      store.close();
    },
  };
}
