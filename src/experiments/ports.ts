/** Where runs are kept: one folder each, published whole or not at all. */
export interface RunStore {
  /** Ids of all runs, in no particular order; empty where nothing was recorded yet. */
  ids(): Promise<readonly string[]>;
  /** Parsed `run.json` of a run; null where it is absent or not JSON. */
  read(id: string): Promise<unknown>;
  /** Writes a run's folder and gives its absolute path. Values are file contents, or `{copy}` of a file or folder. */
  publish(
    id: string,
    files: ReadonlyMap<string, string | Uint8Array | { readonly copy: string }>,
  ): Promise<string>;
  /** Absolute path of a run's folder. */
  folder(id: string): string;
}
