import { readFileSync, writeFileSync } from 'node:fs';

import { schemaText } from '../src/config/index.ts';
import { PROBLEMS, REASONS } from '../src/contracts/codes.ts';
import { configurationPage } from './configuration-keys.ts';

/** Documents that are generated from the code, so that they cannot drift. `--check` fails where one has. */
const documents: ReadonlyMap<string, string> = new Map([
  ['docs/reasons.md', reasons()],
  ['docs/schema/slipway.schema.json', schemaText()],
  ['docs/configuration.md', configurationPage()],
]);

function reasons(): string {
  const rows = (codes: Readonly<Record<string, string>>): string =>
    Object.entries(codes)
      .map(([code, meaning]) => `| \`${code}\` | ${meaning} |`)
      .join('\n');
  return `# Reason codes

Generated from \`src/contracts/codes.ts\`. A code never changes its meaning. Branch on codes, never on messages.

## Why a decision is what it is

| code | meaning |
| --- | --- |
${rows(REASONS)}

## What can be wrong

| code | meaning |
| --- | --- |
${rows(PROBLEMS)}
`;
}

const check = process.argv.includes('--check');
for (const [file, text] of documents) {
  if (!check) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    console.error(`${file} is out of date: run \`npm run generate\``);
    process.exitCode = 1;
  }
}
