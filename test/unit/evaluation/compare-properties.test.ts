import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { Comparison } from '../../../src/contracts/comparison.ts';
import { compare } from '../../../src/evaluation/index.ts';
import type { CompareInput } from '../../../src/evaluation/index.ts';
import { binaryRows } from './rows.ts';

const METRICS = ['roc_auc', 'accuracy', 'f1', 'mcc', 'log_loss', 'brier', 'recall'];

interface Drawn {
  readonly count: number;
  readonly seed: number;
  readonly rate: number;
  readonly signal: number;
  readonly baselineSignal: number;
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  count: fc.integer({ min: 20, max: 300 }),
  seed: fc.integer({ min: 1, max: 10_000 }),
  rate: fc.double({ min: 0.02, max: 0.9, noNaN: true }),
  signal: fc.double({ min: 0, max: 3, noNaN: true }),
  baselineSignal: fc.double({ min: 0, max: 3, noNaN: true }),
});

function inputOf({ count, ...options }: Drawn): CompareInput & { target: number[] } {
  const { target, candidate, baseline } = binaryRows(count, options);
  return {
    task: 'binary',
    target,
    candidate: { score: candidate },
    baseline: { score: baseline },
    metrics: METRICS,
  };
}

function differences({ metrics }: Comparison) {
  return metrics.map(({ difference }) => difference!);
}

function close(a: number | null, b: number | null): void {
  if (a === null || b === null) expect(a).toBe(b);
  else expect(a).toBeCloseTo(b, 9);
}

const RUNS = { numRuns: 60 };

describe('properties of a comparison', () => {
  it('swapping the models mirrors every difference, and better becomes worse', () => {
    fc.assert(
      fc.property(drawn, (parameters) => {
        const input = inputOf(parameters);
        const there = compare(input);
        const back = compare({ ...input, candidate: input.baseline!, baseline: input.candidate });
        differences(there).forEach((difference, index) => {
          const mirrored = differences(back)[index]!;
          close(difference.value, mirrored.value === null ? null : -mirrored.value);
          close(difference.low, mirrored.high === null ? null : -mirrored.high);
          close(difference.high, mirrored.low === null ? null : -mirrored.low);
          close(difference.p, mirrored.p);
        });
        const mirror: Record<string, string> = { better: 'worse', worse: 'better' };
        expect(back.metrics.map(({ verdict }) => mirror[verdict!] ?? verdict)).toEqual(
          there.metrics.map(({ verdict }) => verdict),
        );
        expect([there.changes?.fixed, there.changes?.broken]).toEqual([
          back.changes?.broken,
          back.changes?.fixed,
        ]);
      }),
      RUNS,
    );
  });

  it('the order of the rows does not matter', () => {
    fc.assert(
      fc.property(drawn, fc.integer({ min: 1, max: 19 }), (parameters, shift) => {
        const input = inputOf(parameters);
        const turn = (values: number[]) => [...values.slice(shift), ...values.slice(0, shift)].reverse();
        const { candidate, baseline } = binaryRows(parameters.count, parameters);
        const turned = compare({
          ...input,
          target: turn(input.target),
          candidate: { score: turn(candidate) },
          baseline: { score: turn(baseline) },
        });
        const straight = compare(input);
        differences(turned).forEach((difference, index) => {
          close(difference.value, differences(straight)[index]!.value);
          close(difference.low, differences(straight)[index]!.low);
          close(difference.high, differences(straight)[index]!.high);
        });
        expect(turned.changes).toEqual(straight.changes);
      }),
      RUNS,
    );
  });

  it('a larger margin never makes the decision worse', () => {
    const rank: Record<string, number> = { fail: 0, inconclusive: 1, pass: 2 };
    fc.assert(
      fc.property(
        drawn,
        fc.constantFrom(...METRICS),
        fc.double({ min: 0, max: 0.3, noNaN: true }),
        fc.double({ min: 0, max: 0.3, noNaN: true }),
        (parameters, metric, a, b) => {
          const decide = (margin: number) =>
            rank[compare({ ...inputOf(parameters), margins: { [metric]: margin } }).decision]!;
          expect(decide(Math.max(a, b))).toBeGreaterThanOrEqual(decide(Math.min(a, b)));
        },
      ),
      RUNS,
    );
  });

  it('a later look never makes a decision out of none', () => {
    fc.assert(
      fc.property(drawn, fc.integer({ min: 2, max: 50 }), (parameters, look) => {
        const input = {
          ...inputOf(parameters),
          metrics: ['roc_auc', 'accuracy'],
          margins: { roc_auc: 0.02, accuracy: 0.02 },
        };
        const first = compare(input).metrics;
        const later = compare({ ...input, look }).metrics;
        first.forEach(({ verdict }, index) => {
          if (verdict === 'inconclusive') expect(later[index]?.verdict).toBe('inconclusive');
        });
      }),
      RUNS,
    );
  });

  it('never passes with a missing or infinite value on either side', () => {
    fc.assert(
      fc.property(
        drawn,
        fc.nat(),
        fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, null),
        fc.boolean(),
        (parameters, at, hole, ours) => {
          const { target, candidate, baseline } = binaryRows(parameters.count, parameters);
          const broken: (number | null)[] = [...(ours ? candidate : baseline)];
          broken[at % broken.length] = hole;
          const sides = ours
            ? { candidate: { score: broken }, baseline: { score: baseline } }
            : { candidate: { score: candidate }, baseline: { score: broken } };
          const { decision, gates } = compare({
            task: 'binary',
            target,
            ...sides,
            metrics: ['roc_auc'],
            gates: [
              { metric: 'roc_auc', 'not-worse-by': 1 },
              { metric: 'roc_auc', min: 0 },
            ],
          });
          expect(decision).toBe(ours ? 'fail' : 'inconclusive');
          expect(gates[0]?.verdict).not.toBe('pass');
        },
      ),
      RUNS,
    );
  });

  it('prints whole intervals around their value or none, and a reason where one is withheld', () => {
    fc.assert(
      fc.property(drawn, (parameters) => {
        for (const { candidate, difference, reason } of compare(inputOf(parameters)).metrics) {
          for (const estimate of [candidate, difference!]) {
            expect(estimate.low === null).toBe(estimate.high === null);
            if (estimate.low === null || estimate.high === null) expect(reason).not.toBeNull();
            else expect(estimate.low).toBeLessThanOrEqual(estimate.high);
          }
          if (difference!.low === null) expect(difference!.p).toBeNull();
        }
      }),
      RUNS,
    );
  });

  it('is the same to the last bit when it is asked again', () => {
    const input = {
      ...inputOf({ count: 250, seed: 3, rate: 0.4, signal: 1.2, baselineSignal: 1 }),
      metrics: ['average_precision', 'roc_auc', 'recall@top=10%'],
    };

    expect(JSON.stringify(compare(input))).toBe(JSON.stringify(compare(input)));
  });
});
