/** What GitHub says of required status checks that have not passed. */
import type { Core } from '../../kernel/core.ts';
import { requiredOutcomes, type CheckOutcome } from '../../pulls/checks.ts';

const WORDS: Readonly<Record<CheckOutcome, string>> = {
  missing: 'is expected.',
  pending: 'is in progress.',
  failing: 'is failing.',
  passing: 'is passing.',
};

/** The sentence for a commit whose required checks are not all successful; undefined when they are. */
export function checksSentence(
  core: Core,
  repositoryId: number,
  commit: string,
  checks: readonly { readonly context: string; readonly appId: number | null }[],
): string | undefined {
  const open = requiredOutcomes(core, repositoryId, commit, checks).filter(
    ({ outcome }) => outcome !== 'passing',
  );
  const [first] = open;
  if (first === undefined) return undefined;
  if (open.length === 1) return `Required status check "${first.check.context}" ${WORDS[first.outcome]}`;
  const count = (outcome: CheckOutcome): number => open.filter((one) => one.outcome === outcome).length;
  const of = `${open.length} of ${checks.length} required status checks`;
  if (count('missing') === open.length) return `${of} are expected.`;
  const parts = (['failing', 'pending', 'missing'] as const).flatMap((outcome) => {
    const word = { failing: 'failing', pending: 'in progress', missing: 'expected' }[outcome];
    return count(outcome) === 0 ? [] : [`${count(outcome)} ${word}`];
  });
  return `${of} have not succeeded: ${parts.join(' and ')}.`;
}
