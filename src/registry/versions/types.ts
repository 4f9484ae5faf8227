import type { Mode, Person, VersionVerdict } from '../../contracts/entry.ts';
import type { Manifest } from '../../contracts/manifest.ts';
import type { ModelFormat } from '../../contracts/model-formats.ts';
import type { RunRecord } from '../../contracts/run.ts';
import type { FileFacts } from '../../formats/index.ts';
import type { LogTrust } from '../log/types.ts';
import type { ByteSource, LogStore, ReleaseStore, TagStore } from '../ports.ts';

export type Bump = 'major' | 'minor' | 'patch';

/** A file of the model as it lies here. */
export interface LocalFile {
  /** Path in the version: relative, with `/`. */
  readonly path: string;
  readonly source: ByteSource;
  /** Digest of what was judged: other bytes are refused. Without it the file is read once more, to know it. */
  readonly sha256?: string;
  /** What the file system says of it; a plain file where it is left out. */
  readonly facts?: FileFacts;
}

/** A document beside the model: predictions, profiles, bundles. */
export interface LocalDocument {
  readonly name: string;
  readonly source: ByteSource;
}

/** A metric of the version and, where there was a baseline, how it changed. */
export type MetricChange = RunRecord['metrics'][number];

/** Facts that the model card shows and nobody judges by. */
export interface CardFacts {
  /** An identifier that model hubs know: huggingface.co/docs/hub/repositories-licenses */
  readonly license?: string;
  /** What metrics are compared with: a version, or a name for the base commit's model. */
  readonly baseline?: string;
  readonly rows?: RunRecord['rows'];
  /** Slices with their verdicts, worst first. */
  readonly slices?: readonly {
    readonly name: string;
    readonly metric: string;
    readonly rows: number;
    readonly difference: number | null;
    readonly low: number | null;
    readonly high: number | null;
    readonly verdict: string;
  }[];
  /** Sentences. */
  readonly limits?: readonly string[];
}

/** All that makes a version. The same registration gives the same bytes each time: nothing here is of the moment. */
export interface Registration {
  /** SHA-256 of what is registered and why: the same key is the same version, however often it is asked for. */
  readonly key: string;
  readonly model: string;
  readonly task: string;
  /** Commit the model was trained from. */
  readonly commit: string;
  readonly pull: number | null;
  readonly authors: readonly Person[];
  /** Path of the file that a server loads. */
  readonly entry: string;
  readonly files: readonly LocalFile[];
  readonly documents?: readonly LocalDocument[];
  /** Resolved absolute path of the folder the files lie in, where they have `facts`. */
  readonly root?: string;
  readonly run: Manifest['run'];
  /** Time of the run, ISO 8601. */
  readonly created: string;
  readonly params: Manifest['params'];
  readonly seeds: readonly number[];
  readonly digests: Manifest['digests'];
  /** The first is the primary one. */
  readonly metrics: readonly MetricChange[];
  readonly verdict: VersionVerdict | null;
  readonly card?: CardFacts;
  /** A version of one's own choice (`v1.2.3`), a part to raise, or null: told from the change of the signature. */
  readonly number: { readonly version: string } | { readonly bump: Bump } | null;
  /** `registry.formats` of the config. Default: formats that hold data only. */
  readonly formats?: readonly ModelFormat[];
  readonly actor: Person;
  readonly mode: Mode;
  /** Commit of the default branch whose slipway.yaml decided. */
  readonly config: string | null;
  /** Version of Slipway. */
  readonly slipway: string;
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
  readonly tag: string;
  /** Digest of manifest.json. */
  readonly manifest: string;
  /** The entry that registered it. */
  readonly n: number;
  /** The entry was there before this call. */
  readonly already: boolean;
  readonly url: string;
  /** Sentences. */
  readonly warnings: readonly string[];
}
