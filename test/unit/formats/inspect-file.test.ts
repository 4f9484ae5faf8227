import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { InputError } from '../../../src/contracts/errors.ts';
import { inspectFile, readOnnxFile, readOnnxSignature } from '../../../src/formats/index.ts';
import { readWithoutWeights } from '../../../src/formats/onnx/without-weights.ts';
import { sourceOf } from './byte-source.ts';

const MODELS = fileURLToPath(new URL('../../golden/data/onnx/', import.meta.url));
const models = readdirSync(MODELS, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.onnx'),
);

/** External data and signature, or that one of the readers refuses the bytes. */
function read(bytes: Uint8Array): unknown {
  try {
    return [readOnnxFile(bytes, 'm').external, readOnnxSignature(bytes, 'm')];
  } catch (error) {
    if (error instanceof InputError) return 'refused';
    throw error;
  }
}

async function readLean(bytes: Uint8Array): Promise<unknown> {
  try {
    return read(await readWithoutWeights(sourceOf(bytes), 'm', 0));
  } catch (error) {
    if (error instanceof InputError) return 'refused';
    throw error;
  }
}

function field(number: number, value: Uint8Array): Uint8Array {
  return new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(value).finish();
}

describe('inspecting a file', () => {
  it('gives the signature and the external data of an ONNX model', async () => {
    const bytes = readFileSync(`${MODELS}external.onnx`);

    expect(await inspectFile(sourceOf(bytes), 'external.onnx')).toEqual({
      identified: { format: 'onnx', safe: true, why: 'holds ONNX' },
      signature: {
        inputs: [{ name: 'X', type: 'float32', shape: ['N', 4] }],
        outputs: [{ name: 'y', type: 'float32', shape: ['N', 1] }],
      },
      external: ['external.weights'],
    });
  });

  it('checks the header of safetensors files', async () => {
    const header = (text: string): Uint8Array => Buffer.from(`\x02\0\0\0\0\0\0\0${text}`);

    expect(await inspectFile(sourceOf(header('{}')), 'a.safetensors')).toMatchObject({ signature: null });
    await expect(inspectFile(sourceOf(header('{}x')), 'a.safetensors')).rejects.toMatchObject({
      code: 'MODEL_UNREADABLE',
    });
  });

  it('reads nothing into what it does not know', async () => {
    expect(await inspectFile(sourceOf(Buffer.from('a,b\n')), 'a.csv')).toMatchObject({
      identified: { format: 'csv' },
      signature: null,
      external: [],
    });
  });

  it.each(models)('finds the same in %s as in the whole file', async (name) => {
    const bytes = readFileSync(MODELS + name);

    expect(await readLean(bytes)).toEqual(read(bytes));
  });

  it('passes over a gigabyte of weights', async () => {
    const [size, tagBytes] = [2 ** 30, 6];
    const rawData = new BinaryWriter().tag(9, WireType.LengthDelimited).uint32(size).finish();
    const tensor = new BinaryWriter()
      .tag(5, WireType.LengthDelimited)
      .uint32(size + tagBytes)
      .finish();
    const graph = new BinaryWriter()
      .tag(7, WireType.LengthDelimited)
      .uint32(size + 2 * tagBytes)
      .finish();
    const start = Buffer.concat([
      new BinaryWriter().tag(1, WireType.Varint).int32(9).finish(),
      graph,
      tensor,
      rawData,
    ]);
    const source = sourceOf(start, start.length + size);

    expect([rawData.length, tensor.length]).toEqual([tagBytes, tagBytes]);
    expect(await readWithoutWeights(source, 'large.onnx')).toHaveLength(2 + 2 + 2);
    expect(source.bytesRead()).toBeLessThan(2 ** 20);
  });

  it('refuses nesting without end, and numbers without end', async () => {
    let graph: Uint8Array = new Uint8Array();
    for (let level = 0; level < 3000; level++) graph = field(1, field(5, field(6, graph)));

    expect(await readLean(Buffer.concat([Buffer.from([8, 9]), field(7, graph)]))).toBe('refused');
    expect(await readLean(Buffer.alloc(100, 0xff))).toBe('refused');
  });

  it.each([
    ['nodes', [0x0a, 0]],
    ['tensors', [0x2a, 0]],
    ['fields', [0x10, 0]],
  ])('refuses millions of empty %s instead of reading them all', async (_, unit) => {
    const graph = field(7, Buffer.alloc(16 * 2 ** 20, Buffer.from(unit)));
    const model = Buffer.concat([Buffer.from([8, 9]), graph]);

    await expect(inspectFile(sourceOf(model), 'm.onnx')).rejects.toMatchObject({ code: 'MODEL_UNREADABLE' });
    if (unit[0] !== 0x10) expect(read(model)).toBe('refused');
  });

  it('is refused when a model is cut at any percent, as the whole file is', async () => {
    const whole = readFileSync(`${MODELS}gbdt-pipeline.onnx`);
    for (let percent = 0; percent <= 100; percent++) {
      const bytes = whole.subarray(0, Math.floor((whole.length * percent) / 100));
      expect(await readLean(bytes), `${percent} %`).toEqual(read(bytes));
    }
  });

  it('finds what the whole file says, or refuses it, on damaged models', async () => {
    const edit = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 255 }));
    const originals = [
      'every-kind.onnx',
      'external.onnx',
      'hostile/external-subgraph.onnx',
      'forest-tensor.onnx',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...originals.map((name) => readFileSync(MODELS + name))),
        fc.array(edit, { minLength: 1, maxLength: 4 }),
        async (model, edits) => {
          const bytes = Uint8Array.from(model);
          for (const [place, value] of edits) bytes[Math.floor(place * (bytes.length - 1))] = value;
          const lean = await readLean(bytes);
          if (lean !== 'refused') expect(lean).toEqual(read(bytes));
        },
      ),
      { numRuns: 1500 },
    );
  });
});
