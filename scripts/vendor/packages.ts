import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Where GitHub's own descriptions of its API come from. They are tens of megabytes, so they are no dependencies:
 * the little that is needed is vendored.
 */
export const PACKAGES = {
  rest: { name: '@octokit/openapi', version: '23.0.2', file: 'generated/api.github.com.json' },
  webhooks: { name: '@octokit/openapi-webhooks', version: '12.1.0', file: 'generated/api.github.com.json' },
  graphql: { name: '@octokit/graphql-schema', version: '15.26.1', file: 'schema.graphql' },
} as const;

export type Package = (typeof PACKAGES)[keyof typeof PACKAGES];

/** The line at the head of each vendored file: which file of which package it was made of, and its licence. */
export function sourceOf({ name, version, file }: Package): string {
  return `${name}@${version} ${file} (MIT), reduced by scripts/vendor-github.ts`;
}

/** Fetches the package's tarball with `npm pack` into a temporary folder and gives the text of its one file. */
export function fetchFile(source: Package): string {
  const folder = mkdtempSync(join(tmpdir(), 'vendor-github-'));
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder, `${source.name}@${source.version}`]);
  const tarball = `${source.name.replace('@', '').replace('/', '-')}-${source.version}.tgz`;
  const unpacked = join(folder, 'unpacked');
  mkdirSync(unpacked);
  execFileSync('tar', ['-xzf', join(folder, tarball), '-C', unpacked, `package/${source.file}`]);
  return readFileSync(join(unpacked, 'package', source.file), 'utf8');
}
