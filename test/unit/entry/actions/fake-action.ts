import { rm } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

import { z } from 'zod';

import { InputError } from '../../../../src/contracts/errors.ts';
import { defineAction, type ActionOutcome } from '../../../../src/entry/actions/action.ts';
import { text } from '../../../../src/entry/actions/inputs.ts';
import { performAction, performPost } from '../../../../src/entry/actions/perform.ts';
import { paragraph } from '../../../../src/report/index.ts';

/** A step whose input `how` says how it ends: what the tests of perform.ts start as a process of its own. */

const done: ActionOutcome = {
  schema: 'slipway.fake/1',
  decision: 'pass',
  reason: 'DONE',
  message: 'all went well',
  document: { found: 3 },
  text: 'all went well',
};

const HOSTILE = '::error::owned\r::set-env name=A::b\n##[add-path]/tmp\ndecision<<X\nfail\nX';

const WAYS: Readonly<Record<string, () => Promise<ActionOutcome>>> = {
  well: () =>
    Promise.resolve({
      ...done,
      outputs: { count: 3, note: 'a\nb' },
      summary: { title: 'Fake', summary: 's', blocks: [paragraph('<b>all</b> went well')] },
      remarks: [{ level: 'notice', code: 'USAGE', message: 'by the way', file: 'a.py', line: 2 }],
    }),
  hostile: () => Promise.resolve({ ...done, message: HOSTILE, text: HOSTILE, outputs: { note: HOSTILE } }),
  fails: () => Promise.resolve({ ...done, decision: 'fail', reason: 'GATE_FAILED', message: 'worse' }),
  refuses: () =>
    Promise.reject(
      new InputError([
        { code: 'CONFIG_INVALID', message: 'one', file: 'slipway.yaml', line: 4, column: 2, hint: 'do this' },
        { code: 'COLUMN_MISSING', message: 'two' },
      ]),
    ),
  breaks: () => Promise.reject(new TypeError('x is not a function')),
  waits: async () => {
    process.stdout.write('waiting\n');
    await setTimeout(60_000);
    return done;
  },
};

const action = defineAction({
  inputs: z.object({ how: text }),
  renamed: { way: 'how' },
  outputs: ['count', 'note'],
  run: async ({ inputs: { how }, signal, step, cwd, folder }) => {
    step.log.line(`in ${cwd}`);
    if (how === 'no-folder') await rm(folder, { recursive: true });
    const stopped = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('the work was stopped')));
    });
    return await Promise.race([(WAYS[how] ?? WAYS['well']!)(), stopped]);
  },
  post: async ({ inputs: { how } }) =>
    await (how === 'well' ? Promise.resolve() : Promise.reject(new Error('cannot clean'))),
});

if (process.argv[2] === 'post') await performPost('fake', action);
else process.exitCode = await performAction('fake', action);
process.exit();
