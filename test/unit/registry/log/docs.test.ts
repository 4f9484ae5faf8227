import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { Entry, OPS } from '../../../../src/contracts/entry.ts';

const text = readFileSync(new URL('../../../../docs/log.md', import.meta.url), 'utf8');

/** First cells of the table below a heading. */
function rows(heading: string): string[] {
  const section = text.split(`\n## ${heading}\n`)[1]!.split('\n## ')[0]!;
  return Array.from(section.matchAll(/^\| `([^`]+)` /gmu), ([, name]) => name!);
}

test('every field of an entry is documented, in its order', () => {
  expect(rows('Fields of an entry')).toEqual(Object.keys(Entry.shape));
});

test('every op is documented, in its order', () => {
  expect(rows('Ops')).toEqual([...OPS]);
});
