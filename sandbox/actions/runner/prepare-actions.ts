import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, normalize } from 'node:path';

import { type ActionFile, type FindAction, unresolved } from './action-source.ts';
import { type Manifest, MANIFEST_NAMES, parseManifest, parseUses } from './manifest.ts';

/** A job that cannot start; the message is GitHub's where GitHub has one. */
export class SetupFailure extends Error {
  override readonly name = 'SetupFailure';
}

/** As deep as composite actions may use each other: `CompositeActionsMaxDepth` of GitHub's runner. */
const DEEPEST = 9;

/** A repository of actions, unpacked. */
export interface PreparedRepository {
  /** `owner/name@ref` as the workflow spells it. */
  readonly key: string;
  readonly sha: string;
  readonly folder: string;
}

export interface PreparedActions {
  readonly repositories: ReadonlyMap<string, PreparedRepository>;
  /** By what `uses` says; of local actions as they are at the commit of the run. */
  readonly manifests: ReadonlyMap<string, Manifest>;
}

/** What a leg needs to resolve its actions. */
export interface ActionSurroundings {
  readonly find: FindAction;
  /** Where `./path` is looked for: the repository and commit of the run. */
  readonly home: { readonly owner: string; readonly name: string; readonly sha: string };
  /** Where repositories of actions are kept from leg to leg. */
  readonly shared: string;
  /** Told what a person reads in "Set up job". */
  readonly log: (line: string) => void;
}

/**
 * Finds and unpacks every action that the steps use, also those that composite actions use in turn.
 * @throws SetupFailure for what cannot be resolved or needs a container
 */
export function prepareActions(uses: readonly string[], around: ActionSurroundings): PreparedActions {
  const preparation = new Preparation(around);
  if (uses.length > 0) around.log('Prepare all required actions');
  preparation.visit(uses, 0);
  return preparation;
}

/** Replaces the manifest of an action by another one, in a copy that only this leg sees. */
export function replaceManifest(folder: string, path: string, own: string, content: unknown): void {
  if (!existsSync(own)) linkTree(folder, own);
  const at = join(own, path);
  for (const name of MANIFEST_NAMES) rmSync(join(at, name), { force: true });
  writeFileSync(join(at, 'action.yml'), JSON.stringify(content));
}

class Preparation implements PreparedActions {
  readonly repositories = new Map<string, PreparedRepository>();
  readonly manifests = new Map<string, Manifest>();
  readonly #around: ActionSurroundings;

  constructor(around: ActionSurroundings) {
    this.#around = around;
  }

  visit(uses: readonly string[], depth: number): void {
    if (depth > DEEPEST) throw new SetupFailure(`Composite action depth exceeded max depth ${DEEPEST}`);
    const fresh = uses.filter((one) => !this.manifests.has(one));
    const remote = fresh.filter((one) => parseUses(one)?.kind === 'repository');
    if (remote.length > 0) this.#around.log('Getting action download info');
    for (const one of fresh) {
      const manifest = this.#load(one);
      if (manifest === undefined) continue;
      this.manifests.set(one, manifest);
      this.visit(usesOf(manifest.steps), depth + 1);
    }
  }

  #load(uses: string): Manifest | undefined {
    const reference = parseUses(uses);
    if (reference === undefined) {
      throw new SetupFailure(
        `Expected format {org}/{repo}[/path]@ref. Actual '${uses}'. Input string was not in a correct format.`,
      );
    }
    if (reference.kind === 'image') throw noContainers(`'${uses}'`);
    if (reference.kind === 'local') return this.#loadLocal(reference.path);
    const { owner, name, path, ref } = reference;
    const { folder } = this.#repository(uses, owner, name, ref);
    const manifest = readManifest(folder, path, uses);
    if (manifest.kind === 'docker') throw noContainers(`'${uses}'`);
    return manifest;
  }

  #repository(uses: string, owner: string, name: string, ref: string): PreparedRepository {
    const key = `${owner}/${name}@${ref}`;
    const known = this.repositories.get(key);
    if (known !== undefined) return known;
    const found = this.#around.find(owner, name, ref);
    if (found.kind !== 'found') throw new SetupFailure(unresolved(uses, ref, found));
    this.#around.log(`Download action repository '${key}' (SHA:${found.sha})`);
    const folder = join(this.#around.shared, owner.toLowerCase(), name.toLowerCase(), found.sha);
    if (!existsSync(folder)) unpack(found.files(), folder);
    const repository = { key, sha: found.sha, folder };
    this.repositories.set(key, repository);
    return repository;
  }

  /** A local action is read again when its step runs; here only what it uses in turn is found, as far as it is there. */
  #loadLocal(path: string): Manifest | undefined {
    const { find, home } = this.#around;
    const found = find(home.owner, home.name, home.sha);
    if (found.kind !== 'found') return undefined;
    const names = MANIFEST_NAMES.map((name) => normalize(join(path, name)));
    for (const file of found.files()) {
      if (!names.includes(file.path)) continue;
      try {
        const manifest = parseManifest(Buffer.from(file.content).toString('utf8'));
        if (manifest.kind === 'docker') throw noContainers(`'./${path}'`);
        return manifest;
      } catch (error) {
        if (error instanceof SetupFailure) throw error;
        return undefined;
      }
    }
    return undefined;
  }
}

/** What the steps of a job or composite action use, once each. */
export function usesOf(steps: readonly Readonly<Record<string, unknown>>[]): string[] {
  const uses = steps.map((step) => step['uses']).filter((one) => typeof one === 'string');
  return [...new Set(uses)];
}

function noContainers(what: string): SetupFailure {
  return new SetupFailure(
    `Docker is not available on this runner: ${what} needs a container, and the sandbox runs jobs without`,
  );
}

function readManifest(folder: string, path: string, uses: string): Manifest {
  const at = join(folder, path);
  const names = existsSync(at) ? readdirSync(at) : [];
  const name = MANIFEST_NAMES.find((one) => names.includes(one));
  if (name === undefined) {
    if (names.some((one) => one.toLowerCase() === 'dockerfile')) throw noContainers(`'${uses}'`);
    throw new SetupFailure(`Can't find 'action.yml', 'action.yaml' or 'Dockerfile' for action '${uses}'.`);
  }
  try {
    return parseManifest(readFileSync(join(at, name), 'utf8'));
  } catch (error) {
    throw new SetupFailure(`Failed to load ${uses}/${name}: ${(error as Error).message}`);
  }
}

/** Writes a repository beside its place and moves it there, so that a crash leaves no half of one. */
function unpack(files: Iterable<ActionFile>, folder: string): void {
  const draft = `${folder}.part`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  for (const { path, mode, content } of files) {
    const target = join(draft, path);
    if (!target.startsWith(`${draft}/`)) throw new SetupFailure(`'${path}' is outside of its repository`);
    mkdirSync(dirname(target), { recursive: true });
    if (mode === 'link') symlinkSync(Buffer.from(content).toString('utf8'), target);
    else writeFileSync(target, content);
    if (mode === 'executable') chmodSync(target, 0o755);
  }
  renameSync(draft, folder);
}

function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkTree(source, target);
    else linkSync(source, target);
  }
}
