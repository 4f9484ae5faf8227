import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { Collector } from '../../../../src/evaluation/prediction/collect.ts';

describe('64-bit integers of an output', () => {
  it('become the doubles that Number() makes of them', () => {
    const signed = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    fc.assert(
      fc.property(fc.array(signed, { minLength: 1 }), (values) => {
        const collector = new Collector('label', values.length, 'm.onnx');
        collector.add(
          { type: 'int64', shape: [values.length], values: BigInt64Array.from(values) },
          0,
          values.length,
        );
        expect(collector.finish()).toMatchObject({ columns: [Float64Array.from(values, Number)] });
      }),
    );
  });

  it('have no sign where they are unsigned', () => {
    const values = [0n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 53n + 1n];
    const collector = new Collector('count', 4, 'm.onnx');

    collector.add({ type: 'uint64', shape: [4, 1], values: BigUint64Array.from(values) }, 0, 4);

    expect(collector.finish()).toMatchObject({ columns: [Float64Array.from(values, Number)] });
  });
});
