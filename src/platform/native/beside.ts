/**
 * From where npm's own search for the native packages begins: this package's place. The bundle of the actions has none
 * (scripts/bundle.ts puts beside.none.ts here): that search would climb to folders which another job can write.
 */
export const BESIDE: string | null = import.meta.url;
