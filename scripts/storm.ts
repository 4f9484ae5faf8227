import { storm } from '../test/simulation/e2e/storm.ts';

/** `npm run --silent storm`: 500 requests while the bot is killed 100 times; every approved one is recorded exactly once. */
const [requests = 500, kills = 100, seed = 1] = process.argv.slice(2).map(Number);
const result = await storm({ requests, kills, seed, say: (line) => console.log(line) });
const { problems, recorded, seconds } = result;
console.log(`${requests} requests, ${result.kills} kills, ${recorded} entries, ${seconds.toFixed(0)} s`);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
