import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { parseConfig } from '../../src/config/index.ts';

const CONFIG_EXAMPLE = /<!-- example: config -->\s*```yaml\n([\s\S]*?)```/g;

const pages = [
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

describe('the documentation', () => {
  test('generated pages are up to date', () => {
    expect(() =>
      execFileSync(process.execPath, ['scripts/generate.ts', '--check'], { stdio: 'pipe' }),
    ).not.toThrow();
  });

  test.each(pages)('every config example of %s is accepted', (page) => {
    const text = readFileSync(page, 'utf8');
    for (const [, example = ''] of text.matchAll(CONFIG_EXAMPLE))
      expect(() => parseConfig(example, page)).not.toThrow();
  });

  test.each(pages)('%s links only to files that exist', (page) => {
    const text = readFileSync(page, 'utf8');
    const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(([, target = '']) => target);
    for (const target of targets) expect(existsSync(join(page, '..', target)), target).toBe(true);
  });
});
