import type { Core } from '../../kernel/core.ts';
import { isoTime } from '../../kernel/environment.ts';
import { hasExpired, removeArtifact } from './artifacts.ts';
import { removeCache } from './caches.ts';
import type { FindJob } from './job.ts';
import { discard } from './uploads.ts';

const DAY = 86_400_000;

/**
 * Removes what time has ended, inside a transaction: bytes of artifacts whose retention is over (their rows stay and
 * say so), caches unused for a week, uploads that their job never finished. Call it now and then, and at the start.
 */
export function expireResults(core: Core, find: FindJob): void {
  const { artifacts, caches } = core.tables;
  const ended = (jobId: number): boolean => find(jobId)?.running !== true;
  for (const row of artifacts.where('pending', 'pending')) if (ended(row.jobId)) removeArtifact(core, row);
  for (const row of caches.where('pending', 'pending')) if (ended(row.jobId)) removeCache(core, row);
  for (const row of [...artifacts.all()]) {
    if (row.blob === null || !hasExpired(core, row)) continue;
    discard(core, 'artifact', row);
    artifacts.put({ ...row, blob: null });
  }
  const oldest = isoTime(core.clock.now() - core.limits.cacheDays * DAY);
  for (const row of [...caches.all()]) if (row.lastUsedAt < oldest) removeCache(core, row);
}
