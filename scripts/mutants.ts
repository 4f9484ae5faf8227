import { availableParallelism } from 'node:os';

import { MUTANTS } from '../test/simulation/mutants/list.ts';
import { huntAll } from '../test/simulation/mutants/run.ts';

/** `npm run --silent mutants [WORD]`: every design mutant (or those with the word in their names) must die. */
const SCHEDULES = Number(process.env['N'] ?? 2000);

const word = process.argv[2] ?? '';
const names = MUTANTS.map(({ name }) => name).filter((name) => name.includes(word));
let done = 0;
const hunted = await huntAll(names, {
  schedules: SCHEDULES,
  atOnce: availableParallelism(),
  onDone: ({ name, killed, by, ms }) => {
    const state = killed ? 'killed' : 'SURVIVED';
    console.log(
      `${++done}/${names.length} ${state} in ${(ms / 1000).toFixed(1)} s: ${name}\n    ${by.split('\n')[0] ?? ''}`,
    );
  },
});
const left = hunted.filter(({ killed }) => !killed);
console.log(`${hunted.length - left.length} of ${hunted.length} killed`);
if (left.length > 0) process.exitCode = 1;
