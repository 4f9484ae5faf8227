import { digestOf } from '../contracts/digest.ts';
import type { ModelState } from '../contracts/model-state.ts';
import type { Request, RequestKind, RequestSource } from './types.ts';

/** What tells one request from another. */
export interface Identity {
  readonly kind: RequestKind;
  readonly source: Pick<RequestSource, 'via' | 'event'>;
  readonly model: string | null;
  readonly version: string | null;
  readonly stage: string | null;
  /** ISO; only command lines, which have no event of their own, are told apart by it. */
  readonly at: string;
}

/**
 * The key of a request: SHA-256 of the canonical JSON of [repository id, kind, via, event, model, version, stage], with
 * what was asked (null where nothing was named), never what it turned out to mean. The same label event or comment is
 * therefore always the same request. Names of labels differ by more than case, so case is left out there.
 */
export function requestKey(
  repository: number,
  { kind, source, model, version, stage, at }: Identity,
): string {
  const event = source.via === 'command' ? at : source.event;
  const place = source.via === 'label' ? (stage?.toLowerCase() ?? null) : stage;
  return digestOf([repository, kind, source.via, event, model, version, place]);
}

/** The key under which a request is recorded for one model: labels speak of several. */
export function modelKey(repository: number, request: Request, model: string): string {
  return request.model === model ? request.key : requestKey(repository, { ...request, model });
}

/**
 * All keys under which the log may have recorded requests: what {@link World} `log.recorded` must be asked for. `models`
 * are the log's; more keys than needed do no harm.
 */
export function recordableKeys(
  repository: number,
  requests: readonly Request[],
  models: ReadonlyMap<string, ModelState>,
): string[] {
  const keys = requests.flatMap((request) => {
    if (request.kind === 'approve') return [];
    if (request.model !== null) return [request.key];
    return [...models.values()]
      .filter(({ versions }) => versions.some(({ pull }) => pull === request.source.issue))
      .map(({ model }) => modelKey(repository, request, model));
  });
  return [...new Set(keys)];
}

/** The key of a step that the log itself asks for; derived, so that two replicas make one entry. */
export function stepKey(repository: number, step: 'verified' | 'failed' | 'rollback', of: number): string {
  return digestOf([repository, step, of]);
}

/** The first of each key, in the given order. */
export function firstOfKey<T extends { readonly key: string }>(items: readonly T[]): T[] {
  const seen = new Set<string>();
  return items.filter(({ key }) => !seen.has(key) && seen.add(key));
}
