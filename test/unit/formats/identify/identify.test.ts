import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { deflateSync, gzipSync } from 'node:zlib';

import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';

import type { FileFormat } from '../../../../src/contracts/model-formats.ts';
import {
  checkFormats,
  HEAD_BYTES,
  identify,
  identifyFile,
  TAIL_BYTES,
} from '../../../../src/formats/index.ts';
import type { Identified } from '../../../../src/formats/index.ts';
import { sourceOf } from '../byte-source.ts';
import { MALICIOUS_PICKLES } from './pickles.ts';

const GOLDEN = fileURLToPath(new URL('../../../golden/data/', import.meta.url));

/** Whole files are looked at as they are in use: head, tail, size. */
function identified(content: string | Uint8Array, name = 'model'): Identified {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
  const tail = bytes.subarray(Math.max(0, bytes.length - TAIL_BYTES));
  return identify(bytes.subarray(0, HEAD_BYTES), tail, bytes.length, name);
}

function passes(content: string | Uint8Array, name: string): boolean {
  return checkFormats([{ path: name, identified: identified(content, name) }]).length === 0;
}

function tar(name: string, content: Uint8Array, magic = 'ustar\x0000'): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0, 'latin1');
  header.write('0000644\0', 100);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('        ', 148);
  header.write(magic, 257, 'latin1');
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
  );
  return Buffer.concat([header, content, Buffer.alloc(1024)]);
}

const PICKLE = MALICIOUS_PICKLES.get('protocol 4')!;
const onnx = readFileSync(`${GOLDEN}onnx/logreg.onnx`);
const parquet = readFileSync(`${GOLDEN}tables/pandas.parquet`);
const arrow = readFileSync(`${GOLDEN}tables/plain.arrow`);
const safetensors = Buffer.from('\x02\0\0\0\0\0\0\0{}', 'latin1');
const zero = Buffer.alloc(600);

