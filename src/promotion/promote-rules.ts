import type { Approval } from '../contracts/entry.ts';
import type { VersionState } from '../contracts/model-state.ts';
import { formatDuration } from '../report/numbers.ts';
import { acceptingCommand, isAccepted, isGood } from './acceptance.ts';
import { approvalsUnmet } from './approvals.ts';
import { quoted, refuse, wait } from './finding.ts';
import type { Finding } from './finding.ts';
import { stageState } from './subject.ts';
import type { Place } from './subject.ts';

/** Everything but rights and other requests that keeps a version from a stage now, and when time alone may help. */
export function promoteUnmet(
  place: Place,
  version: VersionState,
  approvals: readonly Approval[],
  now: Date,
): { readonly findings: readonly Finding[]; readonly wake: Date | null } {
  const soak = orderUnmet(place, version, now);
  const findings = [
    bytesUnmet(place, version),
    thereUnmet(place, version.version),
    frozenUnmet(place),
    soak.finding,
    verdictUnmet(place, version),
    holdoutUnmet(place, version),
    ...approvalsUnmet(approvals, place, version),
    deployingUnmet(place, version),
  ].filter((finding) => finding !== null);
  return { findings, wake: soak.wake };
}

/** Adopted versions have no bytes of ours: nothing that could be deployed. */
function bytesUnmet(place: Place, version: VersionState): Finding | null {
  if (version.manifest !== null || !place.policy.deploys) return null;
  return refuse(
    'not-registered',
    `\`${place.model}@${version.version}\` was adopted from an older registry: there are no files to deploy.`,
    'Train and register a new version, or promote one that Slipway registered: `slipway registry list`.',
  );
}

/** A stage holds or is getting the version already. */
export function thereUnmet(place: Place, version: string): Finding | null {
  const { held } = stageState(place.state, place.stage);
  if (held === null || held.version !== version || held.status === 'failed') return null;
  const how = held.status === 'pending' ? 'is on its way to' : 'is already in';
  return refuse(
    'already-there',
    `\`${place.model}@${version}\` ${how} ${place.stage} (entry ${held.n}).`,
    'Nothing to do: `/status` shows what runs where.',
  );
}

function frozenUnmet(place: Place): Finding | null {
  const { frozen } = stageState(place.state, place.stage);
  if (frozen === null) return null;
  return wait(
    'frozen',
    `${place.stage} is frozen by ${quoted(frozen.actor.login)}: ${quoted(frozen.reason)} (entry ${frozen.n}).`,
    `\`/unfreeze ${place.model} ${place.stage}\`; \`/rollback\` works all the same.`,
  );
}

function deployingUnmet(place: Place, version: VersionState): Finding | null {
  const { held } = stageState(place.state, place.stage);
  if (held?.status !== 'pending' || held.version === version.version) return null;
  return wait(
    'deploying',
    `${place.stage} is getting \`${held.version}\` now (entry ${held.n}).`,
    'This goes on by itself when that is verified or has failed.',
  );
}

/** `after` and `soak`: the version ran verified in the stage before, in one stretch that was long enough. */
function orderUnmet(
  place: Place,
  { version }: VersionState,
  now: Date,
): { readonly finding: Finding | null; readonly wake: Date | null } {
  const { after, soakMs } = place.policy;
  if (after === null) return { finding: null, wake: null };
  const before = stageState(place.state, after);
  const span = before.verified.find((one) => one.version === version);
  const ask = `\`/promote ${place.model}@${version} ${after}\``;
  if (span === undefined) {
    const coming = before.held?.version === version && before.held.status === 'pending';
    const finding = coming
      ? wait('order', `\`${version}\` is not verified in ${after} yet.`, 'This goes on by itself when it is.')
      : wait('order', `\`${version}\` has not run verified in ${after}.`, `${ask} comes first.`);
    return { finding, wake: null };
  }
  const start = Date.parse(span.at);
  const ran = (span.until === null ? now.getTime() : Date.parse(span.until)) - start;
  if (ran >= soakMs) return { finding: null, wake: null };
  if (span.until !== null || Number.isNaN(ran)) {
    const finding = wait(
      'soak',
      `\`${version}\` ran in ${after} for ${lasting(ran)} of the ${lasting(soakMs)} it must, and was replaced.`,
      `${ask}, and let it run there for ${lasting(soakMs)}.`,
    );
    return { finding, wake: null };
  }
  const wake = new Date(start + soakMs);
  const finding = wait(
    'soak',
    // No time that passes: what is shown would be written anew at every look.
    `\`${version}\` has run in ${after} since ${instant(new Date(start))}, it must for ${lasting(soakMs)}.`,
    `This goes on by itself at ${instant(wake)}.`,
  );
  return { finding, wake: Number.isNaN(wake.getTime()) ? null : wake };
}

/** A length of time for people; clocks that run backwards give 0. */
function lasting(ms: number): string {
  return Number.isNaN(ms) ? 'an unknown part' : formatDuration(Math.max(0, ms));
}

/** `2026-11-25 00:00:00 UTC`. */
function instant(time: Date): string {
  return Number.isNaN(time.getTime())
    ? 'an unknown time'
    : time.toISOString().replace('T', ' ').replace(/\..*/u, ' UTC');
}

/** The version was judged good, or what was judged was accepted by a person. */
function verdictUnmet(place: Place, version: VersionState): Finding | null {
  const { verdict, evaluation } = version;
  const name = `\`${place.model}@${version.version}\``;
  if (verdict === null) {
    // What was adopted has no evaluation of ours; it gets into stages without a target only.
    if (version.manifest === null) return null;
    return refuse('verdict', `${name} was never judged.`, 'Train and evaluate it in a pull request.');
  }
  if (isGood(verdict)) return null;
  const judged = { ...verdict, digest: evaluation };
  if (isAccepted(judged, place.state?.accepted ?? [])) return null;
  const command = acceptingCommand(judged);
  const said = `${name} was judged ${verdict.decision} (${quoted(verdict.reason)}).`;
  if (command === null || evaluation === null) {
    return refuse('verdict', said, 'Improve the model in a pull request and promote the version it gives.');
  }
  const words = command === 'accept' ? `/accept ${place.model} "reason"` : `/accept-test ${place.model}`;
  const where = version.pull === null ? 'its pull request' : `pull request ${version.pull}`;
  return wait('verdict', said, `\`${words}\` in ${where}, by an approver who did not make it.`);
}

function holdoutUnmet(place: Place, version: VersionState): Finding | null {
  if (place.policy.holdout === 'visible' || version.verdict?.holdout === 'hidden') return null;
  return refuse(
    'holdout',
    `\`${place.model}@${version.version}\` was judged on test rows whose targets its authors could read.`,
    'Judge it on targets that only the scorer can read (docs/verdicts.md) and promote the version that gives.',
  );
}
