import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { cleanRunners, findAct } from '../../../../sandbox/actions/runner/act.ts';
import { marked } from '../../../../sandbox/actions/runner/processes.ts';
import { actionsOf, newLeg, type RunOptions, runLeg } from './legs.ts';

/** Stops the run once the step has said `ready`. */
const stopWhenReady =
  (reason: 'cancel' | 'lost'): NonNullable<RunOptions['watch']> =>
  (event, stop) => {
    if (event.kind === 'log' && event.lines.includes('ready')) stop(reason);
  };

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('it did not come to pass');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('a cancelled job', () => {
  it('ends its step, and still runs what runs always or when cancelled', async () => {
    const begin = Date.now();
    const told = await runLeg(
      newLeg(`
        steps:
          - run: echo ready; sleep 60 & sleep 61
          - run: echo not any more
          - if: failure()
            run: echo no failure
          - if: cancelled()
            run: echo cancelled
          - if: always()
            run: echo always
      `),
      { watch: stopWhenReady('cancel') },
    );
    expect(Date.now() - begin).toBeLessThan(10_000);
    expect(told.steps.map((step) => step.conclusion)).toEqual([
      ...['success', 'cancelled', 'skipped', 'skipped', 'success', 'success', 'success'],
    ]);
    expect(told.steps[1]?.log.at(-1)).toBe('##[error]The operation was canceled.');
    expect(told.conclusion).toBe('cancelled');
  });

  it('lets a step end that runs always', async () => {
    const told = await runLeg(newLeg(`{steps: [{if: always(), run: 'echo ready; sleep 0.5; echo done'}]}`), {
      watch: stopWhenReady('cancel'),
    });
    expect(told.steps[1]).toMatchObject({ conclusion: 'success' });
    expect(told.steps[1]?.log.at(-1)).toBe('done');
    expect(told.conclusion).toBe('cancelled');
  });
});

describe('a lost runner', () => {
  it('tells nothing more and leaves nothing behind', async () => {
    const work = mkdtempSync(join(tmpdir(), 'lost-'));
    const told = await runLeg(
      newLeg(`{steps: [{run: 'sleep 62 & echo ready; sleep 63'}, {if: always(), run: echo no}]}`),
      {
        work,
        watch: stopWhenReady('lost'),
      },
    );
    expect(told.events.at(-1)?.kind).toBe('log');
    expect(marked(work)).toEqual([]);
    expect(readdirSync(work)).toEqual([]);
    rmSync(work, { recursive: true });
  });
});

describe('a step that takes too long', () => {
  it('fails with GitHub’s words, and the job goes on as after a failure', async () => {
    const told = await runLeg(
      newLeg(`
        steps:
          - run: sleep 64
            timeout-minutes: 2
          - if: failure()
            run: echo next
      `),
      { minute: 200 },
    );
    expect(told.steps[1]).toMatchObject({ conclusion: 'failure' });
    expect(told.annotations).toContain("failure: The action 'Run sleep 64' has timed out after 2 minutes.");
    expect(told.steps[2]).toMatchObject({ conclusion: 'success' });
    expect(told.conclusion).toBe('failure');
  });

  it('its time may come from a step before it', async () => {
    const told = await runLeg(
      newLeg(`
        steps:
          - id: time
            run: echo minutes=2 >> "$GITHUB_OUTPUT"
          - run: sleep 66
            timeout-minutes: \${{ fromJSON(steps.time.outputs.minutes) }}
      `),
      { minute: 200 },
    );
    expect(told.annotations).toContain("failure: The action 'Run sleep 66' has timed out after 2 minutes.");
  });

  it('a part of a minute is no limit: GitHub counts whole ones', async () => {
    const told = await runLeg(newLeg(`{steps: [{run: sleep 0.3, timeout-minutes: 0.5}]}`), { minute: 100 });
    expect(told.conclusion).toBe('success');
  });
});

