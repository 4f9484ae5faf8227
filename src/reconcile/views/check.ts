import { digestOf } from '../../contracts/digest.ts';
import type { ModelState } from '../../contracts/model-state.ts';
import { oneLine, toMarkdown } from '../../report/index.ts';
import type { PullJudgement } from '../evaluation/index.ts';
import type { ShownCheck } from '../memory.ts';
import type { CheckInput, RepositoryViews } from '../ports.ts';

/** The check that branch rules ask for; docs/trust.md says to expect it from the App alone. */
export const CHECK = 'slipway/gate';

/** GitHub's limit of a check's summary is counted in bytes. */
const MOST_BYTES = 60_000;

type Conclusion = PullJudgement['conclusion'];
/** The check of several models is that of the first of these that occurs. */
const WORST: readonly Conclusion[] = ['failure', 'action_required', 'success', 'neutral'];

/** What the check of one head says: the worst of its models; an inconclusive verdict that a person accepted passes. */
export function checkOf(
  judgements: readonly PullJudgement[],
  models: ReadonlyMap<string, ModelState>,
): CheckInput {
  const shown = judgements.map((one) => {
    const accepted = models.get(one.model)?.accepted.find(({ evaluation }) => evaluation === one.record);
    const conclusion: Conclusion = accepted === undefined ? one.conclusion : 'success';
    const words =
      accepted === undefined ? one.message : `accepted by ${accepted.actor.login}: ${accepted.reason}`;
    return { one, conclusion, words: oneLine(words) };
  });
  const conclusion = WORST.find((worst) => shown.some((each) => each.conclusion === worst)) ?? 'neutral';
  const [first] = shown.filter((each) => each.conclusion === conclusion);
  const title =
    shown.length === 1 ? (first?.words ?? '') : `${first?.one.model ?? ''}: ${first?.words ?? ''}`;
  const summary = shown.map(({ one }) => toMarkdown(one.document)).join('\n');
  return {
    name: CHECK,
    externalId: `slipway:${judgements[0]?.head ?? ''}`,
    status: 'completed',
    conclusion,
    title: title.slice(0, 200).toWellFormed(),
    summary: Buffer.from(summary).subarray(0, MOST_BYTES).toString('utf8'),
  };
}

/**
 * Makes the check of each judged head say what was judged: one check run of this App, found by its external id, the
 * oldest where there are several. Those of other Apps and of workflows are left alone: only their makers may change them.
 * `shown` remembers what each head's check says: no call where that is right, one where it is to be changed.
 */
export async function syncChecks(
  views: RepositoryViews,
  judgements: readonly PullJudgement[],
  models: ReadonlyMap<string, ModelState>,
  shown: Map<string, ShownCheck>,
  self: string,
): Promise<void> {
  for (const [head, ofHead] of Map.groupBy(judgements, (one) => one.head)) {
    const check = checkOf(ofHead, models);
    const digest = digestOf(check);
    const before = shown.get(head);
    if (before?.digest === digest) continue;
    const id = before?.id ?? (await ownCheck(views, head, check.externalId, self));
    if (id !== null) await views.updateCheck(id, check);
    shown.set(head, { id: id ?? (await views.createCheck(head, check)).id, digest });
  }
}

async function ownCheck(
  views: RepositoryViews,
  head: string,
  externalId: string,
  self: string,
): Promise<number | null> {
  const runs = await views.checks(head, CHECK);
  const own = runs.filter((run) => run.by === self && run.externalId === externalId);
  return own.length === 0 ? null : Math.min(...own.map(({ id }) => id));
}
