import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { RunnerServices } from '../leg.ts';

/**
 * Makes `gh` of a job talk to the sandbox as on GitHub it talks to GitHub, with nothing but the token that the step
 * gives it: a script of that name in `folder` adds host and proxy, which no other program of the job sees.
 * Addresses of the API's payloads, which `gh` would take for another host, get the name that it knows.
 * https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/use-github-cli
 */
export function writeGh(folder: string, bash: string, gh: string, services: RunnerServices): void {
  mkdirSync(folder, { recursive: true });
  const { hostname } = new URL(services.serverUrl);
  const payload = `${new URL(services.apiUrl).origin}/`;
  const script = `#!${bash} -p
export GH_HOST="\${GH_HOST:-${hostname}}" HTTP_PROXY='${services.proxyUrl}' http_proxy='${services.proxyUrl}'
payload='${payload}'
exec '${gh}' "\${@/#"$payload"/http://${hostname}/}"
`;
  writeFileSync(join(folder, 'gh'), script, { mode: 0o755 });
}
