import type { Release, ReleaseStore } from '../ports.ts';

const KEY_LINE = /^<!-- slipway-key: ([0-9a-f]{64}) -->$/m;

/** The line that makes a draft recognised by who made it. */
export function keyLine(key: string): string {
  return `<!-- slipway-key: ${key} -->`;
}

/** Key of a draft of ours; null for drafts of people. */
export function keyOf(release: Pick<Release, 'body'>): string | null {
  return KEY_LINE.exec(release.body)?.[1] ?? null;
}

/** The draft of a key, made where there is none. The lowest id wins; later ones of the same key are deleted. */
export async function ensureDraft(
  releases: ReleaseStore,
  key: string,
  fresh: { readonly tag: string; readonly commit: string; readonly title: string },
): Promise<Release> {
  const found = await oneDraft(releases, key);
  if (found !== null) return found;
  const made = await releases.createDraft({ ...fresh, body: keyLine(key) });
  return (await oneDraft(releases, key)) ?? made;
}

async function oneDraft(releases: ReleaseStore, key: string): Promise<Release | null> {
  const [first, ...others] = (await releases.ownDrafts()).filter((draft) => keyOf(draft) === key);
  for (const other of others) await releases.deleteDraft(other.id);
  return first ?? null;
}
