import { hash } from 'node:crypto';

import { UPLOAD_BEGINS } from '../../sandbox/releases/upload.ts';
import { storedAssetAt } from '../../sandbox/releases/storage.ts';
import { digestOf, sha256 } from '../../src/contracts/digest.ts';
import { unclear, type Api } from '../../src/platform/github/api.ts';
import type { AssetBytes } from '../../src/platform/github/asset-bytes.ts';
import { githubLogStore } from '../../src/platform/github/log-store.ts';
import { githubReleases } from '../../src/platform/github/releases.ts';
import { githubTags } from '../../src/platform/github/tags.ts';
import type { Bump, Registration, VersionPorts } from '../../src/registry/index.ts';
import type { ByteSource } from '../../src/registry/ports.ts';
import type { PullFact } from './facts.ts';
import { OWNER, type Cast, type RepositoryName, type World } from './world.ts';

const UPLOAD = 'POST /repos/{owner}/{repo}/releases/{release_id}/assets';
const DOWNLOAD = 'GET /repos/{owner}/{repo}/releases/assets/{asset_id}';
/** Small ones, so that a model of some bytes comes in parts. */
const LIMITS = { assetBytes: 80, assets: 1000 };

/** The file of a version's model: safetensors with one tensor, others for every version. */
function modelOf(name: string): Buffer {
  const weights = Buffer.from(hash('sha256', name), 'hex');
  const header = JSON.stringify({ w: { dtype: 'F32', shape: [8], data_offsets: [0, 32] } });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, Buffer.from(header), weights]);
}

function nameOf(repository: RepositoryName, { model, number }: PullFact): string {
  return `${repository}/${model} of ${number}`;
}

/** The bytes that a pull request's version consists of. */
export function modelOfPull(repository: RepositoryName, pull: PullFact): Buffer {
  return modelOf(nameOf(repository, pull));
}

/** Digest of the evaluation of a pull request's model. */
export function evaluationOf(repository: RepositoryName, pull: PullFact): string {
  return sha256(`evaluation of ${nameOf(repository, pull)}`);
}

/** The key under which a pull request's version is registered. */
export function keyOfPull(repository: RepositoryName, { number, model }: PullFact): string {
  return digestOf(['register', repository, number, model]);
}

/** What a merged pull request registers: the same bytes each time. */
export function registrationOf(repository: RepositoryName, cast: Cast, pull: PullFact): Registration {
  const { model, number, author, merged, decision } = pull;
  const person = { id: cast.ids[author], login: author };
  const name = nameOf(repository, pull);
  const bytes = modelOf(name);
  return {
    key: keyOfPull(repository, pull),
    model,
    task: 'binary',
    commit: merged!,
    pull: number,
    authors: [person],
    entry: 'model.safetensors',
    files: [{ path: 'model.safetensors', source: sourceOf(bytes), sha256: sha256(bytes) }],
    run: { id: `run-${number}`, url: null },
    created: '2026-03-02T08:00:00.000Z',
    params: {},
    seeds: [],
    digests: {
      train_key: sha256(`train ${name}`),
      data: null,
      environment: null,
      evaluation: evaluationOf(repository, pull),
    },
    metrics: [],
    verdict: {
      decision,
      reason: decision === 'pass' ? 'ALL_GATES_PASS' : 'TOO_FEW_EVENTS',
      holdout: 'hidden',
    },
    number: { bump: bumpTo(pull.version) },
    actor: person,
    mode: 'app',
    config: null,
    slipway: '0.0.0',
  };
}

/** The part that was raised to come to a version of ours. */
function bumpTo(version: string): Bump {
  return version.endsWith('.0.0') ? 'major' : version.endsWith('.0') ? 'minor' : 'patch';
}

function sourceOf(bytes: Uint8Array): ByteSource {
  return {
    bytes: bytes.length,
    async *read(start = 0) {
      await Promise.resolve();
      yield bytes.subarray(start);
    },
  };
}

export interface VersionsAt {
  readonly world: Pick<World, 'sandbox'>;
  readonly cast: Cast;
  readonly repository: RepositoryName;
  readonly sleep: (ms: number) => Promise<void>;
  /** An upload breaks off after its head, and the asset stays without bytes. */
  readonly breaksOff?: () => boolean;
}

/** Log, releases and tags of a repository as a program of ours has them over an API. */
export function versionPorts(api: Api, at: VersionsAt): VersionPorts {
  const place = { owner: OWNER, repo: at.repository };
  const here: Api = (route, values = {}) => api(route, { ...place, ...values });
  const { bot } = at.cast.ids;
  return {
    log: githubLogStore(api, place),
    releases: githubReleases(api, { ...place, self: bot, bytes: bytesOver(here, at), limits: LIMITS }),
    tags: githubTags(api, place),
    trust: { bot },
    sleep: at.sleep,
  };
}

/** Bytes of assets as calls like all others: one for an upload, one for a download. */
function bytesOver(api: Api, { world, breaksOff }: VersionsAt): AssetBytes {
  return {
    upload: async (url, source) => {
      const { pathname, searchParams } = new URL(url);
      const release = Number(/\/releases\/(\d+)\/assets$/.exec(pathname)?.[1]);
      const chunks: Uint8Array[] = [];
      for await (const chunk of source.read()) chunks.push(chunk);
      const broken = breaksOff?.() === true;
      const answer = await api(UPLOAD, {
        release_id: release,
        name: searchParams.get('name'),
        data: broken ? UPLOAD_BEGINS : Buffer.concat(chunks),
        headers: { 'content-type': 'application/octet-stream' },
      });
      if (broken) throw unclear(UPLOAD, 'the connection broke off');
      return answer;
    },
    download: async function* (url, start) {
      const headers = {
        accept: 'application/octet-stream',
        ...(start === 0 ? {} : { range: `bytes=${start}-` }),
      };
      const id = Number(/\/assets\/(\d+)$/.exec(new URL(url).pathname)?.[1]);
      const { data, headers: said } = await api(DOWNLOAD, { asset_id: id, headers });
      const address = said['location'];
      if (address === undefined) yield new Uint8Array(data as ArrayBuffer);
      else yield stored(world, address, start);
    },
  };
}

function stored({ sandbox: { core } }: Pick<World, 'sandbox'>, address: string, start: number): Uint8Array {
  const { body } = storedAssetAt(core, address);
  if (body === undefined || typeof body === 'string' || !('blob' in body))
    throw new Error(`no bytes at ${address}`);
  return core.blobs.read(body.blob, { start, end: body.end });
}
