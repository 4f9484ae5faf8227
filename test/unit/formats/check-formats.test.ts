import { describe, expect, it } from 'vitest';

import { MODEL_FORMATS, RISKY_FORMATS, SIDECAR_FORMATS } from '../../../src/contracts/model-formats.ts';
import type { FileFormat, ModelFormat } from '../../../src/contracts/model-formats.ts';
import { checkFormats } from '../../../src/formats/index.ts';

function refused(
  formats: Readonly<Record<string, FileFormat>>,
  allowed?: readonly ModelFormat[],
  external?: ReadonlySet<string>,
): string[] {
  const files = Object.entries(formats).map(([path, format]) => ({
    path,
    identified: { format, safe: true, why: `holds ${format}` },
  }));
  return checkFormats(files, allowed, external).map(({ file = '' }) => file);
}

describe('the gate of formats', () => {
  it('lets models of data, tables and texts through', () => {
    const formats = [...MODEL_FORMATS, ...SIDECAR_FORMATS];

    expect(refused(Object.fromEntries(formats.map((format) => [format, format])))).toEqual([]);
  });

  it.each(Object.keys(RISKY_FORMATS) as (keyof typeof RISKY_FORMATS)[])(
    'refuses %s unless the config names it',
    (format) => {
      expect(refused({ model: format })).toEqual(['model']);
      expect(refused({ model: format }, MODEL_FORMATS)).toEqual(['model']);
      expect(refused({ model: format }, [format])).toEqual([]);
    },
  );

  it('goes by the config alone where it names formats, and never by what a file claims', () => {
    const files: Record<string, FileFormat> = {
      'a.onnx': 'onnx',
      'b.safetensors': 'safetensors',
      'c.csv': 'csv',
    };

    expect(refused(files, ['onnx'])).toEqual(['b.safetensors']);
    expect(refused(files, [])).toEqual(['a.onnx', 'b.safetensors']);
  });

  it('names the file, what was found, why not, and the setting that accepts all of the version', () => {
    const identified = {
      format: 'pickle',
      safe: false,
      why: 'holds a pickle of protocol 4, although its name says onnx',
    } as const;
    const onnx = { format: 'onnx', safe: true, why: 'holds ONNX' } as const;
    const files = [
      { path: 'model/churn.onnx', identified },
      { path: 'model/other.onnx', identified: onnx },
    ];

    expect(checkFormats(files)).toEqual([
      {
        code: 'FORMAT_REFUSED',
        message:
          'model/churn.onnx: holds a pickle of protocol 4, although its name says onnx; loading a pickle runs whatever code its author wrote into it',
        file: 'model/churn.onnx',
        hint: 'Save it as ONNX (skl2onnx), or in the library’s own JSON or text format, or leave it out; `registry: {formats: [pickle, onnx]}` says that you accept it.',
      },
    ]);
  });

  it('says what to write where the config leaves a harmless format out', () => {
    const identified = { format: 'safetensors', safe: true, why: 'holds safetensors' } as const;

    expect(checkFormats([{ path: 'w.safetensors', identified }], ['onnx'])).toMatchObject([
      {
        message: 'w.safetensors: holds safetensors; `registry.formats` does not list safetensors',
        hint: '`registry: {formats: [safetensors]}` allows it.',
      },
    ]);
  });

  it('takes raw numbers for what they are where a model keeps its weights in them, and nothing else', () => {
    const external = new Set(['net.weights']);

    expect(refused({ 'net.weights': 'unknown' }, undefined, external)).toEqual([]);
    expect(refused({ 'other.weights': 'unknown' }, undefined, external)).toEqual(['other.weights']);
    expect(refused({ 'net.weights': 'pickle' }, undefined, external)).toEqual(['net.weights']);
    expect(refused({ 'net.weights': 'executable' }, undefined, external)).toEqual(['net.weights']);
  });
});
