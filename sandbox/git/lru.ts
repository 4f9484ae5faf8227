/** A cache which forgets what was not asked for longest, so that its size stays below a bound. */
export interface Cache<V> {
  get(key: string): V | undefined;
  set(key: string, value: V, size: number): void;
}

/** A cache of at most `limit` (bytes, entries: whatever `size` counts); what is bigger than a quarter of it is not kept. */
export function boundedCache<V>(limit: number): Cache<V> {
  const entries = new Map<string, { value: V; size: number }>();
  let used = 0;
  return {
    get: (key) => {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      // A map keeps insertion order: taking out and putting back makes the key the newest.
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set: (key, value, size) => {
      if (size > limit / 4) return;
      used += size - (entries.get(key)?.size ?? 0);
      entries.delete(key);
      entries.set(key, { value, size });
      for (const [oldest, entry] of entries) {
        if (used <= limit) break;
        used -= entry.size;
        entries.delete(oldest);
      }
    },
  };
}
