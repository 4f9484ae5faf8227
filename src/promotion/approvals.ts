import type { Approval } from '../contracts/entry.ts';
import type { VersionState } from '../contracts/model-state.ts';
import { refuse, wait } from './finding.ts';
import type { Finding } from './finding.ts';
import { rightsUnmet, whoMayApprove } from './people.ts';
import { modelsOf, placeOf, stageState, versionOf } from './subject.ts';
import type { Place } from './subject.ts';
import type { PromotionConfig, Request, World } from './types.ts';

/** Approvals an entry holds at most. */
const MOST = 100;

/**
 * Made strictly after a moment of the log. GitHub's times have whole seconds and nothing but time orders an event and an
 * entry, so an approval of the same second may have come before: it does not count, and its author is asked again.
 * Counting it instead would let an approval that was given blindly pass. A time that is none fails closed.
 */
function isAfter(request: Request, time: string): boolean {
  return Date.parse(request.at) > Date.parse(time);
}

/** When a version last left a stage, whether it failed, was rolled back from or gave way to another; null: never. */
function leftAt({ state, stage }: Place, { version }: VersionState): string | null {
  const { verified, withdrawn } = stageState(state, stage);
  const until = verified.find((one) => one.version === version)?.until ?? null;
  const at = withdrawn.find((one) => one.version === version)?.at ?? null;
  if (until === null || at === null) return until ?? at;
  return Date.parse(until) > Date.parse(at) ? until : at;
}

/** What keeps one approval from counting for a place, or the version it counts for. */
export function approvalOf(world: World, request: Request, place: Place): VersionState | Finding {
  const version = versionOf(request, place);
  if ('unmet' in version) return version;
  const rights = rightsUnmet(world, request.actor, place.policy);
  if (rights !== null) return rights;
  const name = `\`${place.model}@${version.version}\``;
  const again = `Approve again: \`/approve ${place.model}@${version.version} ${place.stage}\`, or take the label off and put it on again.`;
  if (!isAfter(request, version.at)) {
    const message = `This approval is not newer than ${name}, so it cannot mean its bytes.`;
    return refuse('not-registered', message, again);
  }
  const left = leftAt(place, version);
  if (left === null || isAfter(request, left)) return version;
  const message = `${name} left ${place.stage} after this approval, which was for that time only.`;
  return refuse('used-up', message, again);
}

/** Approvals that count now, by what they are for. */
export interface Approvals {
  /** One an account, in the order they were made. */
  of(place: Place, version: VersionState): readonly Approval[];
}

function subject({ model, stage }: Place, { version }: VersionState): string {
  return JSON.stringify([model, stage, version]);
}

/** All approvals among requests (in their order) that count now. */
export function countApprovals(
  world: World,
  config: PromotionConfig,
  requests: readonly Request[],
): Approvals {
  const counted = new Map<string, Map<number, Approval>>();
  for (const request of requests) {
    if (request.kind !== 'approve') continue;
    const models = modelsOf(world, config, request);
    if ('unmet' in models) continue;
    for (const model of models) {
      const place = placeOf(world, config, request, model);
      if ('unmet' in place) continue;
      const version = approvalOf(world, request, place);
      if ('unmet' in version) continue;
      const { id, login } = request.actor;
      const key = subject(place, version);
      const people = counted.get(key) ?? new Map<number, Approval>();
      if (people.has(id)) continue;
      const { via, event } = request.source;
      counted.set(key, people.set(id, { id, login: world.people.get(id)?.login ?? login, via, event }));
    }
  }
  return {
    of: (place, version) => [...(counted.get(subject(place, version))?.values() ?? [])].slice(0, MOST),
  };
}

/** Too few approvals, or only of people who made the version. */
export function approvalsUnmet(
  approvals: readonly Approval[],
  place: Place,
  version: VersionState,
): Finding[] {
  const { approvals: needed } = place.policy;
  if (needed === 0) return [];
  const command = `\`/approve ${place.model}@${version.version} ${place.stage}\``;
  const findings: Finding[] = [];
  if (approvals.length < needed) {
    const missing = needed - approvals.length;
    findings.push(
      wait(
        'approvals',
        `${approvals.length} of ${needed} ${needed === 1 ? 'approval' : 'approvals'}${by(approvals)}.`,
        `${missing} more: ${command} by ${whoMayApprove(place.policy)}.`,
      ),
    );
  }
  const authors = new Set(version.authors.map(({ id }) => id));
  if (approvals.length > 0 && approvals.every(({ id }) => authors.has(id))) {
    findings.push(
      wait(
        'author-only',
        'Everybody who approved made this version.',
        `${command} by somebody who did not: ${whoMayApprove(place.policy)}.`,
      ),
    );
  }
  return findings;
}

function by(approvals: readonly Approval[]): string {
  return approvals.length === 0 ? '' : ` (${approvals.map(({ login }) => login).join(', ')})`;
}
