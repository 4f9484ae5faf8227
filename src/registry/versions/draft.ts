import type { Release, ReleaseStore } from '../ports.ts';

const KEY_LINE = /^<!-- slipway-key: ([0-9a-f]{64}) -->$/m;

/** The line that makes a draft of this account recognised by the registration it belongs to. */
export function keyLine(key: string): string {
  return `<!-- slipway-key: ${key} -->`;
}

/** Key of a draft; null for drafts that no registration made. Only of this account's own: anybody can write the line. */
export function keyOf(release: Pick<Release, 'body'>): string | null {
  return KEY_LINE.exec(release.body)?.[1] ?? null;
}

/** The draft of a key; null where there is none. The lowest id wins; later ones of the same key are deleted. */
export async function findDraft(releases: ReleaseStore, key: string): Promise<Release | null> {
  const [first, ...others] = (await releases.ownDrafts()).filter((draft) => keyOf(draft) === key);
  for (const other of others) await releases.deleteDraft(other.id);
  return first ?? null;
}

/** A new draft of a key, or the one that somebody made a moment earlier. */
export async function createDraft(
  releases: ReleaseStore,
  key: string,
  fresh: { readonly tag: string; readonly commit: string; readonly title: string },
): Promise<Release> {
  const made = await releases.createDraft({ ...fresh, body: keyLine(key) });
  return (await findDraft(releases, key)) ?? made;
}
