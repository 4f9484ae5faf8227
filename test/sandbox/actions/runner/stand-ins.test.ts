import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { sourceOf } from '../../../../sandbox/actions/jobs/kept.ts';
import { serve, type Served } from '../../e2e/server.ts';

const WORKFLOW = `
on: push
permissions: write-all
jobs:
  checkout:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        id: plain
      - run: |
          echo "depth $(git rev-list --count HEAD) branch $(git branch --show-current) file $(cat file.txt)"
          echo "outputs \${{ steps.plain.outputs.commit == github.sha }} \${{ steps.plain.outputs.ref }}"
          git config --local --get-regexp extraheader | sed 's/basic.*/basic/'
          git push -q origin HEAD:refs/heads/pushed && echo pushed
      - uses: actions/checkout@v4
        with: {ref: v1, path: old, fetch-depth: 0, persist-credentials: false}
      - run: |
          cd old
          echo "depth $(git rev-list --count --all) at $(git describe --tags) file $(cat file.txt)"
          git config --local --get-regexp extraheader || echo no credentials
      - uses: actions/checkout@8e5e7e5ab8b370d6c329ec480221332ada57f0ab
        with: {ref: topic, path: topic, sparse-checkout: sub}
      - run: echo "branch $(git -C topic branch --show-current) files $(ls topic topic/sub | xargs)"
      - uses: actions/checkout@main
        id: none
        continue-on-error: true
        with: {ref: nothing-of-that-name, path: none}
      - uses: actions/checkout@main
        continue-on-error: true
        with: {ref: nothing-of-that-name, path: none, fetch-depth: 0}
      - run: echo "none \${{ steps.none.outcome }} \${{ steps.none.conclusion }}"
      - uses: actions/checkout@v4
        continue-on-error: true
        with: {lfs: true, path: large}
  save:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - id: cache
        uses: actions/cache@v4
        with: {path: "deps\\nother/*.txt", key: "deps-\${{ hashFiles('file.txt') }}", restore-keys: deps-}
      - run: |
          echo "hit <\${{ steps.cache.outputs.cache-hit }}>"
          mkdir -p deps other && echo dep > deps/a && echo other > other/b.txt
      - run: mkdir -p out/sub && echo one > out/one.txt && echo two > out/sub/two.txt && echo hidden > out/.hidden
      - id: up
        uses: actions/upload-artifact@v4
        with: {name: build-one, path: out}
      - run: echo "artifact \${{ steps.up.outputs.artifact-id != '' }} \${{ steps.up.outputs.artifact-digest != '' }}"
      - uses: actions/upload-artifact@v4
        with: {name: build-two, path: "out/**/*.txt\\n!out/one.txt"}
      - id: again
        continue-on-error: true
        uses: actions/upload-artifact@v4
        with: {name: build-one, path: file.txt}
      - uses: actions/upload-artifact@v4
        with: {name: build-one, path: file.txt, overwrite: true}
      - uses: actions/upload-artifact@v4
        with: {name: nothing, path: nothing-here}
  restore:
    needs: save
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - id: cache
        uses: actions/cache/restore@v4
        with: {path: "deps\\nother/*.txt", key: "deps-\${{ hashFiles('file.txt') }}"}
      - run: echo "hit \${{ steps.cache.outputs.cache-hit }} $(cat deps/a other/b.txt | xargs)"
      - id: near
        uses: actions/cache/restore@v4
        with: {path: "deps\\nother/*.txt", key: deps-new, restore-keys: deps-, lookup-only: true}
      - run: echo "near \${{ steps.near.outputs.cache-hit }} \${{ steps.near.outputs.cache-matched-key != '' }}"
      - id: must
        continue-on-error: true
        uses: actions/cache/restore@v4
        with: {path: none, key: none, fail-on-cache-miss: true}
      - uses: actions/download-artifact@v4
        with: {path: all}
      - uses: actions/download-artifact@v4
        with: {pattern: build-*, merge-multiple: true, path: merged}
      - uses: actions/download-artifact@v4
        with: {name: build-one, github-token: "\${{ github.token }}", run-id: "\${{ github.run_id }}", path: by-api}
      - run: |
          find all merged by-api -type f | sort | xargs
      - uses: actions/upload-artifact/merge@v4
        with: {name: together, pattern: build-*, delete-merged: true}
      - uses: actions/download-artifact@v4
        with: {path: after}
      - run: ls after after/together | xargs
  tools:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/setup-node@v4
        id: node
        with: {node-version: 24}
      - run: echo "node \${{ steps.node.outputs.node-version }} $(node --version)"
      - uses: actions/setup-node@v4
        with: {node-version: 4.2, registry-url: 'https://npm.example', scope: '@me'}
      - run: cat "$NPM_CONFIG_USERCONFIG"
      - uses: actions/setup-python@v5
        id: python
        with: {python-version: 3.x}
      - run: |
          python -c 'import sys; print("isolated", sys.prefix != sys.base_prefix)'
          pip --version | cut -d' ' -f1
          [ "$(command -v python)" = "\${{ steps.python.outputs.python-path }}" ] && echo same
  script:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - id: script
        uses: actions/github-script@v7
        with:
          script: |
            const { owner, repo } = context.repo;
            const issue = await github.rest.issues.create({ owner, repo, title: 'from a script', body: context.sha });
            await github.rest.issues.addLabels({ owner, repo, issue_number: issue.data.number, labels: ['bug'] });
            const all = await github.paginate(github.rest.issues.listForRepo, { owner, repo, per_page: 1 });
            const { data } = await github.request('GET /repos/{owner}/{repo}', { owner, repo });
            const { repository } = await github.graphql('query($o:String!,$r:String!){repository(owner:$o,name:$r){name}}', { o: owner, r: repo });
            await github.rest.issues.get({ owner, repo, issue_number: 4711 }).catch((error) => core.info(error.name + ' ' + error.status));
            const { stdout } = await exec.getExecOutput('git', ['branch', '--show-current'], { silent: true });
            const files = await (await glob.create('*.txt')).glob();
            await core.summary.addHeading('Summary').addRaw('text').write();
            core.setOutput('extra', { n: 1 });
            core.exportVariable('FROM_SCRIPT', require('./lib.cjs').name);
            core.notice('seen', { file: 'a.txt', startLine: 3 });
            return [all.length, data.full_name, repository.name, stdout.trim(), files.length];
      - run: echo '\${{ steps.script.outputs.result }}' '\${{ steps.script.outputs.extra }}' "$FROM_SCRIPT"
      - id: bad
        continue-on-error: true
        uses: actions/github-script@v7
        with: {script: "throw new Error('on purpose')", result-encoding: string}
`;

