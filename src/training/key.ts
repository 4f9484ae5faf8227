import type { FileDigests, TreeFile } from '../contracts/artifacts.ts';
import { canonicalJson, type Digest, sha256 } from '../contracts/digest.ts';
import { InputError, isCodedError, type Problem } from '../contracts/errors.ts';
import type { Params } from './params.ts';
import type { EnvironmentConfig } from './schema.ts';
import { join } from 'node:path';
import { statSync } from 'node:fs';
import { z } from 'zod';

const Triple = z.tuple([z.string(), z.string(), z.string()]);

/**
 * Everything that decides what a training gives. Its SHA-256 over canonical JSON (RFC 8785) is the train key; no
 * absolute path, time or machine is in it, so every checkout of the same content has the same key.
 */
export const KeyDocument = z.object({
  schema: z.literal('slipway.train-key/1'),
  /** Relative to the root, `.` for the root. */
  dir: z.string(),
  /** The command with its placeholders. */
  run: z.string(),
  /** [path relative to the root, git mode, git blob id], sorted by path. */
  inputs: z.array(Triple),
  params: z.record(z.string(), z.unknown()),
  environment: z.object({
    install: z.string().nullable(),
    /** [path relative to dir, SHA-256]. */
    lock: z.array(z.tuple([z.string(), z.string()])),
    env: z.record(z.string(), z.string()),
  }),
  data: z.object({ train: z.string(), validation: z.string().nullable() }),
  seed: z.number(),
  repeats: z.number(),
});
export type KeyDocument = z.infer<typeof KeyDocument>;

/** Files that pin an environment, where `environment.lock` names none. Those that exist in `dir` count. */
const KNOWN_LOCKS = [
  'requirements.txt',
  'pyproject.toml',
  'setup.py',
  'setup.cfg',
  'uv.lock',
  'poetry.lock',
  'pdm.lock',
  'Pipfile',
  'Pipfile.lock',
  'environment.yml',
  'environment.yaml',
  'conda-lock.yml',
  'package.json',
  'package-lock.json',
  'npm-shrinkwrap.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'renv.lock',
  'DESCRIPTION',
  'Project.toml',
  'Manifest.toml',
  'Cargo.toml',
  'Cargo.lock',
  'go.mod',
  'go.sum',
  'Gemfile.lock',
  'Makefile',
] as const;

/** Lock files of an environment, relative to `dir`: the declared ones, or the known ones that exist; none without `install`. */
export function lockFilesOf(environment: EnvironmentConfig | null, dir: string): readonly string[] {
  if (environment === null) return [];
  if (environment.lock.length > 0 || environment.install === undefined) return environment.lock;
  return KNOWN_LOCKS.filter(
    (name) => statSync(join(dir, name), { throwIfNoEntry: false })?.isFile() === true,
  );
}

/** [path, SHA-256] of each lock file. Throws InputError with one problem per file that does not exist. */
export async function digestLocks(
  dir: string,
  locks: readonly string[],
  files: FileDigests,
): Promise<[string, Digest][]> {
  const digests: [string, Digest][] = [];
  const problems: Problem[] = [];
  for (const path of locks) {
    try {
      digests.push([path, await files.digestFile(join(dir, path))]);
    } catch (error) {
      if (!isCodedError(error)) throw error;
      problems.push({
        code: error.code,
        message: `environment.lock: ${path} does not exist or cannot be read`,
        hint: 'check the path: it is relative to the model’s dir',
      });
    }
  }
  if (problems.length > 0) throw new InputError(problems);
  return digests;
}

export interface KeyParts {
  readonly dir: string;
  readonly run: string;
  readonly inputs: readonly TreeFile[];
  readonly params: Params;
  readonly environment: EnvironmentConfig | null;
  readonly lock: [string, Digest][];
  readonly data: { readonly train: Digest; readonly validation: Digest | null };
  readonly seed: number;
  readonly repeats: number;
}

/** The document of a training's parts. */
export function keyDocumentOf(parts: KeyParts): KeyDocument {
  return {
    schema: 'slipway.train-key/1',
    dir: parts.dir === '' ? '.' : parts.dir,
    run: parts.run,
    inputs: parts.inputs.map(({ path, mode, blob }) => [path, mode, blob]),
    params: { ...parts.params },
    environment: {
      install: parts.environment?.install ?? null,
      lock: parts.lock,
      env: parts.environment?.env ?? {},
    },
    data: { train: parts.data.train, validation: parts.data.validation },
    seed: parts.seed,
    repeats: parts.repeats,
  };
}

/**
 * SHA-256 of a document's canonical JSON. The list of inputs, by far the longest part, holds nothing but texts, whose
 * canonical form is what JSON.stringify gives (RFC 8785 §3.2.2.2), and does without the general way.
 */
export function keyOf(document: KeyDocument): Digest {
  const members = Object.entries(document).sort(([a], [b]) => (a < b ? -1 : 1));
  const texts = members.map(([name, value]) => {
    return `${JSON.stringify(name)}:${name === 'inputs' ? JSON.stringify(value) : canonicalJson(value)}`;
  });
  return sha256(`{${texts.join(',')}}`);
}
