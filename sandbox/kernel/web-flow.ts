/**
 * What GitHub signs itself: commits of its pages, merges, and those an App's token makes without naming anybody.
 * https://docs.github.com/authentication/managing-commit-signature-verification/about-commit-signature-verification
 */
import { createHmac } from 'node:crypto';

import { encodeCommit, type Commit } from '../git/commit-object.ts';
import { isoTime, parsePerson } from '../git/person.ts';
import { signedPart, withSignature } from '../git/signature.ts';
import type { Core } from './core.ts';
import { randomHex } from './core.ts';
import type { Identity } from './identity.ts';

/** Name of the key among the sandbox's own secrets. */
const KEY = 'web-flow';

/** GitHub's `verification` of a commit. */
export interface Verification {
  readonly verified: boolean;
  readonly reason: 'valid' | 'unsigned' | 'unknown_key';
  readonly signature: string | null;
  readonly payload: string | null;
  readonly verified_at: string | null;
}

/** What is said of a commit without any signature. */
export const UNSIGNED: Verification = {
  verified: false,
  reason: 'unsigned',
  signature: null,
  payload: null,
  verified_at: null,
};

/** Makes the sandbox's signing key where it has none yet. Inside a transaction. */
export function ensureSigningKey(core: Core): void {
  const { secretsOfSandbox } = core.tables;
  if (secretsOfSandbox.get(KEY) === undefined)
    secretsOfSandbox.put({ name: KEY, value: randomHex(core, 32) });
}

/** A signature only this sandbox can make: a keyed digest, armoured as GitHub's signatures are. */
function signatureOver(core: Core, payload: Buffer): string {
  const key = core.tables.secretsOfSandbox.require(KEY).value;
  const text = createHmac('sha256', key).update(payload).digest('base64');
  return `-----BEGIN PGP SIGNATURE-----\n\n${text}\n-----END PGP SIGNATURE-----`;
}

/** The body of a commit that GitHub signs. */
export function encodeSigned(core: Core, commit: Commit): Buffer {
  const payload = encodeCommit(commit);
  return withSignature(payload, signatureOver(core, payload));
}

/** Does GitHub sign what this caller commits? Apps and jobs only, and only where nobody else is named. */
export function signsFor(viewer: Identity, named: readonly unknown[]): boolean {
  return (
    (viewer.kind === 'installation' || viewer.kind === 'job') && named.every((person) => person === undefined)
  );
}

/** What was found out of bodies of commits, which never change. A fork has them, and the key, from what it was made of. */
const FOUND = new WeakMap<Buffer, { readonly key: string; readonly verification: Verification }>();

/** What the signature of a commit's body is worth. Nobody's keys but the sandbox's own are known. */
export function verificationOf(core: Core, body: Buffer): Verification {
  const key = core.tables.secretsOfSandbox.require(KEY).value;
  const known = FOUND.get(body);
  if (known?.key === key) return known.verification;
  const verification = verify(core, body);
  FOUND.set(body, { key, verification });
  return verification;
}

function verify(core: Core, body: Buffer): Verification {
  const signed = signedPart(body);
  if (signed === undefined) return UNSIGNED;
  const { signature, payload } = signed;
  const verified = signature === signatureOver(core, payload);
  return {
    verified,
    reason: verified ? 'valid' : 'unknown_key',
    signature,
    payload: payload.toString('utf8'),
    // GitHub's own are verified as they are made.
    verified_at: verified ? isoTime(committerOf(payload)) : null,
  };
}

function committerOf(payload: Buffer) {
  const at = payload.indexOf('\ncommitter ');
  return parsePerson(payload.toString('utf8', at + '\ncommitter '.length, payload.indexOf('\n', at + 1)));
}
