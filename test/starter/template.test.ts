import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { inactiveParts, parseConfig } from '../../src/config/index.ts';
import { ROOT, TEMPLATE } from './python.ts';

const readme = readFileSync(join(TEMPLATE, 'README.md'), 'utf8');

function requirements(file: string): string[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
}

describe('the flights starter', () => {
  test('has a config that is valid and active in all its parts', () => {
    const file = join(TEMPLATE, 'slipway.yaml');

    const config = parseConfig(readFileSync(file, 'utf8'), file);

    expect(Object.keys(config.models)).toEqual(['late-flights']);
    expect(config.models['late-flights']?.data.unit).toMatchObject({ time: 'ts', block: 86_400_000 });
    expect(inactiveParts(config)).toEqual([]);
  });

  test('pins what it needs, at the versions this project is tested with', () => {
    const ours = new Set(requirements(join(ROOT, 'scripts', 'requirements.txt')));

    const pinned = requirements(join(TEMPLATE, 'requirements.txt'));

    expect(pinned.filter((line) => !ours.has(line))).toEqual([]);
    expect(pinned.filter((line) => !/^[\w-]+==[\w.]+(; python_version (<|>=) "3\.11")?$/.test(line))).toEqual(
      [],
    );
  });

  test('names only files that exist, in its README and its config', () => {
    const files = [...readme.matchAll(/^\| `([\w./-]+\.(?:py|yaml|txt))`/gm)].map(([, file]) => file ?? '');
    const scripts = [...readme.matchAll(/^python (\S+\.py)/gm)].map(([, file]) => file ?? '');

    expect(files.length).toBeGreaterThan(3);
    expect([...files, ...scripts].filter((file) => !existsSync(join(TEMPLATE, file)))).toEqual([]);
  });

  test('keeps generated files and environments out of the repository', () => {
    const ignored = requirements(join(TEMPLATE, '.gitignore'));

    expect(ignored).toEqual(expect.arrayContaining(['.slipway/', '.venv/', 'data/', 'model/']));
  });

  test('shows its model no column that is known only after the scheduled departure', () => {
    const params = readFileSync(join(TEMPLATE, 'params.yaml'), 'utf8');

    expect(params).not.toMatch(/dep_time|dep_delay|arr_|air_time|late/);
  });
});
