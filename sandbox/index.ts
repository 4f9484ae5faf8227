import { ensureActionsApp } from './access/apps.ts';
import { NEIGHBOURS } from './actions/neighbours.ts';
import { useActionsPorts } from './actions/ports.ts';
import { startWorkflows } from './actions/runs/listen.ts';
import { memoryBlobs } from './blobs/memory.ts';
import { memoryObjects, type ObjectStore } from './git/objects.ts';
import { graphql } from './graphql/execute.ts';
import type { Core } from './kernel/core.ts';
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
}

/** One GitHub: the core and its two doors. */
export interface Sandbox {
  readonly core: Core;
  handle(request: ApiRequest): ApiResponse;
  /** `fetch` for Octokit and other clients in the same process. */
  readonly fetch: typeof fetch;
  close(): void;
}

/**
 * Makes a GitHub. Without options it lives in memory, follows the machine's clock and checks requests.
 * With a manual clock and seeded randomness the same requests give the same bytes and the same SHAs.
 */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const store = new Store(options.backing);
  const networks = new Map<number, ObjectStore>();
  const make = options.objects ?? (() => memoryObjects());
  const core: Core = {
    store,
    tables: createTables(store),
    clock: options.clock ?? realClock,
    random: options.random ?? realRandomness,
    limits: { ...GITHUB_LIMITS, ...options.limits },
    blobs: options.blobs ?? memoryBlobs(),
    urls: serverUrls(options.origin ?? 'http://github.localhost'),
    objects: (repository) => {
      let objects = networks.get(repository.networkId);
      if (objects === undefined) networks.set(repository.networkId, (objects = make(repository.networkId)));
      return objects;
    },
    listeners: [deliverToHooks, startWorkflows],
  };
  useActionsPorts(core, NEIGHBOURS);
  store.load();
  store.transaction(() => {
    ensureActionsApp(core);
    ensureSigningKey(core);
  });
  const validation = options.validation ?? 'requests';
  const answer = (request: ApiRequest) => handle(core, request, validation, graphql);
  return {
    core,
    handle: answer,
    fetch: inMemoryFetch(answer, core.blobs),
    close: () => {
      store.close();
    },
  };
}
