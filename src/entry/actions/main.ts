import { useProxyOf } from '../../platform/runner/index.ts';
import { ignoreLostReaders, print } from '../print.ts';
import { ACTIONS, isAction } from './list.ts';
import { performAction, performPost } from './perform.ts';

/** `main.ts NAME main|post`: what the stub of each action starts. */
async function main([name = '', phase = 'main']: readonly string[]): Promise<number> {
  if (!isAction(name)) {
    print(2, `slipway: there is no action "${name}"; expected one of ${Object.keys(ACTIONS).join(', ')}`);
    return 2;
  }
  const load: () => Promise<Parameters<typeof performAction>[1]> = ACTIONS[name];
  const action = await load();
  if (phase !== 'post') return await performAction(name, action);
  await performPost(name, action);
  return 0;
}

ignoreLostReaders();
useProxyOf(process.env);
process.exitCode = await main(process.argv.slice(2));