describe('what a file is', () => {
  it.each(readdirSync(`${GOLDEN}onnx`).filter((name) => name.endsWith('.onnx')))('%s is ONNX', (name) => {
    const bytes = readFileSync(`${GOLDEN}onnx/${name}`);

    expect(identified(bytes, name)).toEqual({ format: 'onnx', safe: true, why: 'holds ONNX' });
    expect(identified(bytes, 'model.bin').format).toBe('onnx');
  });

  it.each([
    ['pandas.parquet', 'parquet'],
    ['gzip-v1.parquet', 'parquet'],
    ['snappy.parquet', 'parquet'],
    ['types.parquet', 'parquet'],
    ['plain.arrow', 'arrow'],
    ['lz4.arrow', 'arrow'],
    ['pandas.feather', 'arrow'],
    ['stream.ipc', 'arrow'],
    ['pandas.csv', 'csv'],
    ['pandas-crlf-semicolon.csv', 'csv'],
    ['pandas.tsv', 'csv'],
    ['pandas.jsonl', 'json'],
    ['expected.json', 'json'],
    ['pandas.csv.gz', 'compressed'],
  ])('%s is %s', (name, format) => {
    expect(identified(readFileSync(`${GOLDEN}tables/${name}`), name).format).toBe(format);
  });

  it.each<[FileFormat, string, string | Uint8Array]>([
    ['safetensors', 'model.safetensors', safetensors],
    ['safetensors', 'model', safetensors],
    ['xgboost-json', 'model.json', '{"learner":{"attributes":{},"feature_names":[]'],
    ['xgboost-json', 'm.json', '{\n  "version": [2, 1, 0],\n  "learner": {'],
    ['xgboost-ubj', 'model.ubj', '{L\0\0\0\0\0\0\0\x07learner{L\0\0\0\0\0\0\0\x0aattributes'],
    ['xgboost-ubj', 'model', '{i\x07version[$'],
    ['lightgbm-text', 'model.txt', 'tree\nversion=v4\nnum_class=1\n'],
    ['lightgbm-text', 'model.txt', 'tree\r\nnum_class=1\r\n'],
    ['catboost-json', 'model.json', '{"features_info":{"float_features":[]}'],
    ['catboost-json', 'model', '{\n"ctr_data" : {}'],
    ['json', 'tokenizer.json', '{"version":"1.0"}'],
    ['json', 'threshold', '{"best": 0.5}'],
    ['yaml', 'conf.yaml', 'a: 1\n'],
    ['markdown', 'README.md', '# Churn\n'],
    ['text', 'labels.txt', 'yes\nno\n'],
    ['text', 'vocab', Buffer.from('ünïcødé\n')],
    ['text', 'empty', ''],
    ['csv', 'sample.csv', 'Value\n2.5\n'],
    ['csv', 'sample.csv', 'customer_id,age\nc1,3\n'],
    ['csv', 'one.csv', 'churned\nyes\nno\n'],
    ['csv', 'cities.csv', 'city\nRome\nRiga\n'],
    ['csv', 'prices.csv', 'Price,Qty\n1,2\n'],
    ['csv', 'mz.csv', 'MZ,GGUF\n1,2\n'],
    ['gguf', 'llm.gguf', 'GGUF\x03\0\0\0'],
    ['catboost-cbm', 'model.cbm', 'CBM1\x10\0\0\0'],
    ['numpy', 'weights.npy', '\x93NUMPY\x01\0v\0'],
    ['hdf5', 'weights.h5', '\x89HDF\r\n\x1a\n\0'],
    ['hdf5', 'weights', Buffer.concat([Buffer.alloc(1024), Buffer.from('\x89HDF\r\n\x1a\n', 'latin1')])],
    ['executable', 'lib', '\x7fELF\x02\x01'],
    ['executable', 'tool', `MZ${'\0'.repeat(58)}\x48\0\0\0${'\0'.repeat(8)}PE\0\0`],
    ['pickle', 'registered', '\x80\x02\x82\x01)R.'],
    ['executable', 'lib', '\xcf\xfa\xed\xfe\x07\0\0\x01'],
    ['executable', 'app', '\xca\xfe\xba\xbe\0\0\0\x34'],
    ['executable', 'm', '\0asm\x01\0\0\0'],
    ['code', 'run', '#!/bin/sh\nid\n'],
    ['code', 'module', '\xa7\x0d\r\n\0\0\0\0'],
    ['code', 'predict.py', 'import os\n'],
    ['code', 'conf.yaml', 'a: !!python/object/apply:os.system [id]\n'],
    ['code', 'config.json', '{"layers": [{"class_name": "Lambda", "config": {}}]}'],
    ['code', 'state.json', '{"py/reduce": []}'],
    ['compressed', 'x', '\x28\xb5\x2f\xfd\0'],
    ['compressed', 'x', '\xfd7zXZ\0\0'],
    ['compressed', 'x', 'BZh91AY&SY\xff'],
    ['compressed', 'x', '\x5d\0\0\x80\0\xff'],
    ['compressed', 'x', '\x04\x22\x4d\x18\x64'],
    ['compressed', 'x', deflateSync('a text')],
    ['archive', 'x', '7z\xbc\xaf\x27\x1c\0'],
    ['archive', 'x', tar('weights', Buffer.from('x'))],
    ['archive', 'x', tar('weights', Buffer.from('x'), '')],
    ['torch', 'model.pt', tar('pickle', Buffer.from('x'))],
    ['torch', 'model.bin', zipSync({ 'archive/data.pkl': PICKLE, 'archive/version': Buffer.from('3') })],
    ['keras', 'model', zipSync({ 'config.json': Buffer.from('{}'), 'model.weights.h5': zero })],
    ['numpy', 'x', zipSync({ 'a.npy': zero, 'b.npy': zero })],
    ['code', 'x', zipSync({ 'META-INF/MANIFEST.MF': zero })],
    ['archive', 'x', zipSync({ 'a.txt': zero })],
    ['archive', 'empty', 'PK\x05\x06' + '\0'.repeat(18)],
    ['rds', 'model.rds', gzipSync('X\n')],
    ['unknown', 'model', zero],
    ['unknown', 'net.weights', Buffer.concat([Buffer.from('X\0\0\x02\0'), Buffer.alloc(300_000, 0xff)])],
    ['unknown', 'net.weights', 'K\x01.\xff'],
    ['unknown', 'net.weights', '\x82\x01.\xff'],
    ['unknown', 'net.weights', '\x80\x02\xff'],
    ['unknown', 'image', '\x89PNG\r\n\x1a\n\0\0\0\x0d'],
    ['unknown', 'latin1.csv', 'name\ncaf\xe9\n'],
    ['unknown', 'cut.parquet', parquet.subarray(0, -3)],
  ])('%s: %s', (format, name, content) => {
    expect(identified(content, name).format).toBe(format);
  });

  it.each<[string, Uint8Array | string, FileFormat]>([
    ['text.onnx', 'hello\n', 'unknown'],
    ['text.safetensors', 'hello\n', 'unknown'],
    ['table.json', 'id,score\n', 'unknown'],
    ['model.parquet', onnx, 'unknown'],
    ['model.safetensors', onnx, 'unknown'],
    ['model.onnx', safetensors, 'unknown'],
    ['model.json', parquet, 'unknown'],
    ['text.pkl', 'hello\n', 'pickle'],
    ['model.PKL', onnx, 'pickle'],
    ['model.pkl.', onnx, 'pickle'],
    ['model.pt', onnx, 'torch'],
    ['model.joblib', PICKLE, 'joblib'],
    ['model.joblib', deflateSync(PICKLE), 'joblib'],
    ['model.pth', PICKLE, 'torch'],
    ['weights.h5', zero, 'hdf5'],
    ['model.gguf', '\x89HDF\r\n\x1a\n', 'hdf5'],
    ['lib.so', onnx, 'executable'],
    ['model.onnx', '\x7fELF\x02', 'executable'],
  ])('%s is the more dangerous of what it says and what it holds', (name, content, format) => {
    const { format: found, safe, why } = identified(content, name);

    expect({ found, safe }).toEqual({ found: format, safe: false });
    expect(why).toMatch(/^holds /);
  });

  it('says what was found and what was promised', () => {
    expect(identified(PICKLE, 'model.onnx').why).toBe(
      'holds a pickle of protocol 4, although its name says onnx',
    );
    expect(identified('a,b\n', 'table.csv').why).toBe('holds csv');
  });

  it('is safetensors whatever its header’s length looks like', () => {
    const lengths = [
      0x5d, 0x78, 0x0178, 0x5e78, 0x9c78, 0xda78, 0x2123, 0x5a4d, 0x8b1f, 0x2e4e, 0x2e82, 0x28, 0x63,
    ];
    for (const length of lengths) {
      const file = Buffer.concat([Buffer.alloc(8), Buffer.from('{}'.padEnd(length))]);
      file.writeUInt32LE(length);
      expect(identified(file, 'model.safetensors'), String(length)).toMatchObject({ format: 'safetensors' });
    }
  });

  it('is told from two short reads, whatever the size', async () => {
    const source = sourceOf(Buffer.from('\x7fELF', 'latin1'), 2 ** 40);

    expect(await identifyFile(source, 'model.onnx')).toMatchObject({ format: 'executable' });
    expect(source.bytesRead()).toBe(HEAD_BYTES + TAIL_BYTES);
    expect(await identifyFile(sourceOf(new Uint8Array()), 'empty.txt')).toMatchObject({ format: 'text' });
  });

  it('does not stumble over a character that is cut by the end of what is read', () => {
    const text = Buffer.from('é'.repeat(HEAD_BYTES));
    for (const shift of [0, 1])
      expect(identified(Buffer.concat([Buffer.from('x'.repeat(shift)), text]), 'a.txt').format).toBe('text');
  });
});

