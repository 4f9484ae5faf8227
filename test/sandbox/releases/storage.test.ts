import { describe, expect, it } from 'vitest';

import { createSandbox } from '../../../sandbox/index.ts';
import { manualClock, seededRandomness } from '../../../sandbox/kernel/environment.ts';
import { Port } from '../../../sandbox/port.ts';
import { addAccount, addRepository, addToken, SAMPLE_SCOPES } from '../../../sandbox/seed.ts';

const API = 'http://api.github.localhost/repos/owner/repo/releases/assets';

function stored() {
  const clock = manualClock();
  const sandbox = createSandbox({ clock, random: seededRandomness(1), redirectAssets: true });
  const { core } = sandbox;
  const token = core.store.transaction(() => {
    const owner = addAccount(core, 'owner');
    addRepository(core, owner.id, 'repo', { private: true });
    return addToken(core, owner.id, { scopes: SAMPLE_SCOPES });
  });
  const headers = { authorization: `Bearer ${token}`, accept: 'application/octet-stream' };
  const port = new Port(core, { token, owner: 'owner', repo: 'repo' });
  port.ask('repos/create-or-update-file-contents', { path: 'a' }, { message: 'a', content: '' });
  const { id } = port.createRelease({ tag_name: 'v1', draft: true });
  const asset = port.uploadAsset(id, 'model.bin', Buffer.from('0123456789'));
  const get = (more: object = {}, init: RequestInit = {}) =>
    sandbox.fetch(`${API}/${asset.id}`, { headers: { ...headers, ...more }, ...init });
  return { clock, sandbox, headers, get, port, asset };
}

describe('the bytes of an asset behind a redirect', () => {
  it('are got by clients that follow and leave their token behind', async () => {
    const { get, port, asset } = stored();
    expect(await (await get()).text()).toBe('0123456789');
    expect(Buffer.from(port.readAsset(asset.id)).toString()).toBe('0123456789');
    const part = await get({ range: 'bytes=4-' });
    expect([part.status, await part.text()]).toEqual([206, '456789']);
    expect(part.headers.get('content-range')).toBe('bytes 4-9/10');
  });

  it('have an address good for an hour and for nothing else', async () => {
    const { get, clock, sandbox, headers } = stored();
    const moved = await get({}, { redirect: 'manual' });
    expect(moved.status).toBe(302);
    const address = moved.headers.get('location')!;
    expect(new URL(address).origin).not.toBe(new URL(API).origin);
    const at = async (url: string, more = {}) => (await sandbox.fetch(url, { headers: more })).status;
    expect(await at(address)).toBe(200);
    expect(await at(address, headers)).toBe(400);
    expect(await at(address.replace(/_assets\/\d+/, '_assets/1'))).toBe(403);
    expect(await at(`${address}0`)).toBe(403);
    clock.advance(3_600_000);
    expect(await at(address)).toBe(403);
  });
});
