import type { Actor } from '../issues/actor.ts';
import type { Core } from '../kernel/core.ts';
import { emit, type Payload } from '../kernel/events.ts';
import type { Release } from '../state/releases.ts';
import { releasePayload } from '../views/releases.ts';
import type { MakeLatest } from './latest.ts';

export type ReleaseAction =
  'created' | 'published' | 'released' | 'prereleased' | 'edited' | 'deleted' | 'unpublished';

/** Tells of a release. */
export function tellRelease(
  core: Core,
  actor: Actor,
  release: Release,
  action: ReleaseAction,
  changes?: Payload,
): void {
  emit(core, {
    name: 'release',
    action,
    repositoryId: release.repositoryId,
    sender: actor.account,
    by: actor.by,
    payload: (view) => ({
      ...(changes === undefined ? {} : { changes }),
      release: releasePayload(view, release),
    }),
    facts: { ref: `refs/tags/${release.tag}` },
  });
}

/**
 * Tells what became of a release: https://docs.github.com/webhooks/webhook-events-and-payloads#release and
 * https://docs.github.com/actions/reference/events-that-trigger-workflows#release (a prerelease that was a draft is
 * `published` but not `prereleased`).
 */
export function tellWritten(
  core: Core,
  actor: Actor,
  before: Release | undefined,
  release: Release,
  made?: MakeLatest,
): void {
  const tell = (action: ReleaseAction, changes?: Payload) => {
    tellRelease(core, actor, release, action, changes);
  };
  if (before === undefined) tell('created');
  else {
    const changes = changesOf(before, release, made);
    if (Object.keys(changes).length > 0 || before.prerelease !== release.prerelease) tell('edited', changes);
  }
  const wasDraft = before?.draft ?? true;
  if (wasDraft && !release.draft) {
    tell('published');
    if (!release.prerelease) tell('released');
    else if (before === undefined) tell('prereleased');
  } else if (!wasDraft && release.draft) tell('unpublished');
  else if (!release.draft && before!.prerelease && !release.prerelease) tell('released');
}

function changesOf(before: Release, after: Release, made: MakeLatest | undefined): Payload {
  return {
    ...(before.body === after.body ? {} : { body: { from: before.body ?? '' } }),
    ...(before.name === after.name ? {} : { name: { from: before.name ?? '' } }),
    ...(before.tag === after.tag ? {} : { tag_name: { from: before.tag } }),
    ...(made === undefined || before.latest === after.latest ? {} : { make_latest: { to: after.latest } }),
  };
}
