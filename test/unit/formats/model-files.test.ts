import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { InputError } from '../../../src/contracts/errors.ts';
import { checkFormats, inspectFile } from '../../../src/formats/index.ts';
import { sourceOf } from './byte-source.ts';

/** Written by the libraries themselves: test/golden/model_files.py */
const FOLDER = fileURLToPath(new URL('../../golden/data/model-files/', import.meta.url));
const FILES = readdirSync(FOLDER);
const bytesOf = (name: string): Buffer => readFileSync(`${FOLDER}${name}`);

const FLOATS = (name: string, shape: (string | number)[]) => ({ name, type: 'float32', shape });
const LINEAR = { inputs: [FLOATS('x', ['N', 3])], outputs: [FLOATS('y', ['N', 200])] };

/** Reading a file must not need more than it twice and the tails that archives are looked for in. */
const READ_BYTES = 400_000;
/** Longest for any damaged file here, on a machine that does much else; usual is below a millisecond. */
const LONGEST_MS = 2000;

/** What becomes of bytes: their format, or that they are refused. Anything else that happens fails the test. */
async function outcome(bytes: Uint8Array, name: string): Promise<string> {
  const source = sourceOf(bytes);
  const begun = performance.now();
  try {
    return (await inspectFile(source, name)).identified.format;
  } catch (error) {
    if (!(error instanceof InputError) || error.problems.some(({ code }) => code !== 'MODEL_UNREADABLE'))
      throw error;
    return 'refused';
  } finally {
    expect(source.bytesRead()).toBeLessThan(READ_BYTES);
    expect(performance.now() - begun).toBeLessThan(LONGEST_MS);
  }
}

describe('files of the real libraries', () => {
  it.each([
    ['xgboost.json', 'xgboost-json', true],
    ['xgboost.ubj', 'xgboost-ubj', false],
    ['xgboost.pkl', 'pickle', false],
    ['lightgbm.txt', 'lightgbm-text', true],
    ['catboost.json', 'catboost-json', true],
    ['catboost.cbm', 'catboost-cbm', false],
    ['catboost.onnx', 'onnx', true],
    ['linear.onnx', 'onnx', true],
    ['external.onnx', 'onnx', true],
    ['external.weights', 'unknown', false],
    ['tensors.safetensors', 'safetensors', true],
  ] as const)('%s is %s under any name', async (name, format, safe) => {
    for (const path of [name, 'model', 'model.bin']) {
      const { identified } = await inspectFile(sourceOf(bytesOf(name)), path);
      expect(identified).toMatchObject({ format, safe });
      expect(checkFormats([{ path, identified }])).toHaveLength(safe ? 0 : 1);
    }
  });

  it('says what ONNX models take and give, and where their weights are', async () => {
    const inspected = async (name: string) => await inspectFile(sourceOf(bytesOf(name)), name);
    expect(await inspected('linear.onnx')).toMatchObject({ signature: LINEAR, external: [] });
    expect(await inspected('external.onnx')).toMatchObject({
      signature: LINEAR,
      external: ['external.weights'],
    });
    expect((await inspected('catboost.onnx')).signature).toMatchObject({
      inputs: [FLOATS('features', ['N', 3])],
      outputs: [{ name: 'label', type: 'int64' }, { name: 'probabilities' }],
    });
  });

  it('names the way out of the binary formats of trees', async () => {
    const hints = [];
    for (const path of ['xgboost.ubj', 'catboost.cbm']) {
      const { identified } = await inspectFile(sourceOf(bytesOf(path)), path);
      hints.push(...checkFormats([{ path, identified }]).map(({ hint }) => hint));
    }
    expect(hints).toEqual([
      'Save it as JSON (`save_model("model.json")`) or ONNX, or leave it out; `registry: {formats: [xgboost-ubj]}` says that you accept it.',
      'Save it as JSON (`save_model(path, format="json")`) or ONNX, or leave it out; `registry: {formats: [catboost-cbm]}` says that you accept it.',
    ]);
  });
});

describe('damaged files', () => {
  it.each(FILES)('%s, cut at any byte, is refused, unknown or what it began as', async (name) => {
    const bytes = bytesOf(name);
    const whole = await outcome(bytes, name);
    const step = Math.ceil(bytes.length / 500);
    const found = new Set<string>();
    for (let end = 0; end < bytes.length; end += step) found.add(await outcome(bytes.subarray(0, end), name));
    // Text without its beginning is text; nothing that was dangerous becomes a model.
    const harmless = new Set(['refused', 'unknown', whole, 'text', 'json']);
    expect([...found].filter((one) => !harmless.has(one))).toEqual([]);
  });

  it.each(['tensors.safetensors', 'linear.onnx', 'external.onnx'])(
    '%s, cut, is never whole',
    async (name) => {
      const bytes = bytesOf(name);
      const step = Math.ceil(bytes.length / 1000);
      for (let end = 0; end < bytes.length; end += step)
        expect(await outcome(bytes.subarray(0, end), name)).not.toMatch(/^(?:onnx|safetensors)$/);
    },
  );

  it('of any kind end in a format or a coded refusal, in bounded time and memory', async () => {
    const all = FILES.map((name) => [name, bytesOf(name)] as const);
    const change = fc.record({
      place: fc.nat(),
      // A bit turned, or the eight bytes of a length: huge, negative, none.
      with: fc.oneof(
        fc.nat(7).map((bit) => 1 << bit),
        fc.constantFrom(0n, 2n, 99_999_999n, 100_000_001n, 2n ** 31n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n),
      ),
      start: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...all),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async ([name, bytes], changes, big) => {
          const damaged = Buffer.from(bytes);
          for (const { place, with: what, start } of changes) {
            const at = place % Math.min(damaged.length, start ? 64 : Infinity);
            if (typeof what === 'number') damaged[at]! ^= what;
            else if (at + 8 <= damaged.length)
              damaged[big ? 'writeBigUInt64BE' : 'writeBigUInt64LE'](BigInt.asUintN(64, what), at);
          }
          await outcome(damaged, name);
        },
      ),
      { numRuns: 1500, seed: 7 },
    );
  });
});
