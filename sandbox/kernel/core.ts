import type { Account } from '../state/accounts.ts';
import type { Store } from '../state/store.ts';
import type { Repository } from '../state/repositories.ts';
import type { Tables } from '../state/tables.ts';
import { isoTime, type Clock, type Randomness } from './environment.ts';
import type { Identity } from './identity.ts';
import type { Limits } from './limits.ts';
import type { BlobStore } from './message.ts';
import type { ObjectStore } from '../git/objects.ts';
import type { Urls } from './urls.ts';

/** What every part of the sandbox works with. One instance is one GitHub. */
export interface Core {
  readonly store: Store;
  readonly tables: Tables;
  readonly clock: Clock;
  readonly random: Randomness;
  readonly limits: Limits;
  readonly blobs: BlobStore;
  /** Addresses in what is not an answer to a request: webhook payloads, workflow contexts. */
  readonly urls: Urls;
  /** REST gives an address for the bytes of an asset, not the bytes. */
  readonly redirectsAssets: boolean;
  /** Objects of the repository's network. */
  objects(repository: Repository): ObjectStore;
  /** Who is told of events, in order, inside the transaction. */
  readonly listeners: Listener[];
}

/** What a view needs to render a row: the core, the addresses of the reader, and who reads. */
export interface View {
  readonly core: Core;
  readonly tables: Tables;
  readonly urls: Urls;
  readonly viewer: Identity;
}

export type Payload = Readonly<Record<string, unknown>>;

/** Something that happened, as a route tells it. */
export interface EventInput {
  /** GitHub's name: push, pull_request, issues, … */
  readonly name: string;
  readonly action?: string;
  readonly repositoryId?: number;
  /** Only where there is no repository. */
  readonly organizationId?: number;
  /** Events of an installation itself go to its App only. */
  readonly installationId?: number;
  readonly sender: Account;
  /** Whose token caused it: events of a job's token start no workflow. */
  readonly by: Identity;
  /** Members beside action, repository, organization, sender and installation. Called at most once, at once. */
  readonly payload: (view: View) => Payload;
  /** What workflow triggers ask and the payload does not say. */
  readonly facts?: EventFacts;
}

export interface EventFacts {
  /** Full ref and commit the event is about. */
  readonly ref?: string;
  readonly sha?: string;
  readonly before?: string;
  /** Row id of the issue or pull request. */
  readonly issueId?: number;
  readonly pullId?: number;
  readonly runId?: number;
}

/** An event on its way to the listeners. */
export interface EmittedEvent extends EventInput {
  readonly repository: Repository | undefined;
  /** The whole payload, rendered once on first use. */
  readonly body: () => Payload;
}

export type Listener = (core: Core, event: EmittedEvent) => void;

/** The sandbox's own eyes: renders payloads of webhooks with canonical addresses. */
export function canonicalView(core: Core): View {
  return { core, tables: core.tables, urls: core.urls, viewer: { kind: 'anonymous' } };
}

/** Time of the injected clock, as GitHub writes it. */
export function now(core: Core): string {
  return isoTime(core.clock.now());
}

/** Next id; one sequence for all rows, so that later means larger everywhere. */
export function newId(core: Core): number {
  return core.store.next('id');
}

/** Gives the repository's next issue or pull request number. */
export function newNumber(core: Core, repositoryId: number): number {
  const row = core.tables.repositories.require(repositoryId);
  return core.tables.repositories.put({ ...row, lastNumber: row.lastNumber + 1 }).lastNumber;
}

/** `count` random bytes in hexadecimal. */
export function randomHex(core: Core, count: number): string {
  return core.random.bytes(count).toString('hex');
}
