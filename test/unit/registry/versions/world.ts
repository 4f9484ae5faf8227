import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { isUpload, serveUpload } from '../../../../sandbox/releases/upload.ts';
import { digestOf, sha256 } from '../../../../src/contracts/digest.ts';
import type { Person } from '../../../../src/contracts/entry.ts';
import { httpAssetBytes } from '../../../../src/platform/github/asset-bytes.ts';
import { githubLogStore } from '../../../../src/platform/github/log-store.ts';
import { octokitApi } from '../../../../src/platform/github/octokit-api.ts';
import { githubReleases } from '../../../../src/platform/github/releases.ts';
import { githubTags } from '../../../../src/platform/github/tags.ts';
import {
  openLog,
  readEntries,
  readVersionTag,
  register,
  finishVersions,
  type Finished,
  type Log,
  type Registered,
  type Registration,
  type VersionPorts,
} from '../../../../src/registry/index.ts';
import type { ByteSource } from '../../../../src/registry/ports.ts';
import { commitFiles } from '../../../sandbox/history.ts';
import { newWorld, type Who, type World } from '../../../sandbox/world.ts';
import { installedApp } from '../../../support/installed-app.ts';

const GOLDEN = fileURLToPath(new URL('../../../golden/data/onnx/', import.meta.url));
const API = 'http://api.github.localhost';

