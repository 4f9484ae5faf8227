import { PlatformError } from '../../contracts/errors.ts';
import type { RepositoryViews } from '../ports.ts';
import { syncChecks } from './check.ts';
import { dropTwins, syncReport } from './comment.ts';
import { environmentName, stageViews, syncDeployment } from './deployments.ts';
import { ensureLabels, takeAnsweredLabels } from './labels.ts';
import { reportText } from './pull-report.ts';
import { giveReceipts } from './receipts.ts';
import type { ViewsInput } from './types.ts';
import { syncStageTags } from './stage-tags.ts';
import { failureNotices } from './notices.ts';

/**
 * Renders what people see from the log and the decision: receipts, the one comment of each conversation, labels,
 * deployments, notices. Nothing of it is read back for a decision, so every part may be lost, doubled or edited and is
 * put right here. Of all conversations, also those that may ask for nothing.
 */
export async function renderViews(views: RepositoryViews, input: ViewsInput): Promise<void> {
  const { decided, conversations, memory, config, log } = input;
  const answersOf = Map.groupBy(decided.answers, ({ request }) => request.source.issue);
  const unreadable = conversations.flatMap(({ refused }) =>
    refused.flatMap(({ source }) => (source.via === 'comment' ? [source.event] : [])),
  );
  const asked = conversations.flatMap((one) => [...one.asked, ...one.help]);
  await giveReceipts(views, { answers: decided.answers, unreadable, asked }, memory.receipts);
  const judged = Map.groupBy([...input.past, ...input.judged], ({ pull }) => pull);
  for (const conversation of conversations) {
    const text = reportText({
      conversation,
      models: log.models,
      answers: answersOf.get(conversation.number) ?? [],
      all: decided.answers,
      config,
      judged: (judged.get(conversation.number) ?? []).map(({ document }) => document),
      blocked: input.world.log.blocked,
      logUrl: `${input.page}/commits/slipway/log`,
    });
    await apart(async () => {
      await syncReport(views, conversation.number, conversation.own, text);
      await dropTwins(views, conversation.own);
    });
  }
  await syncChecks(views, input.judged, log.models, memory.checks, input.self.login);
  await ensureLabels(views, config, memory.labels);
  await takeAnsweredLabels(
    views,
    decided.answers,
    new Map(conversations.map(({ number, labels }) => [number, labels])),
  );
  await syncDeployments(views, input);
  await failureNotices(views, input);
  if (input.tags !== null) await syncStageTags({ ...input, tags: input.tags }, memory.stageTags);
}

/** A conversation that is locked or gone has no comment of ours, and keeps nothing from the others. */
async function apart(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const isAlone = error instanceof PlatformError && error.code === 'GITHUB_REFUSED';
    if (!isAlone || !/answered (?:404|410)\b|\blocked\b/u.test(error.message)) throw error;
  }
}

async function syncDeployments(views: RepositoryViews, input: ViewsInput): Promise<void> {
  const { log, config, memory, self } = input;
  const models = Object.keys(config).length;
  for (const state of log.models.values()) {
    const policies = Object.entries(config[state.model] ?? {});
    const before = new Set(policies.flatMap(([, { after }]) => (after === null ? [] : [after])));
    const last = new Set(policies.map(([stage]) => stage).filter((stage) => !before.has(stage)));
    for (const view of stageViews(state, last)) {
      if (config[view.model]?.[view.stage] === undefined) continue;
      const environment = environmentName(view.model, view.stage, models);
      await syncDeployment(views, view, environment, self.id, memory.deployments);
    }
  }
}
