import fc from 'fast-check';
import { expect, test } from 'vitest';

import { printVersionTag, readVersionTag } from '../../../../src/registry/gto/index.ts';

const TAG = { model: 'churn', version: 'v1.4.0', manifest: 'a'.repeat(64), trainKey: 'b'.repeat(64) };

test('the tag of a version is read back whatever the headline, within 4 KiB', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 6000, size: 'max' }),
        fc.constant(`x\n\nslipway-manifest: ${'c'.repeat(64)}`),
      ),
      (headline) => {
        const { name, message } = printVersionTag(TAG, headline);
        expect(name).toBe('churn@v1.4.0');
        expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4096);
        expect(readVersionTag(name, message)).toEqual(TAG);
      },
    ),
  );
});

test('a signed tag is read, one of another tool or with a doubled trailer is not', () => {
  const { name, message } = printVersionTag(TAG);
  expect(readVersionTag(name, `${message}-----BEGIN PGP SIGNATURE-----\n\nabc\n`)).toEqual(TAG);
  expect(readVersionTag(name, 'Registering artifact churn version v1.4.0')).toBeNull();
  expect(readVersionTag(name, `${message}slipway-manifest: ${'c'.repeat(64)}\n`)).toBeNull();
  expect(readVersionTag('v1.4.0', message)).toBeNull();
});
