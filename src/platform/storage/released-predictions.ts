import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

import { sha256 } from '../../contracts/digest.ts';
import { InputError } from '../../contracts/errors.ts';
import { Manifest } from '../../contracts/manifest.ts';
import type { BaselinePredictions, BaselineSource, BaselineVersion } from '../../reconcile/ports.ts';
import type { Release, ReleaseAsset, ReleaseStore } from '../../registry/ports.ts';

const MANIFEST = 'manifest.json';
const PREDICTIONS = /^predictions-([0-9a-f]{64})\.parquet$/;
const MANIFEST_BYTES = 16 * 1024 ** 2;
const PREDICTIONS_BYTES = 1024 ** 3;
/** Newer test sets are later in the manifest. */
const MOST_SETS = 3;

type Asset = Pick<ReleaseAsset, 'id' | 'name' | 'state' | 'bytes'>;

/** What of {@link ReleaseStore} finds them. */
export interface Releases extends Pick<ReleaseStore, 'download'> {
  ofTag(tag: string): Promise<readonly (Pick<Release, 'draft'> & { readonly assets: readonly Asset[] })[]>;
}

/** Predictions that versions released, held to the manifest whose digest the log has. */
export function releasedPredictions(releases: Releases): BaselineSource {
  const assetOf = async (version: BaselineVersion, name: string): Promise<Asset> => {
    const tag = `${version.model}@${version.version}`;
    const found = (await releases.ofTag(tag)).find(({ draft }) => !draft);
    const asset = found?.assets.find((one) => one.name === name && one.state === 'uploaded');
    if (asset !== undefined) return asset;
    throw new InputError({ code: 'VERSION_UNKNOWN', message: `the release of ${tag} has no ${name}` });
  };
  return {
    predictions: async (version) => {
      const asset = await assetOf(version, MANIFEST);
      const bytes = await read(releases.download(asset.id, 0), MANIFEST_BYTES);
      if (sha256(bytes) !== version.manifest) throw changed(version, MANIFEST);
      const { documents } = Manifest.parse(JSON.parse(bytes.toString('utf8')));
      const sets = documents.flatMap(({ name, bytes: size, sha256: digest }): BaselinePredictions[] => {
        const [, dataset] = PREDICTIONS.exec(name) ?? [];
        if (dataset === undefined || size > PREDICTIONS_BYTES) return [];
        return [{ dataset, name, bytes: size, sha256: digest }];
      });
      return sets.slice(-MOST_SETS);
    },
    fetch: async (version, { name, bytes, sha256: expected }, file) => {
      const asset = await assetOf(version, name);
      if (asset.bytes !== bytes) throw changed(version, name);
      const digest = createHash('sha256');
      let came = 0;
      async function* counted(): AsyncIterable<Uint8Array> {
        for await (const chunk of releases.download(asset.id, 0)) {
          came += chunk.length;
          if (came > bytes) throw changed(version, name);
          digest.update(chunk);
          yield chunk;
        }
      }
      await pipeline(counted, createWriteStream(file, { flags: 'wx' }));
      if (digest.digest('hex') !== expected) throw changed(version, name);
    },
  };
}

async function read(chunks: AsyncIterable<Uint8Array>, most: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > most) break;
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

function changed({ model, version }: BaselineVersion, name: string): InputError {
  const message = `${name} of ${model}@${version} is not what the log says`;
  return new InputError({ code: 'DIGEST_MISMATCH', message });
}
