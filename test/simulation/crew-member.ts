import { parentPort } from 'node:worker_threads';

import type { Crewed, Failed, Share } from './crew.ts';
import { runSchedule, tallied, type Tally } from './schedule.ts';

/** A thread that runs the shares it is sent, and sends back what came of each. */
parentPort?.on('message', (share: Share) => {
  void run(share).then((done) => parentPort?.postMessage(done));
});

async function run({ from, count }: Share): Promise<Crewed> {
  const tally: Tally = { schedules: 0, steps: 0, counts: new Map() };
  const failed: Failed[] = [];
  for (let seed = from; seed < from + count; seed++) {
    const outcome = await runSchedule(seed);
    tallied(tally, outcome);
    const { problems } = outcome;
    if (problems.length > 0) failed.push({ seed, problems, story: outcome.story() });
  }
  return { tally, failed };
}
