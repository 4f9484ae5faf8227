import type { Entry, Mode } from '../../contracts/entry.ts';
import type { ModelState } from '../../contracts/model-state.ts';

/** Path of a model's folded state in the branch's tree. */
export function modelPath(model: string): string {
  return `models/${model}.json`;
}

/** Path of the note that says which entry answered a request; the note is `{"n": 12}`. */
export function requestPath(key: string): string {
  return `requests/${key.slice(0, 2)}/${key.slice(2)}`;
}

/** Why a log is not acted upon. `tampered`: repair it first. `unknown-schema`: a newer Slipway wrote it; reading only. */
export interface LogTrouble {
  readonly kind: 'tampered' | 'unknown-schema';
  /** The commit at which it shows. */
  readonly commit: string;
  /** One sentence: what was found and what was expected. */
  readonly message: string;
  /** The exact command or step that repairs it. */
  readonly repair: string;
}

/** The log as it was read at one head. */
export interface Log {
  /** Null while there is no branch. */
  readonly head: string | null;
  /** Id of the repository it is the log of: as the store says it, else as its entries do; null where neither does. */
  readonly repository: number | null;
  /** The newest entry's n; 0 for an empty log. */
  readonly n: number;
  /** By name; every model the log has ever heard of. */
  readonly models: ReadonlyMap<string, ModelState>;
  /** Mode of the newest entry; null for an empty log. */
  readonly mode: Mode | null;
  /** Account that wrote the newest entry; null where it cannot be known. */
  readonly writer: number | null;
  readonly trouble: LogTrouble | null;
}

/** One entry with the commit that holds it. */
export interface RecordedEntry {
  readonly commit: string;
  readonly entry: Entry;
}

/** What a reader knows of who may write. */
export interface LogTrust {
  /** Account of the App's bot where this process is the App or knows it; null: entries' modes alone tell. */
  readonly bot: number | null;
}
