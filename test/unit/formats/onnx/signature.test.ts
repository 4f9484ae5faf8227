import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { InputError } from '../../../../src/contracts/errors.ts';
import { Signature } from '../../../../src/contracts/signature.ts';
import { readOnnxSignature } from '../../../../src/formats/index.ts';
import type { OnnxDescription } from '../../../../src/formats/index.ts';

const MODELS = fileURLToPath(new URL('../../../golden/data/onnx/', import.meta.url));
const golden = JSON.parse(readFileSync(`${MODELS}signatures.json`, 'utf8')) as Record<
  string,
  OnnxDescription
>;

function bytesOf(name: string): Buffer {
  return readFileSync(MODELS + name);
}

/** What is read, or the refusal's message; anything else that is thrown fails the test. */
function outcome(bytes: Uint8Array): OnnxDescription | string {
  try {
    return readOnnxSignature(bytes, 'model.onnx');
  } catch (error) {
    if (error instanceof InputError && error.code === 'MODEL_UNREADABLE') return error.message;
    throw error;
  }
}

type Part = readonly [number, string | number | readonly Part[]];

/** A protobuf message of [field, value] pairs: texts, integers, messages. */
function message(parts: readonly Part[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const [number, value] of parts) {
    if (typeof value === 'number') writer.tag(number, WireType.Varint).int64(value);
    else if (typeof value === 'string') writer.tag(number, WireType.LengthDelimited).string(value);
    else writer.tag(number, WireType.LengthDelimited).bytes(message(value));
  }
  return writer.finish();
}

const FLOATS: Part = [2, [[1, [[1, 1]]]]];

function modelOf(...inputs: readonly (readonly Part[])[]): Uint8Array {
  const model: Part[] = [
    [1, 9],
    [7, inputs.map((input): Part => [11, input])],
  ];
  return message(model);
}

describe('the signature of an ONNX model', () => {
  it.each(Object.keys(golden))('of %s is what the onnx package reads', (name) => {
    const description = readOnnxSignature(bytesOf(name), name);

    expect(description).toEqual(golden[name]);
    expect(Signature.parse(description.signature)).toEqual(description.signature);
  });

  it('leaves out inputs that have a default: initializers, sparse ones too', () => {
    const { inputs } = readOnnxSignature(bytesOf('every-kind.onnx'), 'every-kind.onnx').signature;

    expect(inputs.map(({ name }) => name)).not.toContain('default');
    expect(inputs.map(({ name }) => name)).not.toContain('thin-default');
  });

  it('names element types that it does not know by number, and opaque types by domain and name', () => {
    const found = outcome(
      modelOf(
        [
          [1, 'new'],
          [2, [[1, [[1, 99]]]]],
        ],
        [
          [1, 'own'],
          [
            2,
            [
              [
                7,
                [
                  [1, 'acme'],
                  [2, 'image'],
                ],
              ],
            ],
          ],
        ],
      ),
    );

    expect(found).toMatchObject({
      signature: {
        inputs: [
          { name: 'new', type: 'element-99', shape: null },
          { name: 'own', type: 'opaque(acme, image)', shape: null },
        ],
      },
    });
  });

  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'holds 0 ONNX graphs'],
    ['two graphs', Buffer.concat([bytesOf('logits.onnx'), bytesOf('logits.onnx')]), 'holds 2 ONNX graphs'],
    ['no version', message([[7, []]]), 'which version'],
    ['a name twice', modelOf([[1, 'x'], FLOATS], [[1, 'x'], FLOATS]), 'two inputs are named "x"'],
    ['a type twice', modelOf([[1, 'x'], FLOATS, FLOATS]), 'declares one thing twice'],
    [
      'two kinds at once',
      modelOf([
        [1, 'x'],
        [
          2,
          [
            [1, []],
            [4, []],
          ],
        ],
      ]),
      'two types',
    ],
    ['no name', modelOf([FLOATS]), 'no name'],
    ['an endless name', modelOf([[1, 'x'.repeat(2000)]]), 'longer than 1000'],
  ])('refuses %s', (_, bytes, reason) => {
    expect(outcome(bytes)).toContain(reason);
  });

  it('refuses more inputs than manifests hold, and types nested without end', () => {
    const many = Array.from({ length: 10_001 }, (__, index): Part[] => [[1, `x${index}`]]);
    const nest = (depth: number): Part[] => (depth === 0 ? [] : [[4, [[1, nest(depth - 1)]]]]);

    expect(outcome(modelOf(...many))).toContain('more than 10000 values');
    expect(outcome(modelOf([[1, 'x'], [2, nest(5)] as Part]))).toHaveProperty('signature');
    expect(outcome(modelOf([[1, 'x'], [2, nest(500)] as Part]))).toContain('nested deeper than 8');
  });

  it('is read or refused, never half read, when the file is cut at any percent', () => {
    const whole = bytesOf('every-kind.onnx');
    for (let percent = 0; percent < 100; percent++) {
      const found = outcome(whole.subarray(0, Math.floor((whole.length * percent) / 100)));
      if (typeof found !== 'string') expect(found.signature).toEqual(golden['every-kind.onnx']?.signature);
    }
  });

  it('is a valid signature or a refusal on damaged models', () => {
    const models = ['every-kind.onnx', 'gbdt-pipeline.onnx'].map(bytesOf);
    const edit = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(
        fc.constantFrom(...models),
        fc.array(edit, { minLength: 1, maxLength: 8 }),
        (model, edits) => {
          const bytes = Uint8Array.from(model);
          for (const [place, value] of edits) bytes[Math.floor(place * (bytes.length - 1))] = value;
          const found = outcome(bytes);
          if (typeof found !== 'string') Signature.parse(found.signature);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
