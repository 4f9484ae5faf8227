import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { newMasker } from '../../../../sandbox/actions/runner/masker.ts';

/** https://docs.github.com/actions/concepts/security/secrets#automatically-redacted-secrets */
describe('secrets are hidden', () => {
  const masker = newMasker(['s3cr&t"value', 'first line\nsecond line', ' ']);

  it.each([
    ['as they are', 'x s3cr&t"value y', 'x *** y'],
    ['line by line', 'a second line b', 'a *** b'],
    ['in base64', Buffer.from('s3cr&t"value').toString('base64'), '***'],
    ['escaped for JSON', JSON.stringify('s3cr&t"value'), '"***"'],
    ['escaped for URLs', `?q=${encodeURIComponent('s3cr&t"value')}`, '?q=***'],
    ['escaped for XML', 's3cr&amp;t&quot;value', '***'],
    ['twice', 's3cr&t"values3cr&t"value', '***'],
  ])('%s', (_how, text, expected) => {
    expect(masker.mask(text)).toBe(expected);
    expect(masker.finds(text)).toBe(true);
  });

  it('also behind something else in base64', () => {
    const basic = Buffer.from('user:s3cr&t"value').toString('base64');
    expect(masker.mask(`Authorization: basic ${basic}`)).toContain('***');
  });

  it('blanks hide nothing, and values may come later', () => {
    const late = newMasker(['']);
    expect(late.mask('a b')).toBe('a b');
    late.add('b');
    expect(late.mask('a b')).toBe('a ***');
  });

  it('never leaves a secret of any text, wherever it stands', () => {
    const word = fc.stringMatching(/^[a-c]{1,4}$/);
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 4 }),
        fc.stringMatching(/^[a-d ]{0,30}$/),
        (secrets, text) => {
          const masked = newMasker(secrets).mask(text);
          for (const secret of secrets) expect(masked).not.toContain(secret);
          expect(newMasker([]).mask(text)).toBe(text);
        },
      ),
    );
  });
});
