import { listen } from '../../../sandbox/http/server.ts';
import { pagesMount } from '../../../sandbox/http/pages.ts';
import type { Sandbox } from '../../../sandbox/index.ts';
import { pagesApp } from '../../../sandbox/pages/index.ts';

/** Serves the pages of a sandbox on a free port of 127.0.0.1. */
export async function servePages(
  sandbox: Sandbox,
): Promise<{ url: string; failures: readonly unknown[]; close(): Promise<void> }> {
  const failures: unknown[] = [];
  const listener = await listen(0);
  listener.serve(sandbox, {
    mounts: [pagesMount(pagesApp(sandbox))],
    failed: (error) => failures.push(error),
  });
  return { url: `http://127.0.0.1:${listener.port}`, failures, close: () => listener.close() };
}
