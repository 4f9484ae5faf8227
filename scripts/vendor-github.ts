import { readFileSync, writeFileSync } from 'node:fs';

import { SERVED, SERVED_EVENTS } from '../sandbox/contract/served.ts';
import { exampleReport } from './vendor/examples.ts';
import { withoutDescriptions } from './vendor/graphql.ts';
import { fetchFile, PACKAGES, sourceOf } from './vendor/packages.ts';
import { operationTable, servedOperations } from './vendor/rest.ts';
import { layout, type Tree } from './vendor/schema.ts';
import { servedWebhooks } from './vendor/webhooks.ts';

/**
 * Writes what sandbox/contract keeps of GitHub's own descriptions of its API: `npm run vendor:github`.
 * `--check` writes nothing and fails where a file differs. `--report` tells which of GitHub's own examples the
 * contract refuses.
 */
const CONTRACT = 'sandbox/contract';

const rest = JSON.parse(fetchFile(PACKAGES.rest)) as Tree;
const webhooks = JSON.parse(fetchFile(PACKAGES.webhooks)) as Tree;
const served = Object.values(SERVED).flat();

const files: ReadonlyMap<string, string> = new Map([
  [`${CONTRACT}/rest.json`, layout({ source: sourceOf(PACKAGES.rest), ...servedOperations(rest, served) })],
  [`${CONTRACT}/operations.json`, layout({ source: sourceOf(PACKAGES.rest), ...operationTable(rest) })],
  [
    `${CONTRACT}/webhooks.json`,
    layout({ source: sourceOf(PACKAGES.webhooks), ...servedWebhooks(webhooks, SERVED_EVENTS) }),
  ],
  [
    `${CONTRACT}/schema.graphql`,
    `# ${sourceOf(PACKAGES.graphql)}\n${withoutDescriptions(fetchFile(PACKAGES.graphql))}`,
  ],
]);

const check = process.argv.includes('--check');
for (const [file, text] of files) {
  if (!check) {
    writeFileSync(file, text);
    console.log(`${file}: ${Buffer.byteLength(text)} bytes`);
  } else if (readFileSync(file, 'utf8') !== text) {
    console.error(`${file} is not what its source gives: run \`npm run vendor:github\``);
    process.exitCode = 1;
  }
}
if (process.argv.includes('--report')) console.log(exampleReport(rest));
