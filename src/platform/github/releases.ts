import type { Release, ReleaseAsset, ReleaseStore } from '../../registry/ports.ts';
import { orNull, pages, Refused, type Api } from './api.ts';
import type { AssetBytes } from './asset-bytes.ts';

export interface GithubReleasesOptions {
  readonly owner: string;
  readonly repo: string;
  /** Account of the token: only its drafts are its own. */
  readonly self: number;
  readonly bytes: AssetBytes;
  /** REST root without a trailing slash. Default: https://api.github.com */
  readonly baseUrl?: string;
  /** Lower ones for tests; GitHub's are an asset of less than 2 GiB, and 1,000 assets. */
  readonly limits?: ReleaseStore['limits'];
}

/** GitHub's form of a release, as far as it is read. */
interface ReleaseRow {
  readonly id: number;
  readonly tag_name: string;
  readonly name: string | null;
  readonly body: string | null;
  readonly draft: boolean;
  readonly immutable?: boolean;
  readonly created_at: string;
  readonly updated_at?: string | null;
  readonly author: { readonly id: number; readonly login: string } | null;
  readonly assets: readonly AssetRow[];
  readonly html_url: string;
  readonly upload_url: string;
}

interface AssetRow {
  readonly id: number;
  readonly name: string;
  readonly state: string;
  readonly size: number;
  readonly digest?: string | null;
  readonly updated_at: string;
}

/** A MiB below GitHub's limit, so that parts begin at even offsets. */
const LIMITS = { assetBytes: 2 ** 31 - 2 ** 20, assets: 1000 };
/** From here on the list inside a release may be cut, and is read page by page. */
const LISTED = 100;

/** Releases of a repository over GitHub's API: https://docs.github.com/rest/releases */
export function githubReleases(api: Api, options: GithubReleasesOptions): ReleaseStore {
  return new GithubReleases(api, options);
}

class GithubReleases implements ReleaseStore {
  readonly limits: ReleaseStore['limits'];
  readonly #api: Api;
  readonly #options: GithubReleasesOptions;
  readonly #at: { readonly owner: string; readonly repo: string };
  /** What calls on a release need besides its id. */
  readonly #known = new Map<number, { readonly tag: string; readonly uploads: string }>();

  constructor(api: Api, options: GithubReleasesOptions) {
    this.#api = api;
    this.#options = options;
    this.#at = { owner: options.owner, repo: options.repo };
    this.limits = options.limits ?? LIMITS;
  }

