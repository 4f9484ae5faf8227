import { randomUUID } from 'node:crypto';

/**
 * The log of a step. A runner takes any line `::name::…` for a command, whoever printed it; training code and file names
 * print what they like. So commands are stopped for the whole step (docs.github.com: stopping workflow commands) and let
 * through one by one, each stop under a new random word.
 */
export interface StepLog {
  /** Text, whatever is in it; a line feed at its end is added. */
  line(text: string): void;
  /** Lets what `say` prints be read as commands. Only for our own commands, which escape their values. */
  command(say: () => void): void;
  /** Lets commands through again; for the end of the step. */
  close(): void;
}

/** Stops commands until `close`. `write` takes whole lines. */
export function openStepLog(write: (text: string) => void): StepLog {
  let word: string | null = null;
  const stop = (): void => {
    word = `slipway-${randomUUID()}`;
    write(`::stop-commands::${word}\n`);
  };
  const resume = (): void => {
    if (word !== null) write(`::${word}::\n`);
    word = null;
  };
  stop();
  return {
    line(text) {
      write(text.endsWith('\n') ? text : `${text}\n`);
    },
    command(say) {
      resume();
      say();
      stop();
    },
    close: resume,
  };
}
