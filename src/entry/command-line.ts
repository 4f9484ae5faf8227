import { Option, type Command } from 'commander';

import { InputError } from '../contracts/errors.ts';
import { execute, type Outcome, type Session } from './execute.ts';

/** How commands are declared: what all of them take, and the one door they go through. */

type Run = (session: Session) => Promise<Outcome>;

/** Every command takes these; they may stand before or after its arguments. */
function withCommonFlags(command: Command): Command {
  return command
    .option('--json', 'print one result document on stdout, all else on stderr')
    .option('--quiet', 'no progress, only the result')
    .option('--no-color', 'no colours (they appear only on a terminal)');
}

/** A command with its summary, an example in its help, and the common flags. */
export function add(program: Command, usage: string, summary: string, example: string): Command {
  const command = withCommonFlags(program.command(usage).description(summary));
  return command.addHelpText('after', `\nExample:\n${example.replaceAll(/^/gm, '  ')}`);
}

/** Runs a command and leaves its exit code. */
export async function perform(command: Command, name: string, run: Run): Promise<void> {
  process.exitCode = await execute({ name, flags: command.opts() }, run);
}

/** A flag whose value is a number. */
export function numberOption(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value)) {
      throw new InputError({
        code: 'USAGE',
        message: `${flags.split(' ')[0] ?? flags}: expected a number, found "${text}"`,
      });
    }
    return value;
  });
}

/** The flag of commands that read slipway.yaml. */
export function withConfigFlag(command: Command): Command {
  return command.option('--config <file>', 'the config (default: the nearest slipway.yaml upwards)');
}
