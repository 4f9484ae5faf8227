import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeOf, workflowEvents } from '../../../../sandbox/actions/triggers/events.ts';
import { matches, type Happening } from '../../../../sandbox/actions/triggers/match.ts';
import { asksToSkip } from '../../../../sandbox/actions/triggers/skip.ts';
import type { Trigger } from '../../../../sandbox/actions/workflow/model.ts';

const starts = (trigger: Trigger | undefined, happening: Happening) => matches(trigger, happening).starts;
const push = (ref: string, files: readonly string[] = ['a.txt']): Happening => ({
  event: 'push',
  ref,
  files,
});
const pull = (action: string, branch = 'main', files: readonly string[] = ['a.txt']): Happening => ({
  event: 'pull_request',
  action,
  branch,
  files,
});

// https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#onpushbranchestagsbranches-ignoretags-ignore
describe('a push', () => {
  const main = push('refs/heads/main');
  const tag = push('refs/tags/v1');

  it.each<[string, Trigger, boolean, boolean]>([
    ['no filter', {}, true, true],
    ['branches', { branches: ['main'] }, true, false],
    ['other branches', { branches: ['dev'] }, false, false],
    ['branches-ignore', { branchesIgnore: ['dev'] }, true, false],
    ['tags', { tags: ['v*'] }, false, true],
    ['tags-ignore', { tagsIgnore: ['v*'] }, false, false],
    ['both', { branches: ['main'], tags: ['v*'] }, true, true],
    ['negative patterns only', { branches: ['!dev'] }, false, false],
    ['paths that match', { paths: ['*.txt'] }, true, true],
    ['paths that do not match: tags have none', { paths: ['*.md'] }, false, true],
    ['paths-ignore', { pathsIgnore: ['**.txt'] }, false, true],
    ['branch passes, path does not', { branches: ['main'], paths: ['src/**'] }, false, false],
  ])('%s', (_name, trigger, branch, tags) => {
    expect(starts(trigger, main)).toBe(branch);
    expect(starts(trigger, tag)).toBe(tags);
  });

  it('one file outside paths-ignore is enough', () => {
    expect(starts({ pathsIgnore: ['docs/**'] }, push('refs/heads/main', ['docs/a', 'src/a']))).toBe(true);
    expect(starts({ pathsIgnore: ['docs/**'] }, push('refs/heads/main', ['docs/a', 'docs/b']))).toBe(false);
  });

  it('without changed files path filters start nothing, with an unknown diff everything', () => {
    expect(starts({ paths: ['**'] }, push('refs/heads/main', []))).toBe(false);
    expect(starts({ paths: ['x'] }, { event: 'push', ref: 'refs/heads/main' })).toBe(true);
  });

  it('only the first 300 files count', () => {
    const files = [...Array.from({ length: 300 }, (_, index) => `docs/${index}`), 'src/a'];
    expect(starts({ paths: ['src/**'] }, push('refs/heads/main', files))).toBe(false);
    expect(starts({ paths: ['src/**'] }, push('refs/heads/main', files.slice(1)))).toBe(true);
  });

  it('other refs start nothing', () => {
    expect(starts({}, push('refs/notes/x'))).toBe(false);
  });
});

// https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request
describe('a pull request', () => {
  it('by default counts when opened, reopened or pushed to', () => {
    for (const action of ['opened', 'synchronize', 'reopened']) expect(starts({}, pull(action))).toBe(true);
    for (const action of ['closed', 'labeled', 'edited', 'ready_for_review'])
      expect(starts({}, pull(action))).toBe(false);
    expect(starts({ types: ['labeled'] }, pull('labeled'))).toBe(true);
    expect(starts({ types: ['labeled'] }, pull('opened'))).toBe(false);
  });

  it('filters by the base branch and by changed files', () => {
    expect(starts({ branches: ['releases/**'] }, pull('opened', 'releases/10'))).toBe(true);
    expect(starts({ branches: ['releases/**'] }, pull('opened', 'main'))).toBe(false);
    expect(starts({ branchesIgnore: ['main'] }, pull('opened', 'main'))).toBe(false);
    expect(starts({ paths: ['**.js'] }, pull('opened', 'main', ['src/a.js']))).toBe(true);
    expect(starts({ paths: ['**.js'] }, pull('opened'))).toBe(false);
  });
});

