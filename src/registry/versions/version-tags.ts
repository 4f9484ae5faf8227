import { PlatformError } from '../../contracts/errors.ts';
import { printVersionTag, readVersionTag } from '../gto/version-tag.ts';
import type { AnnotatedTag, TagStore } from '../ports.ts';

/** What a version's tag says. A version without a train key carries zeros. */
export interface TagFacts {
  readonly model: string;
  readonly version: string;
  readonly commit: string;
  readonly manifest: string;
  readonly trainKey: string | null;
}

/** Digest of the manifest that an annotated tag names; null for other tags, and where there is none. */
export async function manifestOfTag(tags: TagStore, name: string): Promise<string | null> {
  const tag = await tags.read(name);
  return tag === null ? null : (readVersionTag(name, tag.message)?.manifest ?? null);
}

/**
 * Makes the annotated tag of a version on its commit: GitHub gives the name to one of all who ask. `ours`: it says what
 * it must, whoever made it · `taken`: it says something else · `refused`: rules forbid it, or an immutable release once
 * had the name.
 */
export async function reserveTag(
  tags: TagStore,
  facts: TagFacts,
  headline?: string,
): Promise<'ours' | 'taken' | 'refused'> {
  const trainKey = facts.trainKey ?? '0'.repeat(64);
  const { name, message } = printVersionTag({ ...facts, trainKey }, headline);
  const outcome = await tags.create({ name, commit: facts.commit, message });
  if (outcome === 'refused') return 'refused';
  return outcome === 'created' || isOf(await tags.read(name), facts) ? 'ours' : 'taken';
}

function isOf(tag: AnnotatedTag | null, { commit, manifest }: TagFacts): boolean {
  return tag?.commit === commit && readVersionTag(tag.name, tag.message)?.manifest === manifest;
}

/** The tag of a registered version, made anew where it is missing. @throws PlatformError EXISTS · PERMISSION */
export async function ensureTag(tags: TagStore, facts: TagFacts, headline?: string): Promise<void> {
  const name = `${facts.model}@${facts.version}`;
  if (isOf(await tags.read(name), facts)) return;
  const outcome = await reserveTag(tags, facts, headline);
  if (outcome === 'taken')
    throw new PlatformError({
      code: 'EXISTS',
      message: `the tag ${name} exists and does not name the manifest ${facts.manifest} that the log holds`,
      hint: `remove it, it is made anew: git push origin ':refs/tags/${name}'`,
    });
  if (outcome === 'refused') throw refusedTag(name);
}

/** Publishing would make the tag as a lightweight one, which names no manifest. */
export function refusedTag(name: string): PlatformError {
  return new PlatformError({
    code: 'PERMISSION',
    message: `GitHub refuses to create the tag ${name}: a ruleset restricts it, or an immutable release once had the name`,
    hint: `let this account bypass the ruleset for refs/tags/${name}; without a ruleset the name is used up: choose another version`,
  });
}
