import type { Approval } from '../contracts/entry.ts';
import type { VersionState } from '../contracts/model-state.ts';
import { refuse, wait } from './finding.ts';
import type { Finding } from './finding.ts';
import { rightsUnmet, whoMayApprove } from './people.ts';
import { modelsOf, placeOf, versionOf } from './subject.ts';
import type { Place } from './subject.ts';
import type { PromotionConfig, Request, World } from './types.ts';

/** Approvals an entry holds at most. */
const MOST = 100;

/** Made strictly after the version was registered: before that there was no digest to approve. Fails closed. */
function isAfter(request: Request, version: VersionState): boolean {
  return Date.parse(request.at) > Date.parse(version.at);
}

/** What keeps one approval from counting for a place, or the version it counts for. */
export function approvalOf(world: World, request: Request, place: Place): VersionState | Finding {
  const version = versionOf(request, place);
  if ('unmet' in version) return version;
  const rights = rightsUnmet(world, request.actor, place.policy);
  if (rights !== null) return rights;
  if (isAfter(request, version)) return version;
  return refuse(
    'not-registered',
    `This approval is older than \`${place.model}@${version.version}\`, so it cannot mean its bytes.`,
    `Approve again: \`/approve ${place.model}@${version.version} ${place.stage}\`, or take the label off and put it on again.`,
  );
}

/** Approvals that count now for a version in a stage: one an account, in the order they were made. */
export function approvalsFor(
  world: World,
  config: PromotionConfig,
  requests: readonly Request[],
  place: Place,
  version: VersionState,
): readonly Approval[] {
  const counted = new Map<number, Approval>();
  for (const request of requests) {
    if (request.kind !== 'approve' || counted.has(request.actor.id)) continue;
    const models = modelsOf(world, config, request);
    if ('unmet' in models || !models.includes(place.model)) continue;
    const other = placeOf(world, config, request, place.model);
    if ('unmet' in other || other.stage !== place.stage) continue;
    const approved = approvalOf(world, request, place);
    if ('unmet' in approved || approved.version !== version.version) continue;
    const { via, event } = request.source;
    const { id, login } = request.actor;
    counted.set(id, { id, login: world.people.get(id)?.login ?? login, via, event });
  }
  return [...counted.values()].slice(0, MOST);
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
