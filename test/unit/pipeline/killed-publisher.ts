/** A process that is killed while it publishes and holds a lock; started by artifact-cache.test.ts. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { sha256 } from '../../../src/contracts/digest.ts';
import { openArtifactCache } from '../../../src/pipeline/artifact-cache.ts';
import { createDigester } from '../../../src/pipeline/digester.ts';

const dir = process.argv[2] ?? '';
const cache = openArtifactCache(dir, createDigester(join(dir, 'cache', 'stat')));
const never = new Promise<never>(() => undefined);

await cache.exclusively('killed', { signal: new AbortController().signal }, () =>
  cache.publish('train', sha256('killed'), (into) => {
    writeFileSync(join(into, 'half.txt'), 'half');
    process.send?.('writing');
    return never;
  }),
);
