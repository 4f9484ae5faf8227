import { spawnSync } from 'node:child_process';

import { expect, it } from 'vitest';

const MODULE = new URL('../../../src/entry/ended-sockets.ts', import.meta.url).href;

/** A process that leaves an answer unread whose connection is closed, and then does `last`. */
function run(last: string) {
  const script = `
    import { createServer } from 'node:net';
    import { outliveEndedSockets } from ${JSON.stringify(MODULE)};
    outliveEndedSockets((line) => console.log(line));
    const body = 'a'.repeat(65536);
    const server = createServer((socket) => socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\\r\\nContent-Length: 65536\\r\\nConnection: close\\r\\n\\r\\n' + body);
      socket.end();
    }));
    server.listen(0, '127.0.0.1', async () => {
      const unread = await fetch('http://127.0.0.1:' + server.address().port);
      setTimeout(() => { ${last}; console.log('alive ' + unread.status); process.exit(0); }, 300);
    });`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
}

it('outlives a connection that is closed before its bytes are read', () => {
  const { status, stdout } = run('');
  expect([status, stdout]).toEqual([0, expect.stringContaining('alive 200')]);
});

it('ends at everything else, with the reason', () => {
  const { status, stderr } = run(`throw new Error('a bug')`);
  expect([status, stderr]).toEqual([70, expect.stringContaining('a bug')]);
});
