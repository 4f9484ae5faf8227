import type { Mode, Person } from '../../contracts/entry.ts';
import type { Manifest } from '../../contracts/manifest.ts';
import type { ByteSource, LogStore, ReleaseStore, TagStore } from '../ports.ts';
import type { LogTrust } from '../log/types.ts';
import type { Bump } from './bump.ts';
import type { LocalFile } from './plan.ts';

/** A document beside the model: predictions, profiles, bundles. */
export interface LocalDocument {
  readonly name: string;
  readonly source: ByteSource;
}

/** Everything the manifest says besides what registering finds out. Equal inputs must give equal facts. */
export type VersionFacts = Omit<Manifest, 'schema' | 'model' | 'version' | 'files' | 'documents'>;

export interface RegisterInput {
  /** SHA-256 of what is registered and why: the same key is the same version, however often it is asked for. */
  readonly key: string;
  readonly model: string;
  readonly files: readonly LocalFile[];
  readonly documents: readonly LocalDocument[];
  readonly facts: VersionFacts;
  /** An exact version (with its `v`), else what is counted up. */
  readonly version?: string;
  readonly bump?: Bump;
  readonly actor: Person;
  readonly mode: Mode;
  readonly config: string | null;
  /** How the primary metric changed, in one sentence for the tag and the release. */
  readonly headline?: string;
}

export interface VersionPorts {
  readonly log: LogStore;
  readonly releases: ReleaseStore;
  readonly tags: TagStore;
  readonly trust: LogTrust;
  readonly sleep: (ms: number) => Promise<void>;
  /** A line for people about what is going on. */
  readonly progress?: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface Registered {
  readonly version: string;
  /** Digest of manifest.json. */
  readonly manifest: string;
  readonly n: number;
  /** The entry was there before this call. */
  readonly already: boolean;
  readonly url: string | null;
}
