import { namesOfStage, planStageTags, type Log, type StageLine } from '../../registry/index.ts';
import type { TagHistory } from '../../registry/ports.ts';
import type { ViewsInput } from './types.ts';

/** What the tags are made from, and where. */
export type StageTagsInput = Pick<ViewsInput, 'config' | 'now' | 'adopt'> & {
  readonly tags: TagHistory;
  readonly log: Pick<Log, 'models'>;
};

/**
 * Tags of GTO's grammar for what stages run, so that GTO's users see it too, under the names of an adopted history as
 * well. A view: nothing of it is read back for a decision, none is moved or deleted, and it never holds up a pass.
 * `shown` remembers the newest entry of each model whose tags were looked at.
 */
export async function syncStageTags(input: StageTagsInput, shown: Map<string, number>): Promise<void> {
  const { tags, log, config, adopt, now } = input;
  for (const { model, n, stages, versions } of log.models.values()) {
    const lines = Object.entries(stages).flatMap(([stage, { verified }]): StageLine[] => {
      // What is on its way or failed is no news for those who follow tags.
      const running = verified.find(({ until }) => until === null);
      const version = versions.find((one) => one.version === running?.version);
      return version === undefined ? [] : [{ model, stage, history: [version] }];
    });
    if (lines.length === 0 || shown.get(model) === n) continue;
    const existing = await tags.read(model);
    if (existing === null) continue;
    const own = new Set(Object.keys(config[model] ?? {}));
    const renamed = Object.fromEntries(Object.entries(adopt ?? {}).filter(([name]) => !own.has(name)));
    const named = lines.flatMap((line) =>
      namesOfStage(line, renamed, existing).map((stage) => ({ ...line, stage })),
    );
    const { create } = planStageTags(named, existing, Math.floor(now.getTime() / 1000));
    for (const tag of create) await tags.create(tag);
    shown.set(model, n);
  }
}
