/** https://github.com/actions/upload-artifact (also its `merge`) and https://github.com/actions/download-artifact */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import picomatch from 'picomatch';

import {
  type ArtifactFound,
  deleteArtifact,
  downloadArtifact,
  listArtifacts,
  listArtifactsOf,
  uploadArtifact,
  type Uploaded,
} from './artifact-client.ts';
import type { StandIn } from './definition.ts';
import { find } from './globs.ts';
import { ActionFailure, type Kit } from './kit.ts';
import type { ZipEntry } from './zip.ts';

/** actions/upload-artifact */
export const uploadArtifactAction: StandIn = {
  manifest: {
    name: 'Upload a Build Artifact',
    inputs: {
      name: { default: 'artifact' },
      path: { required: true },
      'if-no-files-found': { default: 'warn' },
      'retention-days': {},
      'compression-level': { default: '6' },
      overwrite: { default: 'false' },
      'include-hidden-files': { default: 'false' },
      archive: { default: 'true' },
    },
    outputs: ['artifact-id', 'artifact-url', 'artifact-digest'],
  },
  main: async (kit) => {
    const name = kit.input('name');
    const path = kit.input('path', { required: true });
    const { files, roots } = find(kit, kit.lines('path'), {
      descendants: true,
      hidden: kit.boolean('include-hidden-files'),
    });
    const contents = files.filter((file) => statSync(file).isFile());
    if (contents.length === 0) {
      nothingFound(
        kit,
        `No files were found with the provided path: ${path}. No artifacts will be uploaded.`,
      );
      return;
    }
    const plural = contents.length === 1 ? '' : 's';
    kit.info(`With the provided path, there will be ${contents.length} file${plural} uploaded`);
    const root = rootOf(roots, contents);
    const entries = contents.map((file) => ({ name: relative(root, file), file }));
    const single = kit.boolean('archive') ? undefined : onlyFile(contents);
    if (
      kit.boolean('overwrite') &&
      (await deleteArtifact(kit, single === undefined ? name : basename(single)))
    ) {
      kit.info(`Deleted artifact '${name}' to overwrite it`);
    }
    finish(kit, name, await send(kit, single === undefined ? name : basename(single), entries, single));
  },
};

function onlyFile(files: readonly string[]): string {
  if (files.length !== 1)
    throw new ActionFailure('archive: false is only supported when uploading a single file');
  return files[0]!;
}

function nothingFound(kit: Kit, message: string): void {
  switch (kit.input('if-no-files-found')) {
    case 'error':
      throw new ActionFailure(message);
    case 'ignore':
      kit.info(message);
      return;
    case 'warn':
      kit.warning(message);
      return;
    default:
      throw new ActionFailure(
        `Unrecognized if-no-files-found input. Provided: ${kit.input('if-no-files-found')}. Available options: warn,error,ignore`,
      );
  }
}

/** Where paths in the archive begin: the one folder that was asked for, or what all have in common. */
function rootOf(roots: readonly string[], files: readonly string[]): string {
  if (roots.length > 1) return commonFolder(roots);
  const [root] = roots;
  if (root === undefined) return commonFolder(files);
  return files.length === 1 && files[0] === root ? dirname(root) : root;
}

function commonFolder(paths: readonly string[]): string {
  const [first = [], ...others] = paths.map((path) => path.split('/'));
  let length = first.length;
  for (const other of others) {
    while (first.slice(0, length).some((segment, at) => segment !== other[at])) length--;
  }
  const common = first.slice(0, length).join('/') || '/';
  return paths.includes(common) && statSync(common).isFile() ? dirname(common) : common;
}

function send(kit: Kit, name: string, entries: readonly ZipEntry[], single?: string): Promise<Uploaded> {
  const retentionDays = Number(kit.input('retention-days') || '0');
  const level = Number(kit.input('compression-level'));
  if (!Number.isInteger(retentionDays) || retentionDays < 0)
    throw new ActionFailure('Invalid retention-days');
  if (!Number.isInteger(level) || level < 0 || level > 9) {
    throw new ActionFailure('Invalid compression-level. Valid values are 0-9');
  }
  return uploadArtifact(kit, name, entries, {
    retentionDays,
    level,
    ...(single === undefined ? {} : { single }),
  });
}

function finish(kit: Kit, name: string, { id, size, digest }: Uploaded): void {
  kit.info(
    `Artifact ${name} has been successfully uploaded! Final size is ${size} bytes. Artifact ID is ${id}`,
  );
  const url = `${kit.required('GITHUB_SERVER_URL')}/${kit.required('GITHUB_REPOSITORY')}/actions/runs/${kit.required('GITHUB_RUN_ID')}/artifacts/${id}`;
  kit.output('artifact-id', id);
  kit.output('artifact-digest', digest);
  kit.output('artifact-url', url);
  kit.info(`Artifact download URL: ${url}`);
}

