import { createHash, randomBytes } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { blake2b } from '../../../sandbox/actions/blake2b.ts';
import { openSealedBox, publicKeyOf } from '../../../sandbox/actions/sealed-box.ts';

describe('BLAKE2b', () => {
  it('is that of RFC 7693: as OpenSSL makes it for 64 bytes, and shorter ones by their own', () => {
    for (const length of [0, 1, 127, 128, 129, 256, 300]) {
      const message = randomBytes(length);
      expect(blake2b(message, 64)).toEqual(createHash('blake2b512').update(message).digest());
    }
    // Python: hashlib.blake2b(b'abc', digest_size=24).hexdigest()
    expect(blake2b(Buffer.from('abc'), 24).toString('hex')).toBe(
      '56a17e38cc371a46b12c32f18e0c61de2a84e9c2555b114e',
    );
  });
});

describe('a sealed box', () => {
  const secret = createHash('sha256').update('private key of the test').digest();

  it('that is none is not opened', () => {
    expect(openSealedBox(Buffer.alloc(47), secret)).toBeUndefined();
    expect(openSealedBox(Buffer.alloc(80), secret)).toBeUndefined();
    expect(openSealedBox(Buffer.concat([publicKeyOf(secret), Buffer.alloc(40)]), secret)).toBeUndefined();
  });
});
