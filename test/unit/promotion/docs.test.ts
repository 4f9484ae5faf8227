import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { commandsTable, RULES, rulesTable } from '../../../src/promotion/index.ts';

const page = readFileSync('docs/promotion.md', 'utf8');

/** A table's rows without the spaces that align them. */
function rows(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[\s|-]+$/u.test(line))
    .map((line) => line.replace(/\s*\|\s*/gu, '|'));
}

test('the page shows every command and every rule as the code has them', () => {
  expect(rows(page)).toEqual(expect.arrayContaining([...rows(commandsTable()), ...rows(rulesTable())]));
  expect(rows(rulesTable())).toHaveLength(RULES.length + 1);
});
