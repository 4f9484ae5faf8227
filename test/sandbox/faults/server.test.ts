import { afterEach, describe, expect, it } from 'vitest';

import { Faults, faultyHandle, type FaultConfigInput } from '../../../sandbox/faults/index.ts';
import { uploadMount } from '../../../sandbox/http/assets.ts';
import { listen, type Listener } from '../../../sandbox/http/server.ts';
import { commitFiles } from '../history.ts';
import { newWorld } from '../world.ts';

const listeners: Listener[] = [];
afterEach(async () => {
  for (const listener of listeners.splice(0)) await listener.close();
});

async function served(config: FaultConfigInput) {
  const world = newWorld();
  commitFiles(world, { 'a.txt': 'a' });
  const { id } = world.call('writer', 'POST /repos/owner/repo/releases', { tag_name: 'v1' }).body;
  const faults = new Faults(world.sandbox.core);
  faults.configure(config);
  const listener = await listen(0);
  listeners.push(listener);
  const errors: unknown[] = [];
  listener.serve(world.sandbox, {
    handle: faultyHandle(faults, (request) => world.sandbox.handle(request), true),
    mounts: [uploadMount(world.sandbox, faults)],
    failed: (error) => errors.push(error),
  });
  const headers = { 'user-agent': 'test', authorization: `Bearer ${world.tokens.writer}` };
  const origin = `http://127.0.0.1:${listener.port}`;
  const upload = (bytes: Uint8Array<ArrayBuffer>) =>
    fetch(`${origin}/api/uploads/repos/owner/repo/releases/${id}/assets?name=a`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/octet-stream' },
      body: bytes,
    });
  const assets = () => world.call('writer', `GET /repos/owner/repo/releases/${id}/assets`).body as unknown[];
  const download = async () => {
    const { id: asset } = assets()[0] as { id: number };
    const accept = { ...headers, accept: 'application/octet-stream' };
    return (
      await fetch(`${origin}/api/v3/repos/owner/repo/releases/assets/${asset}`, { headers: accept })
    ).bytes();
  };
  return {
    upload,
    assets,
    download,
    errors,
    read: () => fetch(`${origin}/api/v3/repos/owner/repo`, { headers }),
  };
}

describe('the server with faults', () => {
  it('cuts an upload, which leaves a starter', async () => {
    const { upload, assets } = await served({ uploadsCut: 1 });
    await expect(upload(new Uint8Array(100_000))).rejects.toThrow();
    expect(assets()).toMatchObject([{ name: 'a', state: 'starter', size: 0 }]);
  });

  it('breaks connections before and in the middle of answers, and answers late', async () => {
    const plan = (['reset-before', 'cut', 'slow'] as const).map((fault, at) => ({
      operation: 'repos/get',
      call: at + 1,
      fault,
    }));
    const { read, errors } = await served({ plan, slowMs: 1 });
    await expect(read()).rejects.toThrow();
    await expect(read().then((response) => response.json())).rejects.toThrow();
    expect((await read()).status).toBe(200);
    expect(errors).toEqual([]);
  });

  it('applies an upload and answers with an error', async () => {
    const { upload, assets, download } = await served({
      errorStatus: 502,
      plan: [{ operation: 'repos/upload-release-asset', call: 2, fault: 'error-after' }],
    });
    expect((await upload(new Uint8Array(10))).status).toBe(502);
    expect(assets()).toMatchObject([{ name: 'a', state: 'uploaded', size: 10 }]);
    expect((await download()).byteLength).toBe(10);
  });
});
