import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { unpackLz4 } from '../../../../src/platform/storage/lz4-frame.ts';

/** pyarrow.Codec('lz4').compress(b'slipway ' * 40 + bytes(range(64))) */
const FRAME = Buffer.from(
  '04224d186040824f0000008f736c6970776179200800ff26f031000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f00000000',
  'hex',
);
const CONTENT = Buffer.concat([
  Buffer.from('slipway '.repeat(40)),
  Buffer.from(Array.from({ length: 64 }, (_, byte) => byte)),
]);

describe('unpackLz4', () => {
  it('unpacks what pyarrow packs', () => {
    expect(Buffer.from(unpackLz4(FRAME))).toEqual(CONTENT);
  });

  it('refuses frames that are cut off', () => {
    for (let length = 0; length < FRAME.length - 4; length++)
      expect(() => unpackLz4(FRAME.subarray(0, length))).toThrow();
  });

  it('ends for any damage: with an error, or with bytes', () => {
    const damage = fc.array(fc.tuple(fc.nat({ max: FRAME.length - 1 }), fc.nat({ max: 255 })), {
      minLength: 1,
      maxLength: 6,
    });

    fc.assert(
      fc.property(damage, (changes) => {
        const bytes = Buffer.from(FRAME);
        for (const [at, byte] of changes) bytes[at] = byte;
        try {
          expect(unpackLz4(bytes).length).toBeLessThan(8 << 20);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
    );
  });
});
