import { actorOf } from '../issues/actor.ts';
import type { Context, Reply, Routes } from '../kernel/context.ts';
import { notFound } from '../kernel/errors.ts';
import { newestFirst } from '../kernel/page.ts';
import { seesDrafts } from '../releases/download.ts';
import { latestRelease } from '../releases/latest.ts';
import { releaseNotes } from '../releases/notes.ts';
import { createRelease, deleteRelease, updateRelease, type ReleaseInput } from '../releases/write.ts';
import { tagKey, type Release } from '../state/releases.ts';
import { releaseView } from '../views/releases.ts';
import { inForm } from './body-forms.ts';

type NewRelease = ReleaseInput & { readonly tag_name: string; readonly generate_release_notes: boolean };

interface NotesInput {
  readonly tag_name: string;
  readonly target_commitish?: string;
  readonly previous_tag_name?: string;
  readonly configuration_file_path?: string;
}

/** The release of the path. @throws ApiError 404, for drafts also where the caller has no push access */
export function releaseOf(c: Context): Release {
  const release = c.tables.releases.get(c.number('release_id'));
  if (release?.repositoryId !== c.repo.id) throw notFound();
  if (release.draft && !seesDrafts(c.core, c.viewer, c.repo)) throw notFound();
  return release;
}

/** The release with its text in the form that is asked for. */
function shown(c: Context, release: Release) {
  return inForm(c, releaseView(c, release), c.repo);
}

function create(c: Context): Reply {
  const input = c.input<NewRelease>();
  const notes = input.generate_release_notes
    ? releaseNotes(c, c.repo, { tag: input.tag_name, target: input.target_commitish })
    : undefined;
  const release = createRelease(c.core, actorOf(c), c.repo, {
    ...input,
    ...(notes === undefined
      ? {}
      : {
          name: input.name ?? notes.name,
          body: input.body === undefined ? notes.body : `${input.body ?? ''}\n\n${notes.body}`,
        }),
  });
  return c.created(shown(c, release));
}

function setImmutable(c: Context, immutableReleases: boolean): Reply {
  c.tables.repositories.put({ ...c.repo, immutableReleases });
  return c.noContent();
}

/** Releases: https://docs.github.com/rest/releases/releases */
export const releaseRoutes: Routes = {
  'repos/list-releases': (c) => {
    const index = seesDrafts(c.core, c.viewer, c.repo) ? 'repository' : 'published';
    const rows = newestFirst(c.tables.releases.keys(index, c.repo.id), (id) => c.tables.releases.require(id));
    return c.page(rows, (release) => shown(c, release));
  },
  'repos/create-release': create,
  'repos/get-release': (c) => c.ok(shown(c, releaseOf(c))),
  'repos/get-latest-release': (c) => c.ok(shown(c, c.found(latestRelease(c.core, c.repo.id)))),
  'repos/get-release-by-tag': (c) =>
    c.ok(shown(c, c.found(c.tables.releases.find('publishedTag', tagKey(c.repo.id, c.text('tag')))))),
  'repos/update-release': (c) =>
    c.ok(shown(c, updateRelease(c.core, actorOf(c), releaseOf(c), c.input<ReleaseInput>()))),
  'repos/delete-release': (c) => {
    deleteRelease(c.core, actorOf(c), releaseOf(c));
    return c.noContent();
  },
  'repos/generate-release-notes': (c) => {
    const input = c.input<NotesInput>();
    return c.ok(
      releaseNotes(c, c.repo, {
        tag: input.tag_name,
        target: input.target_commitish,
        previous: input.previous_tag_name,
        configuration: input.configuration_file_path,
      }),
    );
  },
  'repos/check-immutable-releases': (c) => {
    if (!c.repo.immutableReleases) throw notFound();
    return c.ok({ enabled: true, enforced_by_owner: false });
  },
  'repos/enable-immutable-releases': (c) => setImmutable(c, true),
  'repos/disable-immutable-releases': (c) => setImmutable(c, false),
};
