import type { RunRecord } from '../contracts/run.ts';

/** What makes two runs looks at the same test set in the same piece of work. */
export interface LookQuery {
  readonly model: string;
  readonly test: string;
  readonly branch: string | null;
  readonly base: string | null;
  /** Digest of the candidate's model that is about to be judged. */
  readonly candidate: string;
}

/**
 * Number of this look: distinct candidate models that were judged on this test set on this branch since its base,
 * this one included. The same bytes judged again are the same look (verdict specification §1).
 */
export function countLooks(records: readonly RunRecord[], query: LookQuery): number {
  const seen = new Set<string>([query.candidate]);
  for (const record of records) {
    const same =
      record.model === query.model &&
      record.digests.data?.test === query.test &&
      record.git.branch === query.branch &&
      (record.base?.commit ?? null) === query.base;
    // A run that ended before its metrics were computed has shown nothing.
    if (same && record.digests.model !== null && record.metrics.length > 0) seen.add(record.digests.model);
  }
  return seen.size;
}
