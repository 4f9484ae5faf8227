import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { openStep, type Step } from '../../../../src/platform/runner/index.ts';
import { commandsIn, pairsIn } from '../../../support/runner.ts';

const FILES = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STEP_SUMMARY'];

let folder: string;
let printed: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-step-'));
  for (const name of FILES) vi.stubEnv(name, join(folder, name));
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

interface Seen {
  readonly commands: readonly string[];
  readonly log: string;
  readonly read: (name: string) => string;
}

/** Everything that a step says to its runner. */
async function said(speak: (step: Step) => void | Promise<void>): Promise<Seen> {
  printed = '';
  for (const name of FILES) writeFileSync(join(folder, name), '');
  const step = openStep();
  await speak(step);
  step.close();
  return {
    commands: commandsIn(printed),
    log: printed,
    read: (name) => readFileSync(join(folder, `GITHUB_${name}`), 'utf8'),
  };
}

/** Text that means something to a runner, among text that means nothing. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        ...[
          '\n',
          '\r',
          '\r\n',
          '::',
          '%0A',
          '%0D',
          '%25',
          '=',
          '<<',
          ',',
          ':',
          '\u2028',
          '\0',
          ' ',
          '\uFEFF',
        ],
        ...['::error::owned', '::set-output name=decision::pass', '::add-path::/tmp', '::stop-commands::x'],
        ...['\n::endgroup::', '##[group]x', '##[add-mask]x', 'decision<<EOF\npass\nEOF\n', 'decision=pass'],
        ...['ghadelimiter_', '::slipway-', '\n::save-state name=a::b'],
      ),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

const unescaped = (text: string): string =>
  text.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%');

describe('a step', () => {
  test('gives any text as exactly one output, and says nothing else by it', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (value) => {
        const { read, commands } = await said((step) => step.output('message', value));

        expect(pairsIn(read('OUTPUT'))).toEqual({ message: value });
        for (const name of ['ENV', 'PATH', 'STATE', 'STEP_SUMMARY']) expect(read(name)).toBe('');
        expect(commands).toEqual([]);
      }),
    );
  });

  test('keeps any text for its post step as exactly one value', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (value) => {
        const { read } = await said((step) => step.save('key', value));

        expect(pairsIn(read('STATE'))).toEqual({ key: value });
      }),
    );
  });

  test('shows any text in its log without obeying it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { minLength: 1, maxLength: 4 }), async (texts) => {
        const { commands, log, read } = await said((step) => texts.forEach((text) => step.log.line(text)));

        expect(commands).toEqual([]);
        for (const text of texts) expect(log).toContain(text);
        for (const name of ['OUTPUT', 'ENV', 'PATH', 'STATE']) expect(read(name)).toBe('');
      }),
    );
  });

  test('makes of any text one annotation, between lines that stay inert', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, hostile, hostile, async (title, message, file) => {
        const { commands } = await said((step) => {
          step.log.line(message);
          step.annotate({ level: 'warning', title, message, file, line: 3, column: 2 });
          step.log.line(message);
        });

        expect(commands).toHaveLength(1);
        const [command = ''] = commands;
        expect(command).toMatch(/^::warning [^\r\n]*::/u);
        const at = command.indexOf('::', 2);
        expect(unescaped(command.slice(at + 2))).toBe(message);
        const names = command
          .slice('::warning '.length, at)
          .split(',')
          .map((pair) => pair.split('=', 1)[0]);
        for (const name of names) expect(['title', 'file', 'line', 'col']).toContain(name);
      }),
    );
  });

  test('folds lines under any title, also when the work fails', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, fc.boolean(), async (title, fails) => {
        const { commands } = await said(async (step) => {
          const work = async (): Promise<void> =>
            await (fails ? Promise.reject(new Error('no')) : Promise.resolve());
          await step.group(title, work).catch(() => undefined);
        });

        expect(commands).toHaveLength(2);
        expect(commands[0]).toMatch(/^::group::/u);
        expect(commands[1]).toBe('::endgroup::');
      }),
    );
  });

  test('stops commands under another word each time, so that none can be learnt from the log', async () => {
    const { log } = await said((step) => {
      step.annotate({ level: 'notice', title: 'a', message: 'b' });
      step.annotate({ level: 'notice', title: 'a', message: 'b' });
    });

    const words = [...log.matchAll(/^::stop-commands::(.+)$/gmu)].map(([, word]) => word);
    expect(new Set(words).size).toBe(3);
  });

  test('writes booleans and numbers as expressions compare them', async () => {
    const { read } = await said((step) => {
      step.output('yes', true);
      step.output('count', 12);
    });

    expect(pairsIn(read('OUTPUT'))).toEqual({ yes: 'true', count: '12' });
  });

  test('cuts a summary that GitHub would drop, at a line, and says so', async () => {
    const line = `${'ä'.repeat(100)}\n`;

    const { read } = await said(async (step) => await step.summarize(line.repeat(10_000)));

    const summary = read('STEP_SUMMARY');
    expect(Buffer.byteLength(summary)).toBeLessThan(1024 ** 2);
    expect(summary).toMatch(/_The rest is longer than a summary may be[^\n]*_\n/u);
    expect(summary).not.toContain('\uFFFD');
  });

  test('hides nothing behind an empty mask', async () => {
    const { commands } = await said((step) => {
      step.mask('');
      step.mask('  ');
      step.mask('s3cret');
    });

    expect(commands).toEqual(['::add-mask::s3cret']);
  });

  test('puts a folder and a variable of ours where the next steps see them', async () => {
    const { read } = await said((step) => {
      step.addPath('/opt/bin');
      step.setVariable('SLIPWAY_NATIVE', '/opt/native');
    });

    expect(read('PATH')).toBe('/opt/bin\n');
    expect(pairsIn(read('ENV'))).toEqual({ SLIPWAY_NATIVE: '/opt/native' });
  });
});
