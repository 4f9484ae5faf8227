import type { Command } from 'commander';

import { add, perform, withConfigFlag } from './command-line.ts';

/** `bot`, `bot setup` and `doctor`. */
export function addBotCommands(program: Command): void {
  const bot = add(
    program,
    'bot',
    'the GitHub App that answers labels and comments; configured by its environment alone (docs/bot.md)',
    'slipway bot --port 3000',
  )
    .option('--port <number>', 'where it listens (default: PORT, or 3000; 0: any free port)')
    .option('--host <address>', 'address it listens on (default: HOST, or 127.0.0.1)');
  bot.action(() => perform(bot, 'bot', async (session) => (await import('./bot.ts')).botCommand(session)));
  addSetup(bot);
  const doctor = withConfigFlag(
    add(
      program,
      'doctor',
      'what is missing for every guarantee that the config relies on, and the exact repair',
      'GH_TOKEN=… slipway doctor --json',
    ),
  );
  doctor.action(() =>
    perform(doctor, 'doctor', async (session) => (await import('./doctor.ts')).doctorCommand(session)),
  );
}

function addSetup(bot: Command): void {
  const setup = add(
    bot,
    'setup',
    'make the App at GitHub with exactly the permissions it needs, and keep its key in .slipway/bot',
    'slipway bot setup --webhook-url https://bot.example.com --organization acme',
  )
    .requiredOption('--webhook-url <url>', 'the bot’s public address: GitHub delivers there')
    .option('--name <name>', 'name of the App, unique on GitHub (default: slipway)')
    .option('--organization <login>', 'who owns the App (default: whoever confirms it)')
    .option('--github-url <url>', 'GitHub’s pages (default: https://github.com)');
  setup.action(() =>
    perform(setup, 'bot setup', async (session) => (await import('./bot-setup.ts')).botSetupCommand(session)),
  );
}
