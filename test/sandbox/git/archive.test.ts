import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { tarOf } from '../../../sandbox/git/tar.ts';
import { zipOf } from '../../../sandbox/git/zip.ts';
import { bareRepository, commitTree, filesTree, HERMETIC, temporary } from './repository.ts';

const LONG = 'directory-with-a-long-name/'.repeat(5);

function archived(): {
  directory: string;
  commit: string;
  store: ReturnType<typeof bareRepository>['store'];
} {
  const { directory, store } = bareRepository();
  const tree = filesTree(store, {
    'README.md': 'read\n',
    'run.sh': { mode: '100755', text: '#!/bin/sh\n' },
    link: { mode: '120000', text: 'README.md' },
    'far-link': { mode: '120000', text: `${LONG}x`.repeat(2) },
    [`${LONG}file.txt`]: 'far\n',
    [`${'n'.repeat(120)}.txt`]: 'long name\n',
    module: { mode: '160000', text: '1'.repeat(40) },
    'block.bin': Buffer.alloc(512, 7),
    'ümlaut.txt': 'ü\n',
  });
  return { directory, store, commit: commitTree(store, tree, [], 1_767_225_600) };
}

describe('an archive', () => {
  it('is byte for byte the one of git archive', () => {
    const { directory, store, commit } = archived();
    const args = ['archive', '--format=tar', '--prefix=owner-repo-1234567/', commit];
    const theirs = execFileSync('git', args, { cwd: directory, env: HERMETIC, maxBuffer: 1 << 26 });
    expect(tarOf(store, commit, 'owner-repo-1234567').equals(theirs)).toBe(true);
  });

  it('as zip holds the same files, executable where they were', () => {
    const { store, commit } = archived();
    const bytes = zipOf(store, commit, 'p');
    const files = unzipSync(bytes);
    expect(Buffer.from(files[`p/${LONG}file.txt`]!).toString()).toBe('far\n');
    expect(Buffer.from(files['p/link']!).toString()).toBe('README.md');
    const file = join(temporary(), 'a.zip');
    writeFileSync(file, bytes);
    const modes = execFileSync(
      'python3',
      [
        '-c',
        `import zipfile,sys\nfor i in zipfile.ZipFile(sys.argv[1]).infolist(): print(i.filename, oct(i.external_attr >> 16))`,
        file,
      ],
      { encoding: 'utf8' },
    );
    expect(modes).toContain('p/run.sh 0o100755');
    expect(modes).toContain('p/link 0o120000');
  });
});
