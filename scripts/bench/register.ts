import type { Bench } from './bench.ts';
import { largeRows, withLargeModel } from './large.ts';
import { interleave } from './measure.ts';

const ROUNDS = 3;

/** A version of 1 GiB: sent, verified and registered over HTTP, beside one pass of `sha256sum` over the file. */
export const registerBench: Bench = {
  name: 'register',
  title: 'Registering a version of 1 GiB',
  run: (context) =>
    withLargeModel(context, async ({ once, sum }) => {
      let round = 0;
      context.say(`${ROUNDS} rounds of registering and of sha256sum`);
      const register = () => once('register-once.ts', String(round++));
      const [ours, peer] = await interleave([register, sum], ROUNDS);
      return largeRows('register', ours!, peer!);
    }),
};
