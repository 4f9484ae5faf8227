import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { ProblemCode } from '../contracts/codes.ts';
import type { CommandOutcome } from '../contracts/command.ts';
import { CommandError } from '../contracts/errors.ts';

const SHOWN_LINES = 20;
const LONGEST_COMMAND = 120;

/** Which command ended, for its error. */
export interface CommandContext {
  /** e.g. `training of churn` */
  readonly what: string;
  readonly code: ProblemCode;
  /** As the config has it, with its placeholders. */
  readonly command: string;
  readonly logFile: string | null;
  readonly timeoutMs: number | null;
  /** The model's folder in the source tree and in the copy, to tell what was left behind. */
  readonly folders?: { readonly source: string; readonly copy: string };
}

/** The error of a command that did not succeed, with its exit and last lines; null when it did. */
export function failureOf(outcome: CommandOutcome, context: CommandContext): CommandError | null {
  if (outcome.exitCode === 0 && !outcome.timedOut) return null;
  const hint = hintOf(outcome, context);
  const excerpt = outcome.lastLines.slice(-SHOWN_LINES).join('\n');
  return new CommandError({
    code: outcome.timedOut ? 'COMMAND_TIMEOUT' : context.code,
    message: `${context.what}: \`${shorten(context.command)}\` ${endOf(outcome, context)} after ${seconds(outcome.durationMs)}`,
    ...(excerpt === '' ? {} : { excerpt }),
    ...(hint === '' ? {} : { hint }),
  });
}

function endOf(outcome: CommandOutcome, context: CommandContext): string {
  if (outcome.timedOut) return `was stopped at its timeout of ${seconds(context.timeoutMs ?? 0)}`;
  if (outcome.signal === 'SIGKILL') return 'was killed by SIGKILL (often: out of memory)';
  if (outcome.signal !== null) return `was ended by ${outcome.signal}`;
  if (outcome.exitCode === 127) return 'exited with code 127 (command not found)';
  return `exited with code ${String(outcome.exitCode)}`;
}

function hintOf(outcome: CommandOutcome, { folders, logFile }: CommandContext): string {
  const log = logFile === null ? '' : `full log: ${logFile}`;
  const left = folders === undefined ? null : leftBehind(outcome.lastLines, folders);
  if (left === null) return log;
  const hint = `${left} exists in your tree but not in the copy the command runs in (git ignores it, or it holds test rows): if the command needs it, add it to train.inputs`;
  return log === '' ? hint : `${hint}; ${log}`;
}

/** A path in the last lines that exists beside the sources and was not copied: the usual reason for "no such file". */
function leftBehind(
  lines: readonly string[],
  { source, copy }: { source: string; copy: string },
): string | null {
  for (const line of lines.slice(-SHOWN_LINES).toReversed()) {
    if (!/no such file|not found|does not exist|cannot open|ENOENT|FileNotFound/i.test(line)) continue;
    for (const [, quoted, bare] of line.matchAll(/['"]([^'"]+)['"]|(?:^|[\s:])([\w./-]+\.\w+)/g)) {
      const path = quoted ?? bare ?? '';
      if (
        path !== '' &&
        !path.startsWith('/') &&
        existsSync(join(source, path)) &&
        !existsSync(join(copy, path))
      )
        return path;
    }
  }
  return null;
}

function seconds(ms: number): string {
  if (ms >= 120_000) return `${Math.round(ms / 60_000)} min`;
  return ms >= 10_000 ? `${Math.round(ms / 1000)} s` : `${(ms / 1000).toFixed(1)} s`;
}

function shorten(command: string): string {
  const line = command.replace(/^set -e\n/, '').replaceAll(/\s*\n\s*/g, '; ');
  return line.length > LONGEST_COMMAND ? `${line.slice(0, LONGEST_COMMAND)}…` : line;
}
