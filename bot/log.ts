import { pino, type DestinationStream, type Logger } from 'pino';

export type BotLog = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** Whatever looks like a credential of GitHub's or a key, wherever it stands in a line (docs.github.com, "token formats"). */
const SECRETS =
  /\b(?:gh[opsur]_[A-Za-z0-9_]{20,}|github_pat_[A-Za-z0-9_]{20,}|eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,})|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/** JSON lines; credentials are masked as text, so that none slips through by a new member. */
export function createLog(
  level: string,
  out: DestinationStream = pino.destination({ dest: 1, sync: true }),
): Logger {
  const masked: DestinationStream = { write: (line) => out.write(line.replaceAll(SECRETS, '***')) };
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    masked,
  );
}
