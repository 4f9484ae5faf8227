import { fstatSync, mkdtempSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Exchange } from '../../../../src/platform/native/onnx-exchange.ts';

let folder: string;
let exchange: Exchange;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-exchange-'));
  exchange = new Exchange(folder);
});

afterEach(() => {
  exchange.close();
  rmSync(folder, { recursive: true, force: true });
});

function read(at: number, bytes: number): number[] {
  const buffer = new Uint8Array(bytes);
  expect(readSync(exchange.fd, buffer, 0, bytes, at)).toBe(bytes);
  return [...buffer];
}

describe('the file of feeds', () => {
  it('keeps the parts of a request one after the other', () => {
    const place = exchange.write([Uint8Array.of(1, 2), Uint8Array.of(), Uint8Array.of(3)]);

    expect(read(place.at, 3)).toEqual([1, 2, 3]);
  });

  it('does not touch what has not been read', () => {
    const first = exchange.write([Uint8Array.of(1, 2)]);
    const second = exchange.write([Uint8Array.of(3, 4)]);

    expect(read(first.at, 2)).toEqual([1, 2]);
    expect(read(second.at, 2)).toEqual([3, 4]);
  });

  it('grows no further than what is under way', () => {
    let last = exchange.write([new Uint8Array(1000)]);
    for (let k = 0; k < 50; k += 1) {
      const next = exchange.write([new Uint8Array(k === 49 ? 10 : 1000).fill(k)]);
      exchange.release(last);
      last = next;
    }

    expect(fstatSync(exchange.fd).size).toBe(2000);
    expect(read(last.at, 10)).toEqual(new Array(10).fill(49));
  });

  it('may be closed twice', () => {
    exchange.close();

    expect(() => exchange.close()).not.toThrow();
  });
});
