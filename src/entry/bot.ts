import { readBotConfig } from '../../bot/config.ts';
import { InputError } from '../contracts/errors.ts';
import { outliveEndedSockets } from './ended-sockets.ts';
import type { Outcome, Session } from './execute.ts';
import { print } from './print.ts';
import { untilStopped } from './stop.ts';

/** `slipway bot`: the GitHub App, from its environment alone, until Ctrl-C. Prints one line when it is ready. */
export async function botCommand(session: Session): Promise<Outcome> {
  const { flags, signal } = session;
  const config = readBotConfig({
    ...process.env,
    ...named('HOST', flags['host']),
    ...named('PORT', flags['port']),
  });
  outliveEndedSockets((msg) => print(2, JSON.stringify({ level: 'warn', msg })));
  const { startBot } = await import('../../bot/main.ts');
  const bot = await startBot(config, { signal, out: process.stderr });
  try {
    print(1, flags['json'] === true ? JSON.stringify({ url: bot.url }) : `The bot is ready: ${bot.url}`);
    await untilStopped(signal);
  } finally {
    await bot.stop();
  }
  return {
    schema: 'slipway.bot/1',
    decision: 'skipped',
    reason: 'DONE',
    message: 'the bot was stopped',
    document: {},
    text: '',
    silent: true,
  };
}

/** A flag of the command line, under the name it has in the environment. */
function named(name: string, value: unknown): Record<string, string> {
  if (value === undefined) return {};
  if (typeof value !== 'string' || value === '')
    throw new InputError({ code: 'USAGE', message: `--${name.toLowerCase()}: expected a value` });
  return { [name]: value };
}
