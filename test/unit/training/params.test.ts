import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { InputError } from '../../../src/contracts/errors.ts';
import { loadParams } from '../../../src/training/params.ts';
import { readReportedMetrics } from '../../../src/training/reported-metrics.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'slipway-params-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function put(name: string, content: string): string {
  writeFileSync(join(dir, name), content);
  return name;
}

describe('loadParams', () => {
  test('YAML, JSON and TOML are merged, later files win', () => {
    put('a.yaml', 'base: &b {x: 1}\nnet:\n  <<: *b\n  depth: 3\nname: a\n');
    put('b.json', '{"net": {"depth": 4}, "date": "2026-01-01"}');
    put('c.toml', 'name = "c"\n[opt]\nlr = 1e-3\n');

    expect(loadParams(dir, ['a.yaml', 'b.json', 'c.toml'])).toEqual({
      base: { x: 1 },
      net: { x: 1, depth: 4 },
      name: 'c',
      date: '2026-01-01',
      opt: { lr: 0.001 },
    });
  });

  test('an empty file holds no parameters', () => {
    expect(loadParams(dir, [put('a.yaml', '# nothing yet\n')])).toEqual({});
  });

  test('every file’s problem comes at once, with its place', () => {
    put('a.yaml', 'x: [1\ny: 2\n');
    put('b.toml', 'x = 1\ny = \n');
    put('c.yaml', '- 1\n');
    put('d.py', 'X = 1\n');

    const load = () => loadParams(dir, ['a.yaml', 'b.toml', 'c.yaml', 'd.py', 'none.yaml']);

    expect(load).toThrow(InputError);
    try {
      load();
    } catch (error) {
      const problems = (error as InputError).problems;
      expect(problems.map(({ code }) => code)).toEqual([
        'FORMAT_BROKEN',
        'FORMAT_BROKEN',
        'FORMAT_BROKEN',
        'FORMAT_UNKNOWN',
        'FILE_NOT_FOUND',
      ]);
      expect(problems[0]).toMatchObject({ line: 2 });
      expect(problems[1]).toMatchObject({ line: 2 });
    }
  });
});

describe('readReportedMetrics', () => {
  const read = (...names: string[]) =>
    readReportedMetrics(names.map((name) => ({ path: name, file: join(dir, name) })));

  test('numbers are flattened, texts left out', () => {
    put('m.json', '{"auc": 0.8, "per_class": {"a": 1, "b": 2}, "model": "gbdt", "ok": true, "list": [1, 2]}');

    expect(read('m.json')).toEqual({
      values: { auc: 0.8, 'per_class.a': 1, 'per_class.b': 2, 'list.0': 1, 'list.1': 2 },
      warnings: [],
    });
  });

  test('values that are not finite are said and left out', () => {
    put('m.json', '{"auc": NaN, "loss": Infinity, "f1": 0.5}');

    const { values, warnings } = read('m.json');

    expect(values).toEqual({ f1: 0.5 });
    expect(warnings).toHaveLength(2);
  });

  test('a broken file is a warning: what is shown never decides', () => {
    put('m.json', '{"auc": ');

    expect(read('m.json')).toMatchObject({ values: {}, warnings: [{ code: 'METRICS_UNREADABLE' }] });
  });
});
