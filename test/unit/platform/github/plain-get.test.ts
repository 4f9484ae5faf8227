import { createServer, type AddressInfo, type Socket } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { plainGet } from '../../../../src/platform/github/plain-get.ts';

describe('plainGet', () => {
  let url: string;
  let answer: string;
  let close: () => Promise<void>;
  beforeEach(async () => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.once('data', () => socket.end(answer));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    close = () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      });
  });
  afterEach(() => close());
  const init = (redirect: 'manual' | 'error', signal = new AbortController().signal) => ({
    headers: { accept: '*/*' },
    redirect,
    signal,
  });

  it('outlives a connection that is closed before its bytes are read', async () => {
    const bytes = 'a'.repeat(256 * 1024);
    answer = `HTTP/1.1 200 OK\r\nContent-Length: ${bytes.length}\r\nConnection: close\r\n\r\n${bytes}`;
    const response = await plainGet(url, init('manual'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await response.text()).length).toBe(bytes.length);
  });

  it('is cut off where fewer bytes come than were promised', async () => {
    answer = 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfew';
    const response = await plainGet(url, init('manual'));
    await expect(response.text()).rejects.toThrow();
  });

  it('gives a redirect back, or refuses it', async () => {
    answer = 'HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 2\r\n\r\nno';
    const response = await plainGet(url, init('manual'));
    expect([response.status, response.headers.get('location')]).toEqual([302, '/elsewhere']);
    await expect(plainGet(url, init('error'))).rejects.toThrow('redirect');
  });

  it('ends when it is told to', async () => {
    answer = 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1';
    await expect(plainGet(url, init('manual', AbortSignal.abort()))).rejects.toThrow();
  });
});
