import type { ModelConfig } from './schema.ts';

/** Looks at a repository without changing it. Paths are relative to the folder of slipway.yaml, with `/`. */
export interface RepositoryFiles {
  /** Files that git tracks or would track (outside of git: all but hidden ones), sorted; at most `limit` of them. */
  list(limit: number): Promise<readonly string[]>;
  /** The first bytes of a file; null when it does not exist or cannot be read. */
  head(path: string, bytes: number): Promise<Uint8Array | null>;
  /** Files that a path, folder or glob names, ignored ones too; empty when there are none. Starts at `dir`. */
  match(dir: string, pattern: string): Promise<readonly string[]>;
}

/** Writes what `init` proposes. */
export interface ProposalWriter {
  exists(path: string): Promise<boolean>;
  /** Whole or not at all; throws InputError EXISTS when there is such a file. */
  create(path: string, text: string): Promise<void>;
  /** Replaces or creates a file that is ours to rewrite, whole or not at all. */
  replace(path: string, text: string): Promise<void>;
}

/** What the rows of a model's data look like. */
export interface DataShape {
  readonly rows: number | null;
  readonly columns: readonly { readonly name: string; readonly kind: 'number' | 'text' | 'time' }[];
  /** Remarks of the data station, such as a key that repeats where no unit is declared. */
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

/** Opens the data of a model. Throws InputError with all that is wrong with it. */
export type InspectData = (name: string, model: ModelConfig) => Promise<DataShape>;
