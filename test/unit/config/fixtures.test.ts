import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { parseConfig } from '../../../src/config/index.ts';
import { isCodedError } from '../../../src/contracts/errors.ts';
import type { Problem } from '../../../src/contracts/errors.ts';

/**
 * A folder of broken configs: `NAME.yaml` beside `NAME.txt`, what must be said about it. Drop a pair, get a test.
 * After a change of wording run with UPDATE_FIXTURES=1 and read the difference.
 */
const folder = join(import.meta.dirname, 'fixtures');
const names = readdirSync(folder).filter((file) => file.endsWith('.yaml'));

function say({ code, message, line, column, excerpt, hint }: Problem): string {
  const where = line === undefined ? '' : `${String(line)}:${String(column)} `;
  return [`${where}${code} ${message}`, excerpt ?? '', ...(hint === undefined ? [] : [`→ ${hint}`])]
    .filter((part) => part !== '')
    .join('\n');
}

function problemsOf(name: string): readonly Problem[] {
  try {
    parseConfig(readFileSync(join(folder, name)), 'slipway.yaml');
    return [];
  } catch (error) {
    if (!isCodedError(error)) throw error;
    return error.problems;
  }
}

describe('broken configs', () => {
  it.each(names)('%s', (name) => {
    const file = join(folder, name.replace(/\.yaml$/, '.txt'));

    const said = `${problemsOf(name).map(say).join('\n\n')}\n`;

    if (process.env['UPDATE_FIXTURES'] === '1') writeFileSync(file, said);
    expect(said).toBe(readFileSync(file, 'utf8'));
    expect(said.trim()).not.toBe('');
  });
});
