import type { Log } from '../../registry/index.ts';
import { planStageTags, type StageLine } from '../../registry/index.ts';
import type { TagHistory } from '../../registry/ports.ts';

/**
 * Tags of GTO's grammar for what stages hold, so that GTO's users see it too. A view: nothing of it is read back for a
 * decision, none is moved or deleted, and it never holds up a pass. `shown` remembers the newest entry of each model
 * whose tags were looked at.
 */
export async function syncStageTags(
  tags: TagHistory,
  log: Log,
  now: Date,
  shown: Map<string, number>,
): Promise<void> {
  for (const state of log.models.values()) {
    const lines = Object.entries(state.stages).flatMap(([stage, { held }]): StageLine[] => {
      // What is on its way or failed is no news for those who follow tags.
      if (held?.status !== 'verified') return [];
      const version = state.versions.find((one) => one.version === held.version);
      return version === undefined
        ? []
        : [{ model: state.model, stage, history: [{ version: held.version, commit: version.commit }] }];
    });
    if (lines.length === 0 || shown.get(state.model) === state.n) continue;
    const existing = await tags.read(state.model);
    if (existing === null) continue;
    const { create } = planStageTags(lines, existing, Math.floor(now.getTime() / 1000));
    for (const tag of create) await tags.create(tag);
    shown.set(state.model, state.n);
  }
}
