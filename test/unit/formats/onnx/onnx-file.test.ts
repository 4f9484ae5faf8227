import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { InputError } from '../../../../src/contracts/errors.ts';
import { stripZipMaps } from '../../../../src/evaluation/prediction/zip-map.ts';
import { isOnnxFile, readOnnxFile } from '../../../../src/formats/index.ts';
import type { OnnxFile } from '../../../../src/formats/index.ts';

const MODELS = fileURLToPath(new URL('../../../golden/data/onnx/', import.meta.url));

function bytesOf(name: string): Buffer {
  return readFileSync(MODELS + name);
}

function read(name: string): OnnxFile {
  return readOnnxFile(bytesOf(name), name);
}

/** What is found, or the refusal; anything else that is thrown fails the test. */
function outcome(bytes: Uint8Array): OnnxFile | InputError {
  try {
    return readOnnxFile(bytes, 'model.onnx');
  } catch (error) {
    if (error instanceof InputError && error.code === 'MODEL_UNREADABLE') return error;
    throw error;
  }
}

function message(number: number, value: Uint8Array): Uint8Array {
  return new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(value).finish();
}

/** A model whose subgraphs are nested `depth` deep: graph → node → attribute → graph. */
function nested(depth: number): Uint8Array {
  let graph: Uint8Array = new Uint8Array();
  for (let level = 0; level < depth; level++) graph = message(1, message(5, message(6, graph)));
  return Buffer.concat([new BinaryWriter().tag(1, WireType.Varint).int32(9).finish(), message(7, graph)]);
}

describe('reading an ONNX file before a runtime does', () => {
  it('finds the ZipMap, its tensor and its labels', () => {
    expect(read('gbdt-pipeline.onnx').zipMaps).toEqual([
      { input: 'proba_output', output: 'output_probability', labels: ['no', 'yes'] },
    ]);
    expect(read('logreg.onnx').zipMaps[0]?.labels).toEqual(['0', '1']);
  });

  it('finds the labels of classifier nodes', () => {
    expect(read('forest-tensor.onnx')).toMatchObject({
      zipMaps: [],
      classLabels: [['setosa', 'versicolor', 'virginica']],
    });
  });

  it('names external data', () => {
    expect(read('external.onnx').external).toEqual(['external.weights']);
    expect(read('logits.onnx').external).toEqual([]);
  });

  it.each(readdirSync(`${MODELS}hostile`).filter((name) => name.startsWith('external-')))(
    'refuses %s',
    (name) => {
      const found = outcome(bytesOf(`hostile/${name}`));

      expect(found).toBeInstanceOf(InputError);
      expect(found).toMatchObject({ message: expect.stringContaining('external data points to') as string });
    },
  );

  it('refuses a file that is cut anywhere', () => {
    const whole = bytesOf('gbdt-pipeline.onnx');
    const cuts = Array.from({ length: 100 }, (_, percent) => Math.floor((whole.length * percent) / 100));

    // A cut between two top-level fields leaves a shorter message that is valid: those behind the graph may go.
    const accepted = cuts.filter((cut) => !(outcome(whole.subarray(0, cut)) instanceof InputError));

    expect(accepted.filter((cut) => cut < whole.length * 0.99)).toEqual([]);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a table', Buffer.from('id,score\n1,0.5\n')],
    ['no graph', bytesOf('hostile/no-graph.onnx')],
    ['two graphs', Buffer.concat([bytesOf('logits.onnx'), bytesOf('logits.onnx')])],
  ])('refuses %s', (_, bytes) => {
    expect(outcome(bytes)).toMatchObject({ code: 'MODEL_UNREADABLE' });
  });

  it('refuses subgraphs that are nested too deep, whatever the depth', () => {
    expect(outcome(nested(20))).not.toBeInstanceOf(InputError);
    expect(outcome(nested(40))).toMatchObject({
      message: expect.stringContaining('nested deeper than') as string,
    });
    expect(outcome(nested(5000))).toBeInstanceOf(InputError);
  });

  it('ends in an answer or a refusal on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        outcome(bytes);
        isOnnxFile(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it('ends in an answer or a refusal on damaged models, and so does stripping them', () => {
    const models = [
      'logreg.onnx',
      'gbdt-pipeline.onnx',
      'external.onnx',
      'hostile/external-subgraph.onnx',
    ].map(bytesOf);
    const damage = fc.record({
      model: fc.constantFrom(...models),
      edits: fc.array(
        fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 255 })),
        { maxLength: 8 },
      ),
      length: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(damage, ({ model, edits, length }) => {
        const bytes = Uint8Array.from(model.subarray(0, Math.ceil(model.length * Math.max(length, 0.2))));
        for (const [place, value] of edits) bytes[Math.floor(place * (bytes.length - 1))] = value;
        const found = outcome(bytes);
        if (!(found instanceof InputError))
          expect(stripZipMaps(bytes, found).length).toBeLessThanOrEqual(bytes.length + 64);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('stripping ZipMap', () => {
  it('leaves a model without one as it is', () => {
    const bytes = bytesOf('forest-tensor.onnx');

    expect(stripZipMaps(bytes, read('forest-tensor.onnx'))).toBe(bytes);
  });

  it('leaves no ZipMap behind and touches nothing else', () => {
    const bytes = bytesOf('forest-zipmap.onnx');

    const stripped = stripZipMaps(bytes, read('forest-zipmap.onnx'));

    expect(Buffer.from(stripped).includes('ZipMap')).toBe(false);
    expect(readOnnxFile(stripped, 'stripped').classLabels).toEqual(read('forest-zipmap.onnx').classLabels);
    expect(bytes.length - stripped.length).toBeLessThan(250);
  });
});

describe('telling a model from a table', () => {
  it.each(['logreg.onnx', 'logits.onnx', 'hostile/external-parent.onnx'])(
    '%s is a model, by its first bytes alone',
    (name) => {
      expect(isOnnxFile(bytesOf(name))).toBe(true);
      expect(isOnnxFile(bytesOf(name).subarray(0, 64))).toBe(true);
    },
  );

  it.each([
    ['CSV', Buffer.from('id,score\n1,0.5\n')],
    ['CSV that starts with a colon', Buffer.from(':a,:b\n1,2\n')],
    ['JSON Lines', Buffer.from('{"id": 1, "score": 0.5}\n')],
    ['Parquet', Buffer.from('PAR1\u0015\u0004\u0015')],
    ['Arrow', Buffer.from('ARROW1\0\0')],
    ['gzip', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0])],
    ['UTF-16', Buffer.from('\ufeffid,score', 'utf16le')],
    ['zeros', Buffer.alloc(100)],
    ['nothing', Buffer.alloc(0)],
  ])('%s is none', (_, bytes) => {
    expect(isOnnxFile(bytes)).toBe(false);
  });

  it('no text is one', () => {
    // Printable characters and line ends: what tables are written in.
    const text = fc.stringMatching(/^[\t\r\n -~\u00a0-\uffff]{0,200}$/);

    fc.assert(fc.property(text, (content) => !isOnnxFile(Buffer.from(content))));
  });
});
