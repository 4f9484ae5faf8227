import { describe, expect, it } from 'vitest';
import { dueAfter } from '../../../../sandbox/actions/runs/schedule.ts';
import { loseJob, nextTick, tick } from '../../../../sandbox/actions/runs/tick.ts';
import { heartbeat } from '../../../../sandbox/actions/jobs/report.ts';
import { JOB, newStage, workflow, type Stage } from '../stage.ts';

const CI = '.github/workflows/ci.yml';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const message = (stage: Stage) =>
  stage.core.tables.jobAnnotations.where('job', stage.job('a').id)[0]?.annotation.message;

function pass(stage: Stage, ms: number): void {
  stage.clock.advance(ms);
  tick(stage.core);
}

/** Passes time in steps in which the runner is heard of. */
function work(stage: Stage, ms: number): void {
  for (let left = ms; left > 0; left -= 9 * MINUTE) {
    heartbeat(stage.core, stage.job('a').id);
    pass(stage, Math.min(left, 9 * MINUTE));
  }
}

describe('schedules', () => {
  const scheduled = (entries: string) => {
    const stage = newStage();
    stage.push({ [CI]: workflow(`{ schedule: [${entries}] }`, { a: JOB }) });
    return stage;
  };

  // The clock of the stage begins at 2026-01-01T00:00:00Z, a Thursday.
  it('start runs on the default branch at their time, and again', () => {
    const stage = scheduled('{ cron: "30 5 * * *" }');
    expect(nextTick(stage.core)).toBe(Date.parse('2026-01-01T05:30:00Z'));
    pass(stage, 5 * HOUR);
    expect(stage.runs()).toEqual([]);
    pass(stage, 30 * MINUTE);
    expect(stage.runs()[0]).toMatchObject({
      event: 'schedule',
      ref: 'refs/heads/main',
      title: 'CI',
      createdAt: '2026-01-01T05:30:00Z',
      actorId: stage.writer.id,
    });
    const event = stage.core.tables.runEvents.require(stage.runs()[0]!.id);
    expect(event.payload['schedule']).toBe('30 5 * * *');
    pass(stage, 24 * HOUR);
    expect(stage.runs()).toHaveLength(2);
  });

  it('are at least five minutes apart, and what was missed is not made up for', () => {
    const stage = scheduled('{ cron: "* * * * *" }');
    for (let minute = 0; minute < 60; minute++) pass(stage, MINUTE);
    expect(stage.runs()).toHaveLength(12);
    pass(stage, 24 * HOUR);
    expect(stage.runs()).toHaveLength(13);
  });

  it('follow a timezone, daylight saving included', () => {
    expect(dueAfter('0 8 * * *', 'Europe/Berlin', Date.parse('2026-01-01T00:00:00Z'))).toBe(
      '2026-01-01T07:00:00Z',
    );
    expect(dueAfter('0 8 * * *', 'Europe/Berlin', Date.parse('2026-07-01T00:00:00Z'))).toBe(
      '2026-07-01T06:00:00Z',
    );
    expect(dueAfter('0 0 * * 1', 'UTC', Date.parse('2026-01-01T00:00:00Z'))).toBe('2026-01-05T00:00:00Z');
  });

  it('end with their file, and do not count on other branches', () => {
    const stage = scheduled('{ cron: "0 * * * *" }');
    stage.push(
      { [CI]: workflow('{ schedule: [{ cron: "0 0 1 1 *" }] }', { a: JOB }) },
      { ref: 'refs/heads/dev' },
    );
    stage.push({ [CI]: null });
    expect(nextTick(stage.core)).toBeUndefined();
  });

  it('of a public repository stop after sixty idle days', () => {
    const stage = scheduled('{ cron: "0 0 * * *" }');
    pass(stage, 61 * 24 * HOUR);
    expect(stage.runs()).toEqual([]);
    expect(stage.core.tables.workflowFiles.find('path', `${stage.repository().id}/${CI}`)?.state).toBe(
      'disabled_inactivity',
    );
  });
});

describe('jobs in time', () => {
  const started = (job = JOB) => {
    const stage = newStage();
    const [run] = stage.push({ [CI]: workflow('push', { a: job }) });
    return { stage, id: run!.id };
  };

  it('end six hours after they began, or when they say', () => {
    for (const [job, minutes, text] of [
      [JOB, 360, '6h0m0s'],
      [`timeout-minutes: 90\n    ${JOB}`, 90, '1h30m0s'],
    ] as const) {
      const { stage, id } = started(job);
      stage.start('a');
      work(stage, (minutes - 1) * MINUTE);
      expect(stage.job('a').cancelledAt).toBeNull();
      work(stage, MINUTE);
      expect(stage.job('a').cancelledAt).not.toBeNull();
      expect(message(stage)).toBe(`The job has exceeded the maximum execution time of ${text}`);
      stage.finish('a', 'cancelled');
      expect(stage.run(id).conclusion).toBe('cancelled');
    }
  });

  it('that do not stop are ended five minutes later', () => {
    const { stage } = started(`timeout-minutes: 1\n    ${JOB}`);
    stage.start('a');
    pass(stage, MINUTE);
    pass(stage, 5 * MINUTE);
    expect(stage.jobs()).toEqual({ a: 'cancelled' });
  });

  it('whose runner is silent for ten minutes have lost it', () => {
    const { stage, id } = started();
    stage.start('a');
    pass(stage, 9 * MINUTE);
    stage.report('a', { kind: 'log', number: 1, lines: ['alive'] });
    pass(stage, 9 * MINUTE);
    expect(stage.jobs()).toEqual({ a: 'in_progress' });
    pass(stage, MINUTE);
    expect(stage.jobs()).toEqual({ a: 'failure' });
    expect(message(stage)).toMatch(/^The hosted runner lost communication with the server\./);
    expect(stage.run(id).conclusion).toBe('failure');
    expect(heartbeat(stage.core, stage.job('a').id)).toBe(false);
  });

  it('can lose their runner at once', () => {
    const { stage } = started();
    stage.report('a', {
      kind: 'started',
      runner: { id: 9, name: 'box', labels: ['self-hosted'], selfHosted: true },
    });
    loseJob(stage.core, stage.job('a').id);
    expect(message(stage)).toMatch(/^The self-hosted runner: box lost communication/);
  });

  it('that nobody takes are cancelled after a day', () => {
    const { stage, id } = started('runs-on: [self-hosted, gpu]\n    steps: [{ run: make }]');
    pass(stage, 24 * HOUR);
    expect(stage.run(id).conclusion).toBe('cancelled');
  });

  it('and runs end after 35 days whatever they wait for', () => {
    const stage = newStage();
    stage.push({ [CI]: workflow('push', { a: JOB }, 'concurrency: { group: g, queue: max }') });
    const [waiting] = stage.push({ x: '1' });
    stage.start('a', stage.runs()[0]);
    stage.clock.advance(35 * 24 * HOUR);
    tick(stage.core);
    expect(stage.run(waiting!.id)).toMatchObject({ status: 'completed', conclusion: 'cancelled' });
  });
});
