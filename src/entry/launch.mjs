#!/usr/bin/env node
// Starts on any Node >= 20 and hands over to the pinned Node 24, which runs the TypeScript sources directly.
// Plain JavaScript on purpose: an older Node must be able to read this file.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const main = ['main.ts', 'main.js'].map((name) => join(here, name)).find((file) => existsSync(file));
const PINNED_PACKAGES = [
  `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
  `node-bin-${process.platform}-${process.arch}`,
];

function pinnedNode() {
  const require = createRequire(import.meta.url);
  for (const name of PINNED_PACKAGES) {
    try {
      const folder = dirname(require.resolve(`${name}/package.json`));
      return join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    } catch {
      // not installed for this platform: try the next name
    }
  }
  return undefined;
}

/** The pinned process is told when this one goes away, however it goes: its IPC channel closes. */
function handOver(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, SLIPWAY_HANDED_OVER: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // A terminal sends Ctrl-C to both processes; whoever signals only this one gets it forwarded.
    process.on(signal, () => child.kill(signal));
  }
  child.on('error', (error) => {
    console.error(`slipway: cannot start ${node}: ${error.message}`);
    process.exit(4);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 70);
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}

const major = Number(process.versions.node.split('.')[0]);
const pinned = major === 24 || process.env.SLIPWAY_HANDED_OVER ? undefined : pinnedNode();
if (pinned !== undefined && existsSync(pinned)) {
  handOver(pinned);
} else if (major < 24) {
  console.error(
    `slipway: needs Node 24, found ${process.versions.node}, and the pinned one is not installed.\n` +
      '  next: run `make install` (or `npm install` without --omit=optional), or put Node 24 on the PATH',
  );
  process.exit(4);
} else {
  module.enableCompileCache?.();
  delete process.env.SLIPWAY_HANDED_OVER;
  await import(main);
}
