import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Signature, SignatureValue } from '../../../src/contracts/signature.ts';
import { compareSignatures } from '../../../src/formats/index.ts';

const X: SignatureValue = { name: 'x', type: 'float32', shape: ['N', 4] };
const Y: SignatureValue = { name: 'y', type: 'float32', shape: ['N', 2] };
const MAYBE: SignatureValue = { name: 'hint', type: 'optional(string)', shape: ['N'] };

function signature(inputs: readonly SignatureValue[], outputs: readonly SignatureValue[] = [Y]): Signature {
  return { inputs: [...inputs], outputs: [...outputs] };
}

const before = signature([X]);

describe('comparing signatures', () => {
  it.each<[string, Signature | null, Signature | null]>([
    ['nothing changed', before, signature([X])],
    ['a dimension has another name', before, signature([{ ...X, shape: ['batch', 4] }])],
    ['a dimension lost its name', before, signature([{ ...X, shape: [null, 4] }])],
    ['the order changed', signature([X, MAYBE]), signature([MAYBE, X])],
    ['neither is known', null, null],
  ])('same: %s', (_, old, now) => {
    expect(compareSignatures(old, now)).toEqual({ change: 'same', reasons: [] });
  });

  it.each<[string, Signature | null, Signature, string]>([
    ['a new output', before, signature([X], [Y, { ...Y, name: 'label' }]), 'new output "label"'],
    ['a new optional input', before, signature([X, MAYBE]), 'new optional input "hint"'],
    ['an input that may now be left out', before, signature([{ ...X, type: 'optional(float32)' }]), '"x"'],
    ['an input that takes any width', before, signature([{ ...X, shape: ['N', 'K'] }]), 'compatibly'],
    ['an input that takes any rank', before, signature([{ ...X, shape: null }]), 'compatibly'],
    ['an output that promises its rows', before, signature([X], [{ ...Y, shape: [1, 2] }]), 'compatibly'],
    ['a signature that was not known', null, before, 'known now'],
  ])('grew: %s', (_, old, now, reason) => {
    const { change, reasons } = compareSignatures(old, now);

    expect(change).toBe('grew');
    expect(reasons).toEqual([expect.stringContaining(reason)]);
  });

  it.each<[string, Signature | null, string]>([
    ['an input is gone', signature([]), 'The input "x" is gone.'],
    ['an input is renamed', signature([{ ...X, name: 'rows' }]), 'The input "x" is now named "rows".'],
    [
      'an input is retyped',
      signature([{ ...X, type: 'float64' }]),
      'type from float32 [N, 4] to float64 [N, 4]',
    ],
    ['an input takes another width', signature([{ ...X, shape: ['N', 5] }]), 'its shape'],
    ['an input takes one batch size', signature([{ ...X, shape: [1, 4] }]), 'its shape'],
    ['an input has another rank', signature([{ ...X, shape: ['N'] }]), 'its shape'],
    ['an input is new and required', signature([X, { ...X, name: 'z' }]), 'new required input "z"'],
    ['an output is gone', signature([X], []), 'The output "y" is gone.'],
    ['an output is retyped', signature([X], [{ ...Y, type: 'int64' }]), 'type'],
    ['an output is wider', signature([X], [{ ...Y, shape: ['N', 3] }]), 'its shape'],
    ['an output promises less', signature([X], [{ ...Y, shape: ['N', null] }]), 'its shape'],
    ['the signature is no longer known', null, 'no longer known'],
  ])('broke: %s', (_, now, reason) => {
    const { change, reasons } = compareSignatures(before, now);

    expect(change).toBe('broke');
    expect(reasons).toEqual([expect.stringContaining(reason)]);
  });

  it('an input that may be left out must stay so', () => {
    const required = { ...MAYBE, type: 'string' };

    expect(compareSignatures(signature([X, MAYBE]), signature([X, required])).change).toBe('broke');
  });

  it('says what breaks first', () => {
    const now = signature([{ ...X, shape: ['N', 5] }], [Y, { ...Y, name: 'label' }]);

    expect(compareSignatures(before, now).reasons).toEqual([
      'The input "x" changed its shape from float32 [N, 4] to float32 [N, 5].',
      'There is a new output "label" (float32 [N, 2]).',
    ]);
  });

  const size = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom('N', null));
  const value = fc.record({
    name: fc.constantFrom('a', 'b', 'c'),
    type: fc.constantFrom('float32', 'int64', 'optional(float32)', 'sequence(float32)'),
    shape: fc.option(fc.array(size, { maxLength: 3 })),
  });
  const values = fc.uniqueArray(value, { selector: ({ name }) => name });
  const signatures = fc.record({ inputs: values, outputs: values });

  it('a signature is the same as itself, and growth one way is a break the other way', () => {
    fc.assert(
      fc.property(signatures, signatures, (one, other) => {
        expect(compareSignatures(one, one).change).toBe('same');
        const there = compareSignatures(one, other);
        expect(there.change === 'same').toBe(there.reasons.length === 0);
        if (there.change === 'grew') expect(compareSignatures(other, one).change).not.toBe('same');
      }),
    );
  });
});
