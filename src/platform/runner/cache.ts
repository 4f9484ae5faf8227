/** The cache of GitHub Actions: what one run keeps for later ones. Never a reason to fail: without it work is done again. */
export interface RunCache {
  /** Restores a path (relative to the workspace) that was kept under `key`, else the newest under one of `prefixes`. */
  restore(path: string, key: string, prefixes?: readonly string[]): Promise<boolean>;
  /** Keeps a path under a key; a key that is taken stays as it is. */
  save(path: string, key: string): Promise<boolean>;
}

/**
 * The runner's cache; null where it has none. What goes wrong is said through `warn` and counts as a miss.
 *
 * Caches are scoped by branch (docs.github.com: restrictions for accessing a cache): a pull request reads those of its
 * base and writes its own, which no run of the default branch ever reads.
 */
export async function openRunCache(warn: (text: string) => void): Promise<RunCache | null> {
  const { isFeatureAvailable, restoreCache, saveCache } = await import('@actions/cache');
  if (!isFeatureAvailable()) return null;
  const attempt = async <T>(what: string, otherwise: T, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      warn(`the cache of Actions ${what}: ${error instanceof Error ? error.message : String(error)}`);
      return otherwise;
    }
  };
  return {
    restore: async (path, key, prefixes = []) =>
      await attempt('cannot be read', false, async () => {
        return (await restoreCache([path], key, [...prefixes])) !== undefined;
      }),
    save: async (path, key) =>
      await attempt('cannot be written', false, async () => (await saveCache([path], key)) !== -1),
  };
}
