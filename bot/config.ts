import { readFileSync, statSync } from 'node:fs';

import { z } from 'zod';

import { InputError, type Problem } from '../src/contracts/errors.ts';

/** How a bot is run; everything from its environment, so that nothing secret stands on a command line. */
export interface BotConfig {
  readonly appId: number;
  /** PEM. */
  readonly privateKey: string;
  /** The webhook's secrets: the current one first, the one before it while it is being rotated. */
  readonly secrets: readonly string[];
  readonly api: string;
  readonly host: string;
  readonly port: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** Repositories that are reconciled at the same time. */
  readonly concurrency: number;
}

const PEM = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

const Environment = z.object({
  APP_ID: z.coerce.number({ error: 'expected the App’s numeric id' }).int().min(1),
  WEBHOOK_SECRET: z
    .string({ error: 'expected the webhook’s secret' })
    .min(16, { error: 'expected at least 16 characters: make one with `openssl rand -hex 32`' }),
  WEBHOOK_SECRET_PREVIOUS: z.string().optional(),
  GITHUB_API_URL: z
    .url({ error: 'expected an address such as https://api.github.com' })
    .default('https://api.github.com'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number({ error: 'expected a port number' }).int().min(0).max(65_535).default(3000),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  CONCURRENCY: z.coerce.number({ error: 'expected a whole number' }).int().min(1).max(64).default(8),
});

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Reads the bot's environment: APP_ID, PRIVATE_KEY or PRIVATE_KEY_PATH, WEBHOOK_SECRET, WEBHOOK_SECRET_PREVIOUS,
 * GITHUB_API_URL, HOST, PORT, LOG_LEVEL, CONCURRENCY. Values of secrets never appear in messages.
 *
 * @throws InputError CONFIG_INVALID with all problems at once
 */
export function readBotConfig(variables: Variables): BotConfig {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(given);
  const problems: Problem[] = parsed.success
    ? []
    : parsed.error.issues.map((issue) => problem(issue.path.join('.'), issue.message));
  const key = privateKey(given, problems);
  if (!parsed.success || key === null || problems.length > 0) throw new InputError(problems);
  const { data } = parsed;
  return {
    appId: data.APP_ID,
    privateKey: key,
    secrets: [data.WEBHOOK_SECRET, data.WEBHOOK_SECRET_PREVIOUS].filter((secret) => secret !== undefined),
    api: data.GITHUB_API_URL.replace(/\/$/, ''),
    host: data.HOST,
    port: data.PORT,
    logLevel: data.LOG_LEVEL,
    concurrency: data.CONCURRENCY,
  };
}

function problem(name: string, message: string): Problem {
  return {
    code: 'CONFIG_INVALID',
    message: `${name}: ${message}`,
    hint: 'slipway bot setup writes all of them',
  };
}

/** The key itself (with \n written out, as some hosts need it) or the file that holds it, readable by its owner only. */
function privateKey(variables: Variables, problems: Problem[]): string | null {
  const { PRIVATE_KEY: text, PRIVATE_KEY_PATH: path } = variables;
  if (text !== undefined) {
    const key = text.replaceAll('\\n', '\n');
    if (PEM.test(key)) return key;
    problems.push(problem('PRIVATE_KEY', 'expected a PEM that begins with -----BEGIN … PRIVATE KEY-----'));
    return null;
  }
  if (path === undefined) {
    problems.push(problem('PRIVATE_KEY_PATH', 'expected the App’s private key, here or in PRIVATE_KEY'));
    return null;
  }
  return keyFile(path, problems);
}

function keyFile(path: string, problems: Problem[]): string | null {
  try {
    if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) {
      problems.push(problem('PRIVATE_KEY_PATH', `${path} can be read by others: chmod 600 ${path}`));
    }
    const key = readFileSync(path, 'utf8');
    if (PEM.test(key)) return key;
    problems.push(problem('PRIVATE_KEY_PATH', `${path} holds no private key in PEM form`));
  } catch (error) {
    problems.push(
      problem(
        'PRIVATE_KEY_PATH',
        `${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`,
      ),
    );
  }
  return null;
}