describe('other events', () => {
  it('count with all their types unless some are named', () => {
    const issue = { event: 'issues', action: 'labeled' };
    expect(starts({}, issue)).toBe(true);
    expect(starts({ types: ['opened'] }, issue)).toBe(false);
    expect(starts(undefined, issue)).toBe(false);
  });

  it('workflow_run: by name, branch of the run and type', () => {
    const ran = (action: string, branch: string): Happening => ({
      event: 'workflow_run',
      action,
      branch,
      workflow: { name: 'Build', path: '.github/workflows/build.yml' },
    });
    expect(starts({ workflows: ['Build', 'Lint'] }, ran('completed', 'main'))).toBe(true);
    expect(starts({ workflows: ['Lint'] }, ran('completed', 'main'))).toBe(false);
    expect(starts({ workflows: ['Build'], types: ['requested'] }, ran('completed', 'main'))).toBe(false);
    expect(starts({ workflows: ['Build'], branches: ['canary'] }, ran('completed', 'main'))).toBe(false);
  });

  it('schedule: the entry that fired', () => {
    const trigger = { schedule: [{ cron: '0 0 * * *' }] };
    expect(starts(trigger, { event: 'schedule', cron: '0 0 * * *' })).toBe(true);
    expect(starts(trigger, { event: 'schedule', cron: '5 0 * * *' })).toBe(false);
  });

  it('repository_dispatch: custom types', () => {
    expect(starts({ types: ['deploy'] }, { event: 'repository_dispatch', action: 'deploy' })).toBe(true);
    expect(starts({ types: ['deploy'] }, { event: 'repository_dispatch', action: 'other' })).toBe(false);
  });
});

describe('which events there are', () => {
  it('a pull request webhook is two workflow events', () => {
    expect(workflowEvents('pull_request')).toEqual(['pull_request', 'pull_request_target']);
    expect(workflowEvents('push')).toEqual(['push']);
    expect(workflowEvents('workflow_job')).toEqual([]);
    expect(workflowEvents('star')).toEqual([]);
  });

  it.each([
    ['push', 'ref'],
    ['pull_request', 'merge'],
    ['pull_request_review', 'merge'],
    ['pull_request_target', 'default'],
    ['issue_comment', 'default'],
    ['release', 'tag'],
    ['deployment_status', 'deployment'],
    ['workflow_dispatch', 'ref'],
  ])('%s runs at %s', (event, place) => {
    expect(placeOf(event)).toBe(place);
  });
});

// https://docs.github.com/actions/how-tos/manage-workflow-runs/skip-workflow-runs
describe('a commit message', () => {
  it.each([
    ['fix [skip ci]', true],
    ['[CI SKIP] fix', true],
    ['fix\n\nbody [no ci]', true],
    ['a [skip actions]', true],
    ['a [actions skip]', true],
    ['fix\n\n\nskip-checks: true', true],
    ['fix\n\n\nsigned-off-by: x\nskip-checks:true\n', true],
    ['fix\n\nskip-checks: true', false],
    ['skip-checks: true', false],
    ['fix\n\n\nskip-checks: true\nmore', false],
    ['skip ci', false],
  ])('%j asks to skip: %s', (message, expected) => {
    expect(asksToSkip(message)).toBe(expected);
  });
});

describe('any filter (property)', () => {
  it('branches and branches-ignore of the same patterns are opposites for branches', () => {
    const pattern = fc.constantFrom('main', '*', '**', 'release/**', 'v[0-9]', '!main');
    fc.assert(
      fc.property(
        fc.array(pattern, { minLength: 1 }),
        fc.constantFrom('main', 'release/a', 'v1', 'x/y'),
        (list, name) => {
          const happening = push(`refs/heads/${name}`);
          expect(starts({ branches: list }, happening)).toBe(!starts({ branchesIgnore: list }, happening));
        },
      ),
    );
  });
});
