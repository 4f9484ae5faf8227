import { CancelledError } from '../contracts/errors.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The launcher forwards what the terminal sends to both: two signals closer than this are one request. */
const SAME_REQUEST_MS = 500;

/** How long a stop may take before a second request ends the process at once. */
const EXIT_CANCELLED = 130;

/**
 * Turns Ctrl-C, kill and the disappearance of the launching process into an AbortSignal. A second request, later than
 * the first, ends the process without waiting.
 */
export function onStopRequest(): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  let first = 0;
  const request = (): void => {
    const now = Date.now();
    if (first !== 0 && now - first > SAME_REQUEST_MS) process.exit(EXIT_CANCELLED);
    if (first !== 0) return;
    first = now;
    controller.abort(new CancelledError());
  };
  for (const signal of SIGNALS) process.on(signal, request);
  process.on('disconnect', request);
  process.channel?.unref();
  return {
    signal: controller.signal,
    release() {
      for (const signal of SIGNALS) process.off(signal, request);
      process.off('disconnect', request);
    },
  };
}

/** Waits until a stop was requested. */
export async function untilStopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
