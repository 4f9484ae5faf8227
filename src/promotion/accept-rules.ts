import { acceptingCommand } from './acceptance.ts';
import { quoted, refuse, wait } from './finding.ts';
import type { Finding } from './finding.ts';
import { rightsUnmet } from './people.ts';
import { modeUnmet } from './mode.ts';
import { own } from './subject.ts';
import type { PullEvaluation, Request, StagePolicy, World } from './types.ts';

/** The evaluation an accept request means, with what keeps it from being accepted. */
export function acceptUnmet(
  world: World,
  stages: Readonly<Record<string, StagePolicy>>,
  request: Request,
  model: string,
): { readonly evaluation: PullEvaluation | null; readonly findings: readonly Finding[] } {
  const [stage, policy] = guardedStage(stages) ?? [null, null];
  const rights = [
    policy === null ? null : modeUnmet(world, stage, policy),
    rightsUnmet(world, request.actor, policy),
  ].filter((finding) => finding !== null);
  const issue = request.source.issue;
  const pull = issue === null ? undefined : world.pulls.get(issue);
  if (pull === undefined) {
    const nothing = refuse(
      'nothing-to-accept',
      'This is not in a pull request, so there is no evaluation to accept.',
      `Write \`${typed(request.kind, model)}\` in the pull request whose evaluation is meant.`,
    );
    return { evaluation: null, findings: [nothing, ...rights] };
  }
  const evaluation = own(pull.evaluations, model) ?? null;
  const own_ = [pull.author, ...(pull.authors ?? [])].some(({ id }) => id === request.actor.id);
  const author = own_
    ? [
        refuse(
          'author-only',
          'Nobody accepts an evaluation of their own pull request.',
          `\`${typed(request.kind, model)}\` by somebody who did not make it.`,
        ),
      ]
    : [];
  const open =
    evaluation === null
      ? notJudged(model)
      : (evaluationUnmet(request, model, evaluation) ?? acceptedUnmet(world, request, model, evaluation));
  return { evaluation, findings: [...(open === null ? [] : [open]), ...rights, ...author] };
}

function typed(kind: Request['kind'], model: string): string {
  return kind === 'accept' ? `/accept ${model} "reason"` : `/accept-test ${model}`;
}

function notJudged(model: string): Finding {
  return wait(
    'nothing-to-accept',
    `\`${model}\` was not judged in this pull request yet.`,
    'Wait for the evaluation, look at it, and ask again.',
  );
}

/** A person accepts what they have seen: an evaluation that came later, after a push, is another one. */
function evaluationUnmet(request: Request, model: string, evaluation: PullEvaluation): Finding | null {
  const command = acceptingCommand(evaluation);
  const said = `\`${model}\` was judged ${quoted(evaluation.decision)} (${quoted(evaluation.reason)})`;
  if (command === null) {
    const next =
      evaluation.decision === 'pass'
        ? 'Nothing to do: it passed.'
        : 'Improve the model: a push is judged anew. What failed is never accepted.';
    return refuse('nothing-to-accept', `${said}.`, next);
  }
  if (command !== request.kind) {
    return refuse('nothing-to-accept', `${said}.`, `\`${typed(command, model)}\` is the command for that.`);
  }
  if (Date.parse(evaluation.judged) <= Date.parse(request.at)) return null;
  return refuse(
    'nothing-to-accept',
    `${said}, but only after this was asked.`,
    `Look at the report as it is now, then \`${typed(command, model)}\` again.`,
  );
}

/** What somebody accepted is accepted: once is enough. */
function acceptedUnmet(
  world: World,
  request: Request,
  model: string,
  { digest }: PullEvaluation,
): Finding | null {
  const accepted = world.log.models.get(model)?.accepted ?? [];
  const done = accepted.find((one) => one.op === request.kind && one.evaluation === digest);
  if (done === undefined) return null;
  return refuse(
    'already-there',
    `This evaluation was accepted by ${quoted(done.actor.login)} (entry ${done.n}).`,
    'Nothing to do.',
  );
}

/** The first stage on the way of a version that needs approvals: whoever may approve there may accept. */
function guardedStage(
  stages: Readonly<Record<string, StagePolicy>>,
): readonly [string, StagePolicy] | undefined {
  const depth = (policy: StagePolicy, steps: number): number => {
    const before = policy.after === null ? undefined : own(stages, policy.after);
    return before === undefined || steps > Object.keys(stages).length ? steps : depth(before, steps + 1);
  };
  return Object.entries(stages)
    .filter(([, { approvals }]) => approvals > 0)
    .sort(([, left], [, right]) => depth(left, 0) - depth(right, 0))[0];
}
