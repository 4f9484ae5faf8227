import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';

import { httpAssetBytes } from '../../../../src/platform/github/asset-bytes.ts';
import type { ByteSource } from '../../../../src/registry/ports.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const bytes = httpAssetBytes({ token: 'secret', userAgent: 'slipway-test', stallMs: 200 });

async function read(url: string, start = 0): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes.download(url, start)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function source(...texts: readonly (string | Error)[]): ByteSource {
  return {
    bytes: texts.reduce((sum, text) => sum + (text instanceof Error ? 1 : text.length), 0),
    async *read() {
      await Promise.resolve();
      for (const text of texts) {
        if (text instanceof Error) throw text;
        yield Buffer.from(text);
      }
    },
  };
}

describe('a download', () => {
  it('follows to the storage without the token, from where it stopped', async () => {
    const asked: IncomingMessage['headers'][] = [];
    const storage = await serve((request, response) => {
      asked.push(request.headers);
      response.writeHead(206).end('world');
    });
    const api = await serve((request, response) => {
      asked.push(request.headers);
      response.writeHead(302, { location: `${storage}/signed` }).end();
    });
    expect(await read(`${api}/asset`, 6)).toBe('world');
    expect(asked.map(({ authorization, range }) => [authorization, range])).toEqual([
      ['token secret', 'bytes=6-'],
      [undefined, 'bytes=6-'],
    ]);
  });

  it('skips what comes again where the range is ignored', async () => {
    const api = await serve((_, response) => response.end('hello world'));
    expect(await read(api, 6)).toBe('world');
  });

  it('is told to have broken off where it ends early or stops', async () => {
    const short = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 10 }).write('hello');
      setTimeout(() => response.destroy(), 10);
    });
    await expect(read(short)).rejects.toMatchObject({ code: 'NETWORK' });
    const stalled = await serve((_, response) => void response.writeHead(200).write('hello'));
    await expect(read(stalled)).rejects.toMatchObject({ code: 'NETWORK' });
  });
});

describe('an upload', () => {
  it('sends all bytes with their length, once', async () => {
    const got: string[] = [];
    const api = await serve((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        got.push(`${request.headers['content-length'] ?? ''} ${text}`);
        response.writeHead(201).end('{"id":1}');
      });
    });
    expect(await bytes.upload(api, source('hello ', 'world'))).toMatchObject({
      status: 201,
      data: { id: 1 },
    });
    expect(got).toEqual(['11 hello world']);
  });

  it('is unclear after an error of the server, a refusal after one of ours, and never sent on', async () => {
    const answering = (status: number) =>
      serve((request, response) => {
        request.resume();
        response.writeHead(status, { location: 'http://127.0.0.1:9/' }).end('{"message":"no"}');
      });
    await expect(bytes.upload(await answering(502), source('x'))).rejects.toMatchObject({
      code: 'AMBIGUOUS',
    });
    await expect(bytes.upload(await answering(422), source('x'))).rejects.toMatchObject({
      code: 'GITHUB_REFUSED',
      status: 422,
    });
    await expect(bytes.upload(await answering(307), source('x'))).rejects.toMatchObject({
      code: 'AMBIGUOUS',
    });
  });

  it('tells an error of the file as it is', async () => {
    const api = await serve((request, response) => {
      request.resume();
      request.on('end', () => response.end('{}'));
    });
    const broken = new Error('the disk is gone');
    await expect(bytes.upload(api, source('x', broken))).rejects.toBe(broken);
  });
});
