import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { hasPython, python, TEMPLATE } from './python.ts';

const DIGESTS = {
  'flights.csv': 'b1e61066b1cb5cf6d0945e729f9999fa89fb7b10f110da752bb943f2f6d949ff',
  'production.csv': 'dbb25252b2566aa5761d17da0c6a9864fe92f9f0f291969fbdae793312ca5426',
};

describe.skipIf(!hasPython)('prepare.py on the package’s data', () => {
  let folder = '';
  let said = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-starter-'));
    said = python(folder, [join(TEMPLATE, 'prepare.py'), '--out', folder]);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(Object.entries(DIGESTS))('writes the same bytes everywhere: %s', (file, digest) => {
    const content = readFileSync(join(folder, file));

    expect(createHash('sha256').update(content).digest('hex')).toBe(digest);
  });

  test('gives the rows that the README counts, apart by time', () => {
    const months = readFileSync(join(folder, 'flights.csv'), 'utf8')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => Number(line.split(',')[2]));
    const readme = readFileSync(join(TEMPLATE, 'README.md'), 'utf8');

    const train = months.filter((month) => month <= 3).length;
    const tested = months.filter((month) => month > 3 && month <= 6).length;

    expect([train, tested, months.length]).toEqual([77_911, 82_767, 160_678]);
    expect(readme).toContain('77,911 flights to train on');
    expect(readme).toContain('82,767 to test');
  });

  test('says what it left out and why', () => {
    expect(said).toContain('8,255 cancelled, 1,175 without an arrival time');
    expect(said).toContain('1 impossible wind speed(s) set to missing');
  });

  test('holds no column that is known only after the scheduled departure', () => {
    const [header = ''] = readFileSync(join(folder, 'flights.csv'), 'utf8').split('\n', 1);

    expect(header.split(',')).toEqual([
      ...['id', 'ts', 'month', 'weekday', 'origin', 'dest', 'carrier', 'departure_hour', 'distance'],
      ...['temp', 'dewp', 'humid', 'wind_dir', 'wind_speed', 'wind_gust', 'precip', 'visib', 'pressure'],
      'late',
    ]);
  });
});
