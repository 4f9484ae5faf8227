// Stands for npm: puts the packages of the lock file that lies here from this repository's own folder, and says what it was asked.
import { appendFileSync, cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [packages, log, ...args] = process.argv.slice(2);
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
appendFileSync(log, `${JSON.stringify({ args, lock: lock.packages })}\n`);
for (const path of Object.keys(lock.packages)) {
  if (path === '') continue;
  const from = join(packages, path.slice('node_modules/'.length));
  cpSync(from, path, { recursive: true, filter: (file) => !/\/(?:darwin|win32)\//.test(file) });
}
