/** Content of one file or folder of a run: text, bytes, a copy of something, or what `write` puts there. */
export type RunFile =
  string | Uint8Array | { readonly copy: string } | { write(file: string): Promise<void> };

/** Where runs are kept: one folder each, published whole or not at all. */
export interface RunStore {
  /** Ids of all runs, in no particular order; empty where nothing was recorded yet. */
  ids(): Promise<readonly string[]>;
  /** Parsed `run.json` of a run; null where it is absent or not JSON. */
  read(id: string): Promise<unknown>;
  /** Another JSON file of a run, e.g. `evaluation.json`; null where it is absent or damaged. */
  readJson(id: string, name: string): Promise<unknown>;
  /** Writes a run's folder and gives its absolute path. */
  publish(id: string, files: ReadonlyMap<string, RunFile>): Promise<string>;
  /** Absolute path of a run's folder. */
  folder(id: string): string;
}