/** A source of bytes in memory, in chunks. */
export function source(content: string | Uint8Array, chunk = 1 << 16): ByteSource {
  const bytes = Buffer.from(content as string);
  return {
    bytes: bytes.length,
    async *read(start = 0) {
      await Promise.resolve();
      for (let at = start; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
    },
  };
}

export function golden(name: string): Buffer {
  return readFileSync(`${GOLDEN}${name}`);
}

/** What happens to one call of a process. Crashed: every later call of it fails as well. */
export type Fault = 'error-before' | 'error-after' | 'crash-before' | 'crash-after';

export interface Process extends VersionPorts {
  /** Calls that were made, `METHOD path`. */
  readonly calls: readonly string[];
}

export interface ProcessOptions {
  readonly who?: Who;
  readonly fault?: { readonly at: number; readonly kind: Fault };
  readonly limits?: { readonly assetBytes: number; readonly assets: number };
  /** Breaks the upload of an asset of this name off in its middle, once. */
  readonly cut?: string;
  readonly progress?: (line: string) => void;
  /** Told before each call: another process may step in. */
  readonly before?: (call: string) => Promise<void> | void;
}

export interface VersionsWorld {
  readonly world: World;
  readonly commit: string;
  readonly bot: Person;
  /** A process of the App, or of somebody. */
  process(options?: ProcessOptions): Process;
  registration(change?: Partial<Registration>): Registration;
  log(): Promise<Log>;
  entries(): Promise<readonly string[]>;
  finish(process?: Process, known?: Set<string>): Promise<Finished>;
  /** Tags, releases, drafts and what they hold, in words. */
  state(): Promise<WorldState>;
}

export interface WorldState {
  readonly entries: readonly string[];
  readonly tags: readonly string[];
  /** `churn@v0.1.0` with its assets. */
  readonly published: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly drafts: readonly string[];
}

const PERMISSIONS = { contents: 'write', metadata: 'read' } as const;

export function versionsWorld(): VersionsWorld {
  const world = newWorld();
  const { core } = world.sandbox;
  const commit = commitFiles(world, { 'slipway.yaml': 'version: 1\n' });
  const place = { owner: 'owner', repo: 'repo' };
  const { bot, token: appToken } = installedApp(core, PERMISSIONS);
  const process = (options: ProcessOptions = {}): Process => {
    const { who, progress, limits } = options;
    const token = who === undefined ? appToken() : world.tokens[who];
    const self = who === undefined ? bot.id : core.tables.accounts.find('login', who)!.id;
    const calls: string[] = [];
    const through = { token, userAgent: 'slipway-test', fetch: processFetch(world, options, calls) };
    const api = octokitApi({ ...through, baseUrl: API });
    const bytes = httpAssetBytes(through);
    const more = limits === undefined ? {} : { limits };
    return {
      calls,
      log: githubLogStore(api, place),
      releases: githubReleases(api, { ...place, self, bytes, baseUrl: API, ...more }),
      tags: githubTags(api, place),
      trust: { bot: bot.id },
      sleep: (ms) => {
        world.clock.advance(ms);
        return Promise.resolve();
      },
      ...(progress === undefined ? {} : { progress }),
    };
  };
  // A token is good for an hour: asked for anew each time.
  const log = async () => await openLog(process().log, { trust: { bot: bot.id } });
  const entries = async () => {
    const found: string[] = [];
    for await (const { entry } of readEntries(process().log, (await log()).head))
      found.push(`${entry.op} ${entry.model} ${entry.version ?? ''}`);
    return found.reverse();
  };
  return {
    world,
    commit,
    bot,
    process,
    log,
    entries,
    registration: (change = {}) => registrationOf(commit, bot, change),
    finish: async (given = process(), known) => {
      const { releases, tags, log: store } = given;
      return await finishVersions({ releases, tags, now: () => store.now() }, await log(), known);
    },
    state: async () => {
      const rows = [...core.tables.releases.where('repository', world.repository.id)];
      const published: Record<string, Record<string, string>> = {};
      for (const release of rows.filter(({ draft }) => !draft)) {
        const assets = core.tables.assets.where('release', release.id);
        published[release.tag] = Object.fromEntries(
          assets.map(({ name, sha256: digest }) => [name, digest ?? '']),
        );
      }
      const tags = [];
      const own = process();
      for (const { name, annotated } of await own.tags.list('')) {
        const tag = await own.tags.read(name);
        const said = tag === null ? null : readVersionTag(name, tag.message);
        const flaw = !annotated || tag?.commit !== commit || said === null ? ' (odd)' : '';
        tags.push(name + flaw);
      }
      return {
        entries: await entries(),
        tags,
        published,
        drafts: rows.filter(({ draft }) => draft).map(({ tag }) => tag),
      };
    },
  };
}

export const FILES = {
  'model/model.onnx': golden('logreg-tensor.onnx'),
  'model/labels.txt': Buffer.from('stays\nleaves\n'),
  'model/thresholds.json': Buffer.from('{"best": 0.5}\n'),
};

function registrationOf(commit: string, bot: Person, change: Partial<Registration>): Registration {
  const files = Object.entries(FILES).map(([path, bytes]) => ({
    path,
    source: source(bytes),
    sha256: sha256(bytes),
  }));
  return {
    key: digestOf(['a registration', change.model ?? 'churn', change.run ?? null]),
    model: 'churn',
    task: 'binary',
    commit,
    pull: 7,
    authors: [{ id: 1, login: 'writer' }],
    entry: 'model/model.onnx',
    files,
    run: { id: '2026-11-24T01-02-03-abc', url: null },
    created: '2026-11-24T01:02:03.000Z',
    params: { alpha: 0.5 },
    seeds: [1],
    digests: {
      train_key: sha256('train key'),
      data: { source: 'a', train: sha256('train'), validation: null, test: sha256('test') },
      environment: null,
      evaluation: sha256('evaluation'),
    },
    metrics: [
      {
        ...{ name: 'roc_auc', direction: 'higher', value: 0.874, low: 0.861, high: 0.886 },
        ...{ baseline: 0.871, difference: 0.003, difference_low: -0.001, difference_high: 0.007 },
        verdict: 'not-worse',
      },
    ],
    verdict: { decision: 'pass', reason: 'ALL_GATES_PASS', holdout: 'visible' },
    number: null,
    actor: bot,
    mode: 'app',
    config: commit,
    slipway: '0.0.0',
    ...change,
  };
}

function processFetch(world: World, options: ProcessOptions, calls: string[]): typeof fetch {
  const { fault } = options;
  let crashed = false;
  let { cut } = options;
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    const method = init?.method ?? (input instanceof Request ? input.method : 'GET');
    const call = `${method} ${new URL(url).pathname}`;
    await options.before?.(call);
    const here = !crashed && fault?.at === calls.length;
    calls.push(call);
    if (crashed) throw new TypeError('the process is gone');
    if (here && fault.kind.startsWith('crash')) crashed = true;
    if (here && fault.kind === 'error-before') return failed();
    if (here && fault.kind === 'crash-before') throw new TypeError('the process is gone');
    const name = new URL(url).searchParams.get('name');
    const broken = cut !== undefined && cut === name;
    if (broken) cut = undefined;
    const answer = isUpload(method, new URL(url).pathname + new URL(url).search)
      ? await upload(world, url, init ?? {}, broken)
      : await world.sandbox.fetch(input, init);
    if (here && fault.kind === 'error-after') return failed();
    if (here) throw new TypeError('the process is gone');
    return answer;
  };
}

function failed(): Response {
  return new Response('{"message":"Server Error"}', { status: 502 });
}

/** As the server does it: the asset is there before its bytes are, and stays a starter where they break off. */
async function upload(world: World, url: string, init: RequestInit, cut: boolean): Promise<Response> {
  const { sandbox } = world;
  const headers = Object.fromEntries(new Headers(init.headers));
  const body = init.body as unknown as AsyncIterable<Uint8Array>;
  const request = { method: 'POST', url, headers };
  const answer = await serveUpload(
    sandbox.core,
    (one) => sandbox.handle(one),
    request,
    cut ? half(body) : body,
  );
  return new Response(answer.body as string, { status: answer.status, headers: answer.headers });
}

async function* half(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  for await (const chunk of bytes) {
    yield chunk.subarray(0, chunk.length / 2);
    throw new TypeError('fetch failed');
  }
}

export { register, type Registered };
