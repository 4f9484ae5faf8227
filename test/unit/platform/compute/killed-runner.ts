/** A process that runs a command and is killed meanwhile; started by processes.test.ts. */
import { runCommand } from '../../../../src/pipeline/run-command.ts';
import { createCompute } from '../../../../src/platform/compute/index.ts';

const [cwd = '', command = ''] = process.argv.slice(2);
const compute = createCompute();
const signal = new AbortController().signal;

await runCommand(
  { command, cwd, env: compute.host.environment, timeoutMs: null, logFile: null, signal },
  compute,
);
