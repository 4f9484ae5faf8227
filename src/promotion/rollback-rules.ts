import type { ModelState, StageState, VersionState } from '../contracts/model-state.ts';
import { quoted, refuse } from './finding.ts';
import type { Finding } from './finding.ts';
import { didYouMean } from './nearest.ts';
import { stageState } from './subject.ts';
import type { Place } from './subject.ts';
import type { Request } from './types.ts';

/**
 * Versions a stage can go back to, oldest first: they ran verified there, are not what it holds, and have files of ours
 * where the stage deploys.
 */
function earlier(state: ModelState | undefined, stage: StageState, deploys: boolean): VersionState[] {
  return stage.verified.flatMap((span) => {
    const version = state?.versions.find((one) => one.version === span.version);
    const usable = version !== undefined && (version.manifest !== null || !deploys);
    return usable && version.version !== stage.held?.version ? [version] : [];
  });
}

/** The version that ran verified before what a stage holds; null where there is none to go back to. */
export function versionBefore(place: Place): VersionState | null {
  const stage = stageState(place.state, place.stage);
  return earlier(place.state, stage, place.policy.deploys).at(-1) ?? null;
}

/** The version a rollback goes to, or why there is none. */
export function rollbackTarget(request: Request, place: Place): VersionState | Finding {
  const stage = stageState(place.state, place.stage);
  const { held } = stage;
  const possible = earlier(place.state, stage, place.policy.deploys);
  if (held === null) {
    return refuse(
      'nothing-to-roll-back',
      `Nothing was promoted to ${place.stage} of \`${place.model}\` yet.`,
      `\`/promote ${place.model} ${place.stage}\` promotes a version.`,
    );
  }
  const since = rolledBackSince(request, place);
  if (since !== null) return since;
  if (request.version === null) return possible.at(-1) ?? nothingBefore(place, held.version);
  return (
    possible.find(({ version }) => version === request.version) ?? notVerifiedThere(request, place, possible)
  );
}

function nothingBefore(place: Place, version: string): Finding {
  return refuse(
    'nothing-to-roll-back',
    `No other version than \`${version}\` ran verified in ${place.stage}.`,
    `\`/promote ${place.model}@VERSION ${place.stage}\` promotes another one.`,
  );
}

function notVerifiedThere(request: Request, place: Place, possible: readonly VersionState[]): Finding {
  const wanted = request.version ?? '';
  const promote = `\`/promote ${place.model}@${quoted(wanted)} ${place.stage}\` asks for it with its approvals.`;
  const exists = place.state?.versions.some(({ version }) => version === wanted) === true;
  return refuse(
    exists ? 'nothing-to-roll-back' : 'unknown-version',
    exists
      ? `\`${quoted(wanted)}\` did not run verified in ${place.stage}, or was rolled back from.`
      : `No version \`${place.model}@${quoted(wanted)}\` is registered.`,
    exists
      ? promote
      : didYouMean(
          wanted,
          possible.map(({ version }) => version),
          promote,
        ),
  );
}

/**
 * Two people often see the same fire. A rollback to "the one before" that was asked before another one was carried out
 * means the version that is gone already; going one further would be more than anybody asked for.
 */
function rolledBackSince(request: Request, place: Place): Finding | null {
  const { held } = stageState(place.state, place.stage);
  if (request.version !== null || held?.op !== 'rollback') return null;
  if (!(Date.parse(request.at) <= Date.parse(held.at))) return null;
  return refuse(
    'superseded',
    `${place.stage} was rolled back to \`${held.version}\` (entry ${held.n}) after this was asked.`,
    `To go back further: \`/rollback ${place.model} ${place.stage} VERSION\`.`,
  );
}