  async ofTag(tag: string): Promise<readonly Release[]> {
    const published = (await orNull(
      this.#api('GET /repos/{owner}/{repo}/releases/tags/{tag}', { ...this.#at, tag }),
    )) as ReleaseRow | null;
    const drafts = (await this.#drafts()).filter((row) => row.tag_name === tag);
    return await Promise.all(
      [...drafts, ...(published === null ? [] : [published])].map((row) => this.#read(row)),
    );
  }

  async ownDrafts(): Promise<readonly Release[]> {
    const own = (await this.#drafts()).filter((row) => row.author?.id === this.#options.self);
    return await Promise.all(own.map((row) => this.#read(row)));
  }

  async get(id: number): Promise<Release | null> {
    const row = (await orNull(
      this.#api('GET /repos/{owner}/{repo}/releases/{release_id}', { ...this.#at, release_id: id }),
    )) as ReleaseRow | null;
    return row === null ? null : await this.#read(row);
  }

  async createDraft(draft: { tag: string; commit: string; title: string; body: string }): Promise<Release> {
    const answer = await this.#api('POST /repos/{owner}/{repo}/releases', {
      ...this.#at,
      tag_name: draft.tag,
      target_commitish: draft.commit,
      name: draft.title,
      body: draft.body,
      draft: true,
    });
    return await this.#read(answer.data as ReleaseRow);
  }

  async update(id: number, change: { title?: string; body?: string; tag?: string }): Promise<Release> {
    const answer = await this.#api('PATCH /repos/{owner}/{repo}/releases/{release_id}', {
      ...this.#at,
      release_id: id,
      // Left out, GitHub may rename a draft's tag to `untagged-…`.
      tag_name: change.tag ?? (await this.#about(id)).tag,
      ...(change.title === undefined ? {} : { name: change.title }),
      ...(change.body === undefined ? {} : { body: change.body }),
    });
    return await this.#read(answer.data as ReleaseRow);
  }

  async publish(id: number): Promise<'published' | 'burnt'> {
    try {
      await this.#api('PATCH /repos/{owner}/{repo}/releases/{release_id}', {
        ...this.#at,
        release_id: id,
        tag_name: (await this.#about(id)).tag,
        draft: false,
        // The badge "Latest" stays with the releases of the repository's own code.
        make_latest: 'false',
      });
      return 'published';
    } catch (error) {
      if (error instanceof Refused && /used by an immutable release/i.test(error.said)) return 'burnt';
      throw error;
    }
  }

  async deleteDraft(id: number): Promise<void> {
    await orNull(
      this.#api('DELETE /repos/{owner}/{repo}/releases/{release_id}', { ...this.#at, release_id: id }),
    );
  }

  async upload(
    id: number,
    name: string,
    source: Parameters<ReleaseStore['upload']>[2],
  ): Promise<ReleaseAsset> {
    const { uploads } = await this.#about(id);
    const url = `${uploads.replace(/\{[^}]*\}$/, '')}?name=${encodeURIComponent(name)}`;
    return assetOf((await this.#options.bytes.upload(url, source)).data as AssetRow);
  }

  async deleteAsset(id: number): Promise<void> {
    await orNull(
      this.#api('DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}', { ...this.#at, asset_id: id }),
    );
  }

  download(assetId: number, start: number): AsyncIterable<Uint8Array> {
    const { baseUrl = 'https://api.github.com', owner, repo, bytes } = this.#options;
    return bytes.download(`${baseUrl}/repos/${owner}/${repo}/releases/assets/${assetId}`, start);
  }

  /**
   * Drafts by rising id. Releases come newest first and drafts are short-lived, so pages are read until one holds no
   * draft: usually a single call however many releases there are.
   */
  async #drafts(): Promise<readonly ReleaseRow[]> {
    const found: ReleaseRow[] = [];
    let seen = 0;
    let drafts = 0;
    const rows = pages<ReleaseRow>(this.#api, 'GET /repos/{owner}/{repo}/releases', this.#at);
    for await (const row of rows) {
      if (row.draft) found.push(row);
      if (++seen % 100 === 0 && found.length === drafts) break;
      if (seen % 100 === 0) drafts = found.length;
    }
    return found.sort((left, right) => left.id - right.id);
  }

  async #about(id: number): Promise<{ readonly tag: string; readonly uploads: string }> {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const row = await this.#api('GET /repos/{owner}/{repo}/releases/{release_id}', {
      ...this.#at,
      release_id: id,
    });
    return this.#remember(row.data as ReleaseRow);
  }

  #remember(row: ReleaseRow): { readonly tag: string; readonly uploads: string } {
    const about = { tag: row.tag_name, uploads: row.upload_url };
    this.#known.set(row.id, about);
    return about;
  }

  async #read(row: ReleaseRow): Promise<Release> {
    this.#remember(row);
    const assets = row.assets.length < LISTED ? row.assets : await this.#assets(row.id);
    const times = [
      row.created_at,
      row.updated_at ?? row.created_at,
      ...assets.map((asset) => asset.updated_at),
    ];
    return {
      id: row.id,
      tag: row.tag_name,
      title: row.name ?? '',
      body: row.body ?? '',
      draft: row.draft,
      immutable: row.immutable === true,
      created: new Date(row.created_at),
      changed: new Date(Math.max(...times.map((time) => Date.parse(time)))),
      author: { id: row.author?.id ?? 0, login: row.author?.login ?? 'ghost' },
      assets: assets.map(assetOf),
      url: row.html_url,
    };
  }

  async #assets(id: number): Promise<readonly AssetRow[]> {
    const route = 'GET /repos/{owner}/{repo}/releases/{release_id}/assets';
    const rows: AssetRow[] = [];
    for await (const row of pages<AssetRow>(this.#api, route, { ...this.#at, release_id: id }))
      rows.push(row);
    return rows;
  }
}

function assetOf(row: AssetRow): ReleaseAsset {
  const digest = /^sha256:([0-9a-f]{64})$/.exec(row.digest ?? '');
  return {
    id: row.id,
    name: row.name,
    state: row.state === 'uploaded' ? 'uploaded' : 'starter',
    bytes: row.size,
    sha256: digest?.[1] ?? null,
    changed: new Date(row.updated_at),
  };
}
