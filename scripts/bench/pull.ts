import { rmSync } from 'node:fs';
import { join } from 'node:path';

import type { Bench } from './bench.ts';
import { largeRows, withLargeModel } from './large.ts';
import { interleave } from './measure.ts';

const ROUNDS = 3;

/** A version of 1 GiB: fetched over HTTP, verified, written and kept in an empty cache, beside one pass of `sha256sum`. */
export const pullBench: Bench = {
  name: 'pull',
  title: 'Pulling a version of 1 GiB',
  run: (context) =>
    withLargeModel(context, async ({ work, once, sum }) => {
      context.say('registering it');
      await once('register-once.ts', '0');
      context.say(`${ROUNDS} rounds of pulling and of sha256sum`);
      const into = join(work, 'pulled');
      const pull = async () => {
        rmSync(into, { recursive: true, force: true });
        return await once('pull-once.ts', into);
      };
      const [ours, peer] = await interleave([pull, sum], ROUNDS);
      return largeRows('pull', ours!, peer!);
    }),
};
