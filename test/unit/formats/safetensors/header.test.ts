import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { InputError } from '../../../../src/contracts/errors.ts';
import { readSafetensorsHeader } from '../../../../src/formats/index.ts';
import type { SafetensorsHeader } from '../../../../src/formats/index.ts';
import { sourceOf } from '../byte-source.ts';

/** A file: length, header text, `dataBytes` zeros. */
function fileOf(header: string | Uint8Array, dataBytes = 0, length?: bigint): Uint8Array {
  const text = Buffer.from(header);
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(length ?? BigInt(text.length));
  return Buffer.concat([prefix, text, Buffer.alloc(dataBytes)]);
}

/** What is read, or the refusal's message; anything else that is thrown fails the test. */
async function outcome(bytes: Uint8Array, size?: number): Promise<SafetensorsHeader | string> {
  try {
    return await readSafetensorsHeader(sourceOf(bytes, size), 'model.safetensors');
  } catch (error) {
    if (error instanceof InputError && error.code === 'MODEL_UNREADABLE') return error.message;
    throw error;
  }
}

const W = '"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}';

describe('the header of a safetensors file', () => {
  it('lists tensors in the order of their bytes, and the metadata', async () => {
    const header = `{"__metadata__":{"format":"pt","a\\u0062":"é"},"b":{"dtype":"I64","shape":[],"data_offsets":[16,24]},${W}}   `;

    expect(await outcome(fileOf(header, 24))).toEqual({
      tensors: [
        { name: 'w', dtype: 'F32', shape: [2, 2], begin: 0, end: 16 },
        { name: 'b', dtype: 'I64', shape: [], begin: 16, end: 24 },
      ],
      metadata: new Map([
        ['format', 'pt'],
        ['ab', 'é'],
      ]),
    });
  });

  it.each([
    ['no tensors', '{}', 0],
    ['an empty tensor', '{"e":{"dtype":"F32","shape":[0,9],"data_offsets":[0,0]}}', 0],
    ['an empty tensor between two', `{"e":{"dtype":"U8","shape":[0],"data_offsets":[16,16]},${W}}`, 16],
    ['elements of four bits', '{"q":{"dtype":"F4","shape":[6],"data_offsets":[0,3]}}', 3],
    ['white space', `{ ${W.replaceAll(':', ' : ').replaceAll(',', '\n,\t')} }\n`, 16],
  ])('may hold %s', async (_, header, bytes) => {
    expect(await outcome(fileOf(header, bytes))).toHaveProperty('tensors');
  });

  it('is all that is read: ten gigabytes of weights cost nothing', async () => {
    const size = 10 * 2 ** 30;
    const header =
      `{"w":{"dtype":"U8","shape":[${size - 8 - 80}],"data_offsets":[0,${size - 8 - 80}]}}`.padEnd(80);
    const source = sourceOf(fileOf(header), size);

    expect(await readSafetensorsHeader(source, 'large.safetensors')).toMatchObject({
      tensors: [{ name: 'w' }],
    });
    expect(source.bytesRead()).toBeLessThan(100);
  });

  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'longer than the file'],
    ['seven bytes', new Uint8Array(7), 'longer than the file'],
    ['an empty header', fileOf(''), 'longer than the file'],
    ['a header longer than the file', fileOf('{}', 0, 3n), 'longer than the file'],
    ['the largest length there is', fileOf('{}', 0, 2n ** 64n - 1n), 'longer than the file'],
    ['a length that wraps around', fileOf('{}', 0, 2n ** 64n - 8n), 'longer than the file'],
    ['bytes before the header', fileOf(` {${W}}`, 16), 'does not start with {'],
    ['a list', fileOf(`[${W}]`, 16), 'does not start with {'],
    ['text behind the header', fileOf(`{${W}}{}`, 16), 'something follows'],
    ['a name twice', fileOf(`{${W},${W}}`, 16), 'the key "w" stands twice'],
    ['a name twice, spelled apart', fileOf(`{${W},${W.replace('"w"', '"\\u0077"')}}`, 16), 'stands twice'],
    ['metadata twice', fileOf('{"__metadata__":{},"__metadata__":{}}'), 'stands twice'],
    ['a key of the metadata twice', fileOf('{"__metadata__":{"a":"","a":""}}'), 'stands twice'],
    ['a type twice', fileOf(`{${W.replace('{', '{"dtype":"I8",')}}`, 16), 'stands twice'],
    ['an unknown key', fileOf(`{${W.replace('{', '{"code":"x",')}}`, 16), 'says something unknown: "code"'],
    ['no offsets', fileOf('{"w":{"dtype":"F32","shape":[2]}}', 8), 'lacks'],
    ['one offset', fileOf('{"w":{"dtype":"U8","shape":[0],"data_offsets":[0]}}'), 'lacks'],
    ['three offsets', fileOf('{"w":{"dtype":"U8","shape":[0],"data_offsets":[0,0,0]}}'), 'more than 2'],
    ['metadata that is no text', fileOf('{"__metadata__":{"a":1}}'), 'expected "'],
    ['metadata that is nested', fileOf('{"__metadata__":{"a":{"b":"c"}}}'), 'expected "'],
    ['a tensor that is null', fileOf('{"w":null}'), 'expected {'],
    ['a negative size', fileOf(`{${W.replace('[2,2]', '[-2,-2]')}}`, 16), 'whole number'],
    ['a fraction', fileOf(`{${W.replace('[2,2]', '[2.0,2]')}}`, 16), 'expected ]'],
    ['an exponent', fileOf(`{${W.replace('[2,2]', '[4e0]')}}`, 16), 'expected ]'],
    ['a padded number', fileOf(`{${W.replace('[2,2]', '[04]')}}`, 16), 'whole number'],
    ['NaN', fileOf(`{${W.replace('[2,2]', '[NaN]')}}`, 16), 'whole number'],
    [
      'a number above 2^53',
      fileOf(`{${W.replace('[2,2]', '[9007199254740993]')}}`, 16),
      'larger than any file',
    ],
    [
      'sizes whose product overflows',
      fileOf(`{${W.replace('[2,2]', '[4294967296,4294967296,4]')}}`, 16),
      'no size',
    ],
    [
      'an overflow that a zero hides',
      fileOf('{"w":{"dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}'),
      'no size',
    ],
    ['half a byte', fileOf('{"q":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}}', 2), 'no size'],
    ['an unknown type', fileOf(`{${W.replace('F32', 'O8')}}`, 16), 'no size'],
    ['a type of the prototype', fileOf(`{${W.replace('F32', 'constructor')}}`, 16), 'no size'],
    ['too few bytes for the shape', fileOf(`{${W.replace('[0,16]', '[0,12]')}}`, 12), 'has 12 bytes'],
    [
      'an end before its start',
      fileOf(`{${W.replace('[0,16]', '[0,16]').replace('[0,16]', '[16,0]')}}`, 16),
      'expected to start at 0',
    ],
    ['a hole at the start', fileOf(`{${W.replace('[0,16]', '[4,20]')}}`, 20), 'expected to start at 0'],
    [
      'a hole',
      fileOf(`{${W},"v":{"dtype":"U8","shape":[1],"data_offsets":[17,18]}}`, 18),
      'expected to start at 16',
    ],
    [
      'an overlap',
      fileOf(`{${W},"v":{"dtype":"U8","shape":[4],"data_offsets":[12,16]}}`, 16),
      'expected to start at 16',
    ],
    ['the same bytes for two', fileOf(`{${W},${W.replace('"w"', '"v"')}}`, 16), 'expected to start at 16'],
    ['bytes behind the last tensor', fileOf(`{${W}}`, 17), 'end at byte 16 of 17'],
    ['a truncated tensor', fileOf(`{${W}}`, 15), 'end at byte 16 of 15'],
    ['bytes and no tensor', fileOf('{}', 1), 'end at byte 0 of 1'],
    ['broken UTF-8', fileOf(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x7b, 0x7d, 0x7d])), 'not valid'],
    ['half a surrogate pair', fileOf('{"__metadata__":{"\\ud800":""}}'), 'surrogate'],
    ['a line break in a name', fileOf('{"a\n":{}}'), 'does not end'],
    ['a wrong escape', fileOf('{"\\x41":{}}'), ''],
    ['a text without end', fileOf('{"w'), 'does not end'],
    ['an escape at the end', fileOf('{"w\\'), 'does not end'],
    ['a comma too many', fileOf(`{${W},}`, 16), 'expected "'],
  ])('is refused with %s', async (_, bytes, reason) => {
    const found = await outcome(bytes);

    expect(found).toBeTypeOf('string');
    expect(found).toContain(reason);
  });

  it('of 99 MB of members, brackets or white space is refused at once', async () => {
    const many = Array.from({ length: 250_001 }, (__, key) => `"${key}":""`).join(',');
    const headers = [
      Buffer.alloc(99_000_000, ' ').fill('{', 0, 1),
      Buffer.alloc(99_000_000, '{"a":'),
      Buffer.from(`{"__metadata__":{${many}}}`),
    ];
    for (const header of headers) expect(await outcome(fileOf(header))).toBeTypeOf('string');
  });

  it('above 100 MB is refused unread', async () => {
    const source = sourceOf(fileOf('{', 0, 100_000_001n), 2 ** 31);

    await expect(readSafetensorsHeader(source, 'm')).rejects.toMatchObject({ code: 'MODEL_UNREADABLE' });
    expect(source.bytesRead()).toBe(8);
  });

  const dtypes = { BOOL: 1, U8: 1, F16: 2, BF16: 2, F32: 4, I64: 8 } as const;
  const tensor = fc.record({
    dtype: fc.constantFrom(...(Object.keys(dtypes) as (keyof typeof dtypes)[])),
    shape: fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 3 }),
  });
  const names = fc.string({ unit: 'grapheme', maxLength: 8 }).filter((name) => name !== '__metadata__');
  const files = fc
    .record({
      tensors: fc.uniqueArray(fc.tuple(names, tensor), { selector: ([name]) => name, maxLength: 6 }),
      metadata: fc.option(
        fc.dictionary(names, fc.string({ unit: 'grapheme' }), { maxKeys: 3, noNullPrototype: true }),
      ),
      shuffled: fc.boolean(),
    })
    .map(({ tensors, metadata, shuffled }) => {
      let at = 0;
      const entries = tensors.map(([name, { dtype, shape }]) => {
        const begin = at;
        at += shape.reduce((product, size) => product * size, 1) * dtypes[dtype];
        return { name, dtype, shape, begin, end: at };
      });
      const members = entries.map(({ name, dtype, shape, begin, end }) => [
        JSON.stringify(name),
        JSON.stringify({ dtype, shape, data_offsets: [begin, end] }),
      ]);
      if (shuffled) members.reverse();
      if (metadata !== null) members.push(['"__metadata__"', JSON.stringify(metadata)]);
      return { entries, metadata, members, bytes: at };
    });
  const textOf = (members: readonly (readonly string[])[]): string =>
    `{${members.map((member) => member.join(':')).join(',')}}`;

  it('is read whole whatever its names, shapes and order', async () => {
    await fc.assert(
      fc.asyncProperty(files, async ({ entries, metadata, members, bytes }) => {
        const found = await outcome(fileOf(textOf(members), bytes));

        expect(found).toEqual({
          tensors: expect.arrayContaining(entries) as unknown,
          metadata: new Map(Object.entries(metadata ?? {})),
        });
        expect(found).toHaveProperty('tensors.length', entries.length);
      }),
    );
  });

  it('is refused when one number of it lies', async () => {
    const lie = fc.constantFrom(-1, 1, 8, 2 ** 31, 2 ** 53);
    await fc.assert(
      fc.asyncProperty(files, lie, fc.nat(), async ({ members, bytes }, by, which) => {
        const text = textOf(members.filter(([name]) => name !== '"__metadata__"'));
        const offsets = [...text.matchAll(/(?<="data_offsets":\[\d*,?)\d+/g)];
        const offset = offsets[which % Math.max(1, offsets.length)];
        fc.pre(offset !== undefined);
        const changed = `${text.slice(0, offset.index)}${Number(offset[0]) + by}${text.slice(offset.index + offset[0].length)}`;

        expect(await outcome(fileOf(changed, bytes))).toBeTypeOf('string');
      }),
    );
  });

  it('is refused when the file is cut anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(
        files,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        async ({ members, bytes }, at) => {
          const whole = fileOf(textOf(members), bytes);

          expect(await outcome(whole.subarray(0, Math.floor(whole.length * at)))).toBeTypeOf('string');
        },
      ),
    );
  });

  it('is read as JSON.parse reads it, or refused, on damaged headers', async () => {
    const edit = fc.tuple(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '0', '9', '\\', ' ', '\0', 'é'),
    );
    await fc.assert(
      fc.asyncProperty(
        files,
        fc.array(edit, { minLength: 1, maxLength: 4 }),
        async ({ members, bytes }, edits) => {
          const text = Array.from(textOf(members));
          for (const [place, character] of edits) text[Math.floor(place * (text.length - 1))] = character;
          const found = await outcome(fileOf(text.join(''), bytes));
          if (typeof found === 'string') return;
          const parsed = JSON.parse(text.join('')) as Record<string, { dtype: string }>;
          for (const { name, dtype } of found.tensors) expect(parsed[name]?.dtype).toBe(dtype);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
