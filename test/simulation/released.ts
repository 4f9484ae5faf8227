import { parseTag } from '../../sandbox/git/commit-object.ts';
import { readBody } from '../../sandbox/git/objects.ts';
import type { Asset, Release } from '../../sandbox/state/releases.ts';
import { refKey } from '../../sandbox/state/repositories.ts';
import type { Facts } from './facts.ts';
import type { RawEntry } from './ledger.ts';
import type { RepositoryName, World } from './world.ts';

/**
 * What releases and tags must be, in the simulation's own words: read from what the sandbox stores, without the product's
 * adapters.
 */
interface Place {
  readonly world: World;
  readonly repository: RepositoryName;
  readonly facts: Facts;
}

/** What is wrong with the entry of a version, the moment it stands: nothing of it may be missing, or out already. */
export function judgeRegister(entry: RawEntry, place: Place): string[] {
  const { facts, world } = place;
  const version = entry.version!;
  const pull = facts.pulls.find((one) => one.number === entry.pull && one.model === entry.model);
  if (pull?.merged == null || entry.commit !== pull.merged)
    return [`no merged pull request brought ${entry.model}@${version}`];
  const problems: string[] = [];
  if (entry.verdict?.decision !== pull.decision) problems.push('its verdict is another one');
  if (entry.authors?.some(({ id }) => id === world.cast.ids[pull.author]) !== true)
    problems.push(`${pull.author} is not among its authors`);
  pull.version = version;
  const tag = `${entry.model}@${version}`;
  if (facts.tampered.has(tag)) return problems;
  problems.push(...tagProblems(place, tag, entry));
  const holding = ours(place, tag).filter((release) => contentProblems(place, release, entry).length === 0);
  if (holding.length === 0) problems.push(`${tag} has no release of ours with all that its manifest names`);
  if (holding.some(({ draft }) => !draft)) problems.push(`${tag} was published before it was recorded`);
  return problems;
}

/** Each registered version is tagged and published with exactly its bytes, and nothing else of ours is left. */
export function releaseProblems(place: Place, entries: readonly RawEntry[]): string[] {
  const { facts } = place;
  const registered = new Map(
    entries.filter(({ op }) => op === 'register').map((one) => [`${one.model}@${one.version!}`, one]),
  );
  const problems: string[] = [];
  for (const [tag, entry] of registered) {
    if (facts.tampered.has(tag)) continue;
    problems.push(...tagProblems(place, tag, entry));
    const published = ours(place, tag).filter(({ draft }) => !draft);
    if (published.length !== 1) problems.push(`${tag} has ${published.length} published releases of ours`);
    for (const release of published) problems.push(...contentProblems(place, release, entry));
  }
  for (const release of ours(place)) {
    if (facts.tampered.has(release.tag)) continue;
    if (release.draft) problems.push(`a draft of ours of ${release.tag} is left`);
    else if (!registered.has(release.tag)) problems.push(`${release.tag} is published and not in the log`);
  }
  for (const name of tagNames(place))
    if (name.includes('@') && !registered.has(name) && !facts.tampered.has(name))
      problems.push(`the tag ${name} is left and nothing is registered under it`);
  return problems;
}

/** Releases and drafts that the bot made. */
function ours({ world, repository }: Place, tag?: string): readonly Release[] {
  const { tables } = world.sandbox.core;
  const { bot } = world.cast.ids;
  const id = world.cast.repositories[repository];
  return [...tables.releases.where('repository', id)].filter(
    (one) => one.authorId === bot && (tag === undefined || one.tag === tag),
  );
}

function tagNames({ world, repository }: Place): readonly string[] {
  const id = world.cast.repositories[repository];
  const prefix = 'refs/tags/';
  return [...world.sandbox.core.tables.refs.where('repository', id)]
    .map(({ name }) => name)
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length));
}

function tagProblems({ world, repository }: Place, tag: string, entry: RawEntry): string[] {
  const { core } = world.sandbox;
  const id = world.cast.repositories[repository];
  const ref = core.tables.refs.get(refKey(id, `refs/tags/${tag}`));
  if (ref === undefined) return [`${tag} has no tag`];
  const objects = core.objects(core.tables.repositories.require(id));
  if (objects.read(ref.oid)?.type !== 'tag') return [`the tag ${tag} is not annotated`];
  const { object, message } = parseTag(readBody(objects, ref.oid, 'tag'));
  return [
    ...(object === entry.commit ? [] : [`the tag ${tag} is not on the commit of its entry`]),
    ...(message.includes(entry.manifest!) ? [] : [`the tag ${tag} names another manifest`]),
  ];
}

interface Named {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

interface RawManifest {
  readonly files: readonly { readonly sha256: string; readonly assets: readonly Named[] }[];
  readonly documents: readonly Named[];
}

/** A release against the manifest that the log names, and that against its own files. */
function contentProblems({ world }: Place, release: Release, entry: RawEntry): string[] {
  const { core } = world.sandbox;
  const assets = new Map(core.tables.assets.where('release', release.id).map((one) => [one.name, one]));
  const own = assets.get('manifest.json');
  if (own?.sha256 !== entry.manifest) return [`${release.tag}: its manifest is not the one of the log`];
  const manifest = JSON.parse(Buffer.from(core.blobs.read(own!.blob!)).toString()) as RawManifest;
  const named = [...manifest.files.flatMap((file) => file.assets), ...manifest.documents];
  const right = (one: Named, asset: Asset | undefined) =>
    asset?.state === 'uploaded' && asset.size === one.bytes && asset.sha256 === one.sha256;
  return named
    .filter((one) => !right(one, assets.get(one.name)))
    .map(({ name }) => `${release.tag}: ${name} is not what its manifest names`);
}
