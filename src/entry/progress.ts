import picocolors from 'picocolors';

/** Progress goes to stderr: whole lines in a log, one rewritten line on a terminal. */
export interface Progress {
  /** A step began or ended; stays on the screen. */
  line(text: string): void;
  /** What is going on right now; rewritten in place on a terminal, left out of logs. */
  status(text: string): void;
  /** A line of the user's own command. */
  log(text: string): void;
  end(): void;
}

const STATUS_EVERY_MS = 100;

/** Progress on stderr, or none when quiet. */
export function createProgress(options: { readonly quiet: boolean; readonly color: boolean }): Progress {
  const paint = picocolors.createColors(options.color);
  const terminal = process.stderr.isTTY && !options.quiet && process.env['TERM'] !== 'dumb';
  let shown = false;
  let lastStatus = 0;
  const clear = (): void => {
    if (shown) process.stderr.write('\r\u001B[2K');
    shown = false;
  };
  const write = (text: string): void => {
    if (options.quiet) return;
    clear();
    process.stderr.write(`${text}\n`);
  };
  return {
    line: write,
    log: (text) => write(paint.dim(`    ${text}`)),
    status(text) {
      if (!terminal || Date.now() - lastStatus < STATUS_EVERY_MS) return;
      lastStatus = Date.now();
      clear();
      process.stderr.write(text.slice(0, Math.max(20, (process.stderr.columns || 80) - 1)));
      shown = true;
    },
    end: clear,
  };
}