/** GitHub's own actions, as the sandbox offers them, in jobs of a whole sandbox with real git. */
describe('stand-ins', { timeout: 60_000 }, () => {
  let sandbox: Served;

  beforeAll(async () => {
    sandbox = await serve();
    const clone = join(sandbox.folder, 'clone');
    const write = (path: string, text: string): void => {
      mkdirSync(dirname(join(clone, path)), { recursive: true });
      writeFileSync(join(clone, path), text);
    };
    const git = (...args: string[]) => sandbox.run('owner', 'git', args, clone);
    const remote = `http://x-access-token:${sandbox.token('owner')}@github.localhost/owner/demo.git`;
    await sandbox.run('owner', 'gh', ['api', '-X', 'POST', 'user/repos', '-f', 'name=demo']);
    write('file.txt', 'first');
    write('sub/inner.txt', 'inner');
    write('lib.cjs', 'exports.name = "lib"');
    await git('init', '-q', '-b', 'main');
    await git('add', '.');
    await git('commit', '-qm', 'first');
    await git('tag', 'v1');
    await git('branch', 'topic');
    write('file.txt', 'second');
    write('.github/workflows/ci.yml', WORKFLOW);
    await git('add', '.');
    await git('commit', '-qm', 'second');
    await git('push', '-q', remote, 'topic', 'v1');
    await git('push', '-q', remote, 'main');
    const { workflowRuns } = sandbox.sandbox.core.tables;
    const deadline = Date.now() + 50_000;
    while (![...workflowRuns.all()].some((run) => run.event === 'push' && run.status === 'completed')) {
      if (Date.now() > deadline) throw new Error('the run does not end');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }, 60_000);
  afterAll(() => sandbox.close());

  /** What a job's scripts printed, and the warnings and errors of its actions. */
  const said = (name: string): string[] => {
    const { core } = sandbox.sandbox;
    const job = [...core.tables.workflowJobs.all()].find((one) => one.name === name)!;
    const lines = core.tables.jobLogs.where('job', sourceOf(core, job).id).flatMap((log) => log.lines);
    return lines.filter((line) => !line.startsWith('[command]'));
  };

  it('checkout: commits, branches, tags, folders, credentials', () => {
    const log = said('checkout');
    expect(log).toContain('depth 1 branch main file second');
    expect(log).toContain('outputs true refs/heads/main');
    expect(log.some((line) => /^http\..*extraheader AUTHORIZATION: basic$/.test(line))).toBe(true);
    expect(log).toContain('pushed');
    expect(log).toContain('depth 2 at v1 file first');
    expect(log).toContain('no credentials');
    expect(log).toContain('branch topic files topic: file.txt lib.cjs sub topic/sub: inner.txt');
    expect(
      log.some((line) => /^##\[error\]The process '\/.*\/git' failed with exit code 1$/.test(line)),
    ).toBe(true);
    expect(log).toContain("##[error]A branch or tag with the name 'nothing-of-that-name' could not be found");
    expect(log).toContain('none failure success');
    expect(log).toContain('##[error]Git LFS is not available in the sandbox: lfs must be false');
  });

  it('cache: saved once, restored exactly, by prefix, or not at all', () => {
    expect(said('save')).toContain('hit <>');
    expect(said('save').some((line) => /^Cache saved with key: deps-[0-9a-f]{64}$/.test(line))).toBe(true);
    const log = said('restore');
    expect(log).toContain('hit true dep other');
    expect(log).toContain('near false true');
    expect(log).toContain(
      '##[error]Failed to restore cache entry. Exiting as fail-on-cache-miss is set. Input key: none',
    );
  });

  it('artifacts: paths, names, overwriting, patterns, merging', () => {
    const log = said('save');
    expect(log).toContain('artifact true true');
    expect(log).toContain('With the provided path, there will be 2 files uploaded');
    expect(log).toContain(
      '##[error]Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict: an artifact with this name already exists on the workflow run',
    );
    expect(log).toContain(
      '##[warning]No files were found with the provided path: nothing-here. No artifacts will be uploaded.',
    );
    const found = said('restore');
    expect(found).toContain(
      'all/build-one/file.txt all/build-two/sub/two.txt by-api/file.txt merged/file.txt merged/sub/two.txt',
    );
    expect(found).toContain('after: together after/together: file.txt sub');
  });

  it('setup-node and setup-python: what the machine has, said where it is something else', () => {
    const log = said('tools');
    expect(log.some((line) => /^node v24\.\d+\.\d+ v24\./.test(line))).toBe(true);
    expect(
      log.some((line) => /^##\[warning\]Node\.js 4\.2 is not on this machine.*goes on with 24\./.test(line)),
    ).toBe(true);
    expect(log).toContain('@me:registry=https://npm.example/');
    expect(log).toContain('isolated True');
    expect(log).toContain('pip');
    expect(log).toContain('same');
  });

  it('github-script: the API, the toolkit, results', () => {
    const log = said('script');
    expect(log).toContain('HttpError 404');
    expect(log).toContain('[1,"owner/demo","demo","main",1] {"n":1} lib');
    expect(log).toContain('##[notice]seen');
    expect(log).toContain('##[error]Unhandled error: Error: on purpose');
    const summaries = [...sandbox.sandbox.core.tables.jobSummaries.all()].map((one) => one.markdown);
    expect(summaries).toEqual(['<h1>Summary</h1>\ntext\n']);
  });

  it('all jobs succeed', () => {
    const jobs = [...sandbox.sandbox.core.tables.workflowJobs.all()].filter((job) => job.attempt === 1);
    expect(jobs.map((job) => [job.name, job.conclusion])).toEqual(
      ['checkout', 'save', 'tools', 'script', 'restore'].map((name) => [name, 'success']),
    );
  });
});