describe('processes left in the background', () => {
  it('live until the job ends, and no longer', async () => {
    const work = mkdtempSync(join(tmpdir(), 'orphans-'));
    const told = await runLeg(
      newLeg(`
        steps:
          - run: |
              nohup sleep 65 &
              (while true; do echo tick; sleep 0.05; done) &
              echo started
          - run: pgrep -f 'sleep 65' >/dev/null && echo alive
      `),
      { work },
    );
    expect(told.log("Run pgrep -f 'sleep 65' >/dev/null && echo alive")).toEqual(['alive']);
    expect(
      told.steps.at(-1)?.log.some((line) => /^Terminate orphan process: pid \(\d+\) \(sleep\)$/.test(line)),
    ).toBe(true);
    await until(() => marked(work).length === 0);
    expect(existsSync(join(work, 'leg-7-1'))).toBe(false);
    rmSync(work, { recursive: true });
  });
});

describe('after a crash', () => {
  it('the next start ends what runs, and removes folders', async () => {
    const work = mkdtempSync(join(tmpdir(), 'crash-'));
    mkdirSync(join(work, 'leg-1-1'));
    writeFileSync(join(work, 'leg-1-1', 'x'), '');
    const left = spawn('sleep', ['66'], {
      env: { RUNNER_TEMP: join(work, 'leg-1-1', 'work') },
      detached: true,
    });
    const ended = new Promise((resolve) => left.once('exit', (_code, signal) => resolve(signal)));
    await until(() => marked(`${work}/leg-`).length === 1);
    cleanRunners(work);
    expect(await ended).toBe('SIGKILL');
    expect(existsSync(work)).toBe(false);
  });
});

describe('a job that cannot start', () => {
  it.each([
    [
      'an unknown action',
      '{steps: [{uses: o/none@v1}]}',
      'Unable to resolve action `o/none@v1`, repository not found',
    ],
    [
      'an unknown version',
      '{steps: [{uses: o/r@missing}]}',
      'Unable to resolve action `o/r@missing`, unable to find version `missing`',
    ],
    [
      'a folder without action',
      '{steps: [{uses: o/r/sub@v1}]}',
      "Can't find 'action.yml', 'action.yaml' or 'Dockerfile' for action 'o/r/sub@v1'.",
    ],
    [
      'an unknown action inside another',
      '{steps: [{uses: o/r@v1}]}',
      'Unable to resolve action `o/deep@v1`, repository not found',
    ],
    [
      'an action without version',
      '{steps: [{uses: o/r}]}',
      "Expected format {org}/{repo}[/path]@ref. Actual 'o/r'. Input string was not in a correct format.",
    ],
    [
      'an image',
      "{steps: [{uses: 'docker://alpine:3'}]}",
      /^Docker is not available on this runner: 'docker:\/\/alpine:3' needs a container/,
    ],
    ['an action in a container', '{steps: [{uses: o/docker@v1}]}', /^Docker is not available/],
    ['a container', '{container: node:20, steps: []}', /needs the container node:20/],
    ['a service', '{services: {db: {image: postgres}}, steps: []}', /needs the service db/],
  ])('%s', async (_name, job, message) => {
    const find = actionsOf({
      'o/r': { 'action.yml': 'runs: {using: composite, steps: [{uses: o/deep@v1}]}' },
      'o/docker': { 'action.yml': 'runs: {using: docker, image: Dockerfile}' },
    });
    const told = await runLeg(newLeg(job), { find });
    expect(told.reason).toMatch(message);
    expect(told.conclusion).toBe('failure');
    expect(told.steps).toMatchObject([{ number: 1, name: 'Set up job', conclusion: 'failure' }]);
    expect(told.steps[0]?.log.at(-1)).toBe(`##[error]${told.reason}`);
  });

  it('a container that comes out empty is none', async () => {
    const told = await runLeg(newLeg("{container: '${{ matrix.image }}', steps: [{run: echo}]}"));
    expect(told.conclusion).toBe('success');
  });

  it('says how to get act', () => {
    expect(() => findAct('/nowhere', '/nowhere/act')).toThrow('/nowhere/act is not the act binary');
  });
});
