import type { Approval, EntryDraft } from '../contracts/entry.ts';
import type { VersionState } from '../contracts/model-state.ts';
import type { Finding } from './finding.ts';
import type { Place } from './subject.ts';
import type { Request, World } from './types.ts';

/** A request for one model, weighed by itself: without regard to the other requests but approvals. */
export interface Weighed {
  readonly request: Request;
  readonly key: string;
  readonly model: string | null;
  /** Null where a name in the request is wrong, and for accept and accept-test. */
  readonly place: Place | null;
  readonly version: VersionState | null;
  readonly findings: readonly Finding[];
  /** What is appended once nothing is unmet; null for approve. */
  readonly draft: EntryDraft | null;
  readonly approvals: readonly Approval[];
  readonly needed: number;
  /** When time alone may change it. */
  readonly wake: Date | null;
}

/** What every entry of a request says. */
export function draftOf(
  world: World,
  request: Request,
  op: EntryDraft['op'],
  model: string,
  key: string,
): EntryDraft {
  const actor = {
    id: request.actor.id,
    login: world.people.get(request.actor.id)?.login ?? request.actor.login,
  };
  return {
    op,
    model,
    request: key,
    actor,
    approvals: [],
    mode: world.mode,
    config: world.config,
    ...(request.reason === null ? {} : { reason: request.reason }),
  };
}

/** What an entry says of the version it is about. */
export function versionFacts(version: VersionState): Pick<EntryDraft, 'version' | 'manifest' | 'evaluation'> {
  return {
    version: version.version,
    ...(version.manifest === null ? {} : { manifest: version.manifest }),
    ...(version.evaluation === null ? {} : { evaluation: version.evaluation }),
  };
}
