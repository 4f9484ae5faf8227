/** Where GitHub sends on whoever wants the bytes of an asset by REST: a signed address on another host, good for an hour. */
import { signedFor, signedPath } from '../actions/results/signing.ts';
import type { Core } from '../kernel/core.ts';
import type { ApiRequest, ApiResponse } from '../kernel/message.ts';
import type { Urls } from '../kernel/urls.ts';
import type { Asset } from '../state/releases.ts';
import { assetBytes } from './download.ts';

const PATH = /^\/_assets\/(\d+)$/;

/** Is this path that of a stored asset? */
export function isStoredAsset(path: string): boolean {
  return path.startsWith('/_assets/');
}

/** The signed address of an asset. Its host is not the API's, so that clients must leave their token behind. */
export function assetAddress(core: Core, urls: Urls, asset: Asset): string {
  const { protocol, hostname, port } = new URL(urls.web);
  const other =
    hostname === 'localhost'
      ? '127.0.0.1'
      : hostname === '127.0.0.1'
        ? 'localhost'
        : 'release-assets.githubusercontent.localhost';
  const host = port === '' ? other : `${other}:${port}`;
  return `${protocol}//${host}${signedPath(core, `/_assets/${asset.id}`, 'read')}`;
}

/** What `assetAddress` gave leads to. */
export function storedAssetAt(core: Core, address: string): ApiResponse {
  const { pathname, search } = new URL(address);
  return storedAsset(core, { method: 'GET', url: address, headers: {} }, pathname + search);
}

/** Answers at such an address. A token beside the signature is refused, as the storage behind GitHub does. */
export function storedAsset(core: Core, request: ApiRequest, path: string): ApiResponse {
  const plain = (status: number, body: string): ApiResponse => ({
    status,
    headers: { date: new Date(core.clock.now()).toUTCString(), 'content-type': 'text/plain' },
    body,
  });
  if (request.headers['authorization'] !== undefined)
    return plain(400, 'Only one auth mechanism allowed: the signature of the address or Authorization');
  const url = new URL(path, 'http://localhost');
  return core.store.transaction(() => {
    if (!signedFor(core, url, 'read')) return plain(403, 'The signature is not valid, or has expired.');
    const asset = core.tables.assets.get(Number(PATH.exec(url.pathname)?.[1]));
    return asset === undefined ? plain(404, 'Not Found') : assetBytes(core, asset, request.headers['range']);
  });
}
