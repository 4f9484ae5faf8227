import { gitLogStore } from '../../../../src/platform/git/log-store.ts';
import { appendEntry, type Log } from '../../../../src/registry/index.ts';
import { draft } from '../../../support/log-entries.ts';

/** A process that appends to the log of a repository until it is killed, a line for each entry. */

const store = gitLogStore(process.argv[2]!);
let followed: Log | undefined;
for (let n = 1; ; n++) {
  const done = await appendEntry(store, draft('register', { version: `v1.${n}.0` }), {
    trust: { bot: null },
    followed,
    recheck: () => Promise.resolve(null),
    sleep: () => Promise.resolve(),
  });
  followed = done.log;
  process.stdout.write(`${n}\n`);
}
