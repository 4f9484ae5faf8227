import semver from 'semver';

import { isCodedError } from '../../contracts/errors.ts';
import type { VersionState } from '../../contracts/model-state.ts';
import { Signature } from '../../contracts/signature.ts';
import { compareSignatures } from '../../formats/index.ts';
import type { ReleaseStore } from '../ports.ts';
import { holding, readManifest } from './finish.ts';
import { bumpOf } from './number.ts';
import type { Bump } from './types.ts';

/** What a change asks of the number, and why. */
export interface Asked {
  readonly bump: Bump;
  /** Sentences. */
  readonly reasons: readonly string[];
}

/**
 * Compares the signature with that of the highest registered version, read from its manifest as the log's digest says.
 * Where that cannot be had (an adopted version, a release that is gone), a patch, and it is said.
 */
export async function changeSince(
  releases: ReleaseStore,
  model: string,
  versions: readonly VersionState[],
  signature: Signature | null,
): Promise<Asked> {
  const [newest] = [...versions].sort((left, right) => semver.rcompare(left.version, right.version));
  if (newest === undefined) return { bump: 'patch', reasons: [] };
  const tag = `${model}@${newest.version}`;
  const unknown = {
    bump: 'patch' as const,
    reasons: [`the signature of ${tag} is not known: counted as unchanged`],
  };
  if (newest.manifest === null) return unknown;
  try {
    const release = await holding(releases, tag, newest.manifest);
    if (release === null) return unknown;
    const manifest = await readManifest(releases, release, newest.manifest);
    const before = Signature.nullable().parse(manifest.signature);
    const change = compareSignatures(before, signature);
    return { bump: bumpOf(change), reasons: change.reasons };
  } catch (error) {
    if (isCodedError(error) && error.code === 'DIGEST_MISMATCH') return unknown;
    throw error;
  }
}
