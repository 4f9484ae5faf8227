import { ActionFailure, type Environment, Kit } from './kit.ts';
import { loadStandIn, type StandInName } from './registry.ts';

/** Runs a stand-in's part in this process: its exit code is what the step ends with. */
export async function run(name: StandInName, stage: 'main' | 'post', env: Environment): Promise<void> {
  const kit = new Kit(env, (text) => process.stdout.write(text));
  try {
    const standIn = await loadStandIn(name);
    await (stage === 'main' ? standIn.main(kit) : standIn.post?.(kit));
  } catch (error) {
    kit.error(error instanceof ActionFailure ? error.message : String((error as Error).stack ?? error));
    process.exitCode = 1;
  }
}