describe('pickles in disguise', () => {
  const names = [
    'model.onnx',
    'model.safetensors',
    'model.json',
    'model.csv',
    'notes.md',
    'a.txt',
    'model',
    'model.pkl',
    'w.bin',
  ];
  const dresses: readonly (readonly [string, (pickle: Buffer) => Uint8Array])[] = [
    ['as it is', (pickle) => pickle],
    ['in a zip', (pickle) => zipSync({ 'data.pkl': pickle })],
    ['in a stored zip', (pickle) => zipSync({ 'model.onnx': [pickle, { level: 0 }] })],
    [
      'in a zip without its first bytes',
      (pickle) => zipSync({ 'data.pkl': pickle }).map((byte, at) => (at < 4 ? 0 : byte)),
    ],
    ['in a zip behind a model', (pickle) => Buffer.concat([onnx, zipSync({ 'data.pkl': pickle })])],
    [
      'in a zip behind a table',
      (pickle) => Buffer.concat([parquet, zipSync({ 'data.pkl': pickle }), Buffer.from('PAR1')]),
    ],
    [
      'in a zip behind text',
      (pickle) => Buffer.concat([Buffer.from('id,score\n1,2\n'), zipSync({ 'data.pkl': pickle })]),
    ],
    [
      'in a zip with 60 kB behind it',
      (pickle) => Buffer.concat([zipSync({ 'data.pkl': pickle }), Buffer.alloc(60_000, ' ')]),
    ],
    [
      'in a zip64 behind a table, whose short end record lies',
      (pickle) => {
        const zip = Buffer.from(zipSync({ 'data.pkl': pickle }));
        const end = zip.subarray(-22);
        end.writeUInt32LE(7, 12);
        const locator = Buffer.alloc(20);
        locator.write('PK\x06\x07');
        return Buffer.concat([parquet, zip.subarray(0, -22), locator, end, Buffer.from('PAR1')]);
      },
    ],
    ['in gzip', (pickle) => gzipSync(pickle)],
    ['in zlib', (pickle) => deflateSync(pickle)],
    ['in a tar', (pickle) => tar('data.pkl', pickle)],
    ['in an old tar', (pickle) => tar('data.pkl', pickle, '')],
    ['with a model behind it', (pickle) => Buffer.concat([pickle, onnx])],
    ['with an Arrow ending', (pickle) => Buffer.concat([pickle, arrow])],
  ];

  it.each(dresses)('are refused %s, whatever they are called', (_, dress) => {
    for (const [pickle, bytes] of MALICIOUS_PICKLES)
      for (const name of names)
        expect({ pickle, name, passes: passes(dress(bytes), name) }).toEqual({ pickle, name, passes: false });
  });

  it('are refused when they hide in what a safetensors header allows', () => {
    // Read as a pickle the length is BINUNICODE of 22 bytes, which ends in the middle of the header.
    const header = '{"__metadata__":{" N0(Vid\nios\nsystem\n.":""}}'.padEnd(0x1658, ' ');
    const start = Buffer.from('\x58\x16\0\0\0\0\0\0', 'latin1');
    const file = Buffer.concat([start, Buffer.from(header)]);

    expect(file[5 + 0x16]).toBe('N'.charCodeAt(0));
    expect(identified(file, 'model.safetensors').format).toBe('pickle');
  });

  it('are refused when their code lies beyond what is read', () => {
    const hidden = (start: string, end: string): Buffer =>
      Buffer.concat([
        Buffer.from(start, 'latin1'),
        Buffer.alloc(200_000, 'x'),
        Buffer.from(`${end}cos\nsystem\n(Vid\ntR.`),
      ]);

    for (const name of names) {
      expect(passes(hidden('V', '\n0'), name), name).toBe(false);
      expect(passes(hidden("S'", "'\n0"), name), name).toBe(false);
      expect(passes(hidden('X\x40\x0d\x03\0', '0'), name), name).toBe(false);
    }
  });

  it('are refused when a column of a table is one of pyarrow’s pickled types', () => {
    const type = 'arrow.py_extension_type';
    for (const shift of ['', ' ', '  ']) {
      const schema = Buffer.from(`${shift}${type}..`).toString('base64');
      const table = Buffer.concat([parquet.subarray(0, -8), Buffer.from(schema), parquet.subarray(-8)]);
      expect(passes(table, 'table.parquet')).toBe(false);
    }
    expect(
      passes(Buffer.concat([arrow.subarray(0, -8), Buffer.from(type), arrow.subarray(-8)]), 'a.arrow'),
    ).toBe(false);
  });

  it('end in an answer on any bytes under any name', () => {
    const starts = [
      '',
      'PK\x03\x04',
      'PK\x05\x06',
      'PAR1',
      '{',
      'tree\n',
      '\x80\x04',
      '\x08\x09',
      'x\x9c',
      '\x10\0\0\0\0\0\0\0{',
    ];
    const content = fc
      .tuple(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...starts))
      .map(([start, middle, end]) =>
        Buffer.concat([Buffer.from(start, 'latin1'), middle, Buffer.from(end, 'latin1')]),
      );
    fc.assert(
      fc.property(content, fc.constantFrom(...names), (bytes, name) => {
        const { format, safe } = identified(bytes, name);
        expect(safe).toBe(passes(bytes, name));
        expect(format).toBeTypeOf('string');
      }),
      { numRuns: 3000 },
    );
  });
});