/** actions/upload-artifact/merge */
export const mergeArtifacts: StandIn = {
  manifest: {
    name: 'Merge Build Artifacts',
    inputs: {
      name: { default: 'merged-artifacts' },
      pattern: { default: '*' },
      'separate-directories': { default: 'false' },
      'retention-days': {},
      'compression-level': { default: '6' },
      'delete-merged': { default: 'false' },
      'include-hidden-files': { default: 'false' },
    },
    outputs: ['artifact-id', 'artifact-url', 'artifact-digest'],
  },
  main: async (kit) => {
    const matches = picomatch(kit.input('pattern'), { dot: true });
    const artifacts = (await listArtifacts(kit)).filter(({ name }) => matches(name));
    if (artifacts.length === 0)
      throw new ActionFailure(`No artifacts found matching pattern '${kit.input('pattern')}'`);
    const folder = mkdtempSync(join(kit.required('RUNNER_TEMP'), 'merge-'));
    try {
      for (const artifact of artifacts) {
        await downloadArtifact(
          kit,
          artifact,
          kit.boolean('separate-directories') ? join(folder, artifact.name) : folder,
        );
      }
      const { files } = find(kit, [folder], {
        descendants: true,
        hidden: kit.boolean('include-hidden-files'),
      });
      const entries = files
        .filter((file) => statSync(file).isFile())
        .map((file) => ({ name: relative(folder, file), file }));
      const name = kit.input('name');
      finish(kit, name, await send(kit, name, entries));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    if (kit.boolean('delete-merged')) for (const { name } of artifacts) await deleteArtifact(kit, name);
  },
};

/** actions/download-artifact */
export const downloadArtifactAction: StandIn = {
  manifest: {
    name: 'Download a Build Artifact',
    inputs: {
      name: {},
      'artifact-ids': {},
      path: {},
      pattern: {},
      'merge-multiple': { default: 'false' },
      'github-token': {},
      repository: { default: '${{ github.repository }}' },
      'run-id': { default: '${{ github.run_id }}' },
      'skip-decompress': { default: 'false' },
      'digest-mismatch': { default: 'error' },
    },
    outputs: ['download-path'],
  },
  main: async (kit) => {
    const [name, ids] = [kit.input('name'), kit.input('artifact-ids')];
    if (name !== '' && ids !== '') {
      throw new ActionFailure(
        "Inputs 'name' and 'artifact-ids' cannot be used together. Please specify only one.",
      );
    }
    const folder = kit.input('path') === '' ? kit.workspace : kit.path(kit.input('path'));
    const artifacts = choose(kit, await available(kit), name, ids);
    const alone = name !== '' || (ids !== '' && artifacts.length === 1) || kit.boolean('merge-multiple');
    kit.info(`Preparing to download the following artifacts:`);
    for (const { id, name: one, size } of artifacts) kit.info(`- ${one} (ID: ${id}, Size: ${size})`);
    for (const artifact of artifacts) {
      await downloadArtifact(kit, artifact, alone ? folder : resolve(folder, artifact.name));
    }
    kit.info(`Total of ${artifacts.length} artifact(s) downloaded`);
    kit.output('download-path', folder);
    kit.info('Download artifact has finished successfully');
  },
};

function available(kit: Kit): Promise<ArtifactFound[]> {
  const token = kit.input('github-token');
  if (token === '') return listArtifacts(kit);
  const repository = kit.input('repository');
  if (!/^[^/]+\/[^/]+$/.test(repository)) {
    throw new ActionFailure(`Invalid repository: '${repository}'. Must be in format owner/repo`);
  }
  return listArtifactsOf(kit, repository, kit.input('run-id'), token);
}

function choose(
  kit: Kit,
  artifacts: readonly ArtifactFound[],
  name: string,
  ids: string,
): readonly ArtifactFound[] {
  if (name !== '') {
    const found = artifacts.filter((artifact) => artifact.name === name);
    if (found.length > 0) return found;
    throw new ActionFailure(
      `Unable to download artifact(s): Artifact not found for name: ${name}\n        Please ensure that your artifact is not expired and the artifact was uploaded using a compatible version of toolkit/upload-artifact.\n        For more information, visit the GitHub Artifacts FAQ: https://github.com/actions/toolkit/blob/main/packages/artifact/docs/faq.md`,
    );
  }
  if (ids !== '') {
    const wanted = ids.split(',').map((id) => Number(id.trim()));
    const invalid = wanted.find((id) => !Number.isInteger(id));
    if (invalid !== undefined) throw new ActionFailure(`Invalid artifact ID: '${ids}'. Must be a number.`);
    const found = artifacts.filter(({ id }) => wanted.includes(id));
    if (found.length === 0) throw new ActionFailure('None of the provided artifact IDs were found');
    if (found.length < wanted.length)
      kit.warning(
        'Could not find the following artifact IDs: ' +
          wanted.filter((id) => !found.some((one) => one.id === id)).join(', '),
      );
    return found;
  }
  const pattern = kit.input('pattern');
  if (pattern === '') {
    kit.info('No input name, artifact-ids or pattern filtered specified, downloading all artifacts');
    return artifacts;
  }
  const matches = picomatch(pattern, { dot: true });
  return artifacts.filter((artifact) => matches(artifact.name));
}
