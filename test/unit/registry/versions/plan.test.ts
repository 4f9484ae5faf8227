import fc from 'fast-check';
import { expect, it } from 'vitest';

import { assetName } from '../../../../sandbox/releases/asset-name.ts';
import { planAssets } from '../../../../src/registry/versions/plan.ts';
import { source } from './world.ts';

const path = fc.oneof(
  fc.stringMatching(/^[a-zA-Z0-9._ é+-]{1,12}(?:\/[a-zA-Z0-9._ -]{1,12}){0,2}$/),
  fc.constantFrom(
    'a',
    'A',
    'a.part-0001',
    'a.part-1',
    'slipway-pack-0001',
    '...',
    'manifest.json',
    'x/a',
    'x.a',
  ),
);
const files = fc
  .uniqueArray(fc.record({ path, bytes: fc.integer({ min: 0, max: 40 }) }), {
    selector: (one) => one.path,
    maxLength: 12,
  })
  .map((all) => all.map((one) => ({ path: one.path, source: source('x'.repeat(one.bytes)) })));

it('every byte lies in one asset, whose name is its own and stays as it is on GitHub', () => {
  fc.assert(
    fc.property(files, fc.integer({ min: 1, max: 50 }), (all, assetBytes) => {
      const plan = planAssets(all, ['manifest.json'], { assetBytes, assets: 1000 });
      const names = plan.map(({ name }) => name);
      expect(names.map(assetName)).toEqual(names);
      const unique = new Set([...names, 'manifest.json'].map((name) => name.toLowerCase()));
      expect(unique.size).toBe(names.length + 1);
      for (const file of all) {
        const slices = plan.flatMap(({ slices: held }) => held.filter((slice) => slice.file === file));
        let at = 0;
        for (const { from, bytes } of slices) {
          expect(from).toBe(at);
          at += bytes;
        }
        expect(at).toBe(file.source.bytes);
      }
      for (const { slices } of plan)
        expect(slices.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(assetBytes);
    }),
    { seed: 1, numRuns: 500 },
  );
});
