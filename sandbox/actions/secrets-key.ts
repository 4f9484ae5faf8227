import { createHash } from 'node:crypto';

import { type Core, randomHex } from '../kernel/core.ts';
import { publicKeyOf } from './sealed-box.ts';

/** The key pair with which clients seal secrets for this sandbox. Only inside a transaction. */
export function secretsKey(core: Core): {
  readonly id: string;
  readonly key: string;
  readonly secret: Buffer;
} {
  const { resultsKeys } = core.tables;
  const row = resultsKeys.get(1) ?? resultsKeys.put({ id: 1, secret: randomHex(core, 32) });
  const secret = createHash('sha256').update(`secrets/${row.secret}`).digest();
  const key = publicKeyOf(secret);
  // GitHub's ids are long numbers; this one is of the key itself.
  const id = createHash('sha256').update(key).digest().readBigUInt64BE().toString().slice(0, 18);
  return { id, key: key.toString('base64'), secret };
}
