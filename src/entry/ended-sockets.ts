/** The assertion of Node 24's fetch: https://github.com/nodejs/undici/issues/5360 */
function isEndedSocket(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error as NodeJS.ErrnoException).code === 'ERR_ASSERTION' &&
    error.message.includes('assert(!this.paused)') &&
    (error.stack ?? '').includes('undici')
  );
}

/**
 * Keeps the process alive when a server closes a connection whose bytes still wait to be read: Node 24's fetch throws
 * past every handler then. The transfer itself ends by its own time limit. Everything else ends the process as before.
 */
export function outliveEndedSockets(tell: (line: string) => void): void {
  process.on('uncaughtException', (error) => {
    if (isEndedSocket(error)) {
      tell('a connection was closed before its bytes were read: that transfer is tried again');
      return;
    }
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(70);
  });
}
