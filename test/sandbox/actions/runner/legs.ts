import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parse } from 'yaml';

import type { Conclusion, JobLeg, RunnerEvent } from '../../../../sandbox/actions/leg.ts';
import { actEngine } from '../../../../sandbox/actions/runner/act.ts';
import type { ActOptions } from '../../../../sandbox/actions/runner/options.ts';
import type { FindAction } from '../../../../sandbox/actions/runner/action-source.ts';

export const SHA = 'c0ffee0000000000000000000000000000000000';

/** A job as YAML, the way it stands in a workflow file below `jobs.build`. */
export function newLeg(job: string, more: Partial<JobLeg> = {}): JobLeg {
  return {
    jobId: 7,
    runId: 70,
    attempt: 1,
    repository: { owner: 'owner', name: 'repo' },
    workflow: { name: 'CI', path: '.github/workflows/ci.yml' },
    sha: SHA,
    ref: 'refs/heads/main',
    event: { name: 'push', payload: { ref: 'refs/heads/main', head_commit: { message: 'first' } } },
    actor: 'writer',
    key: 'build',
    name: 'build',
    job: parse(job) as Record<string, unknown>,
    workflowEnv: {},
    workflowDefaults: {},
    matrix: {},
    strategy: { failFast: true, index: 0, total: 1, maxParallel: 1 },
    needs: {},
    inputs: {},
    secrets: {},
    vars: {},
    token: 'ghs_jobtoken',
    runtimeToken: 'runtime-token',
    github: { run_number: '3' },
    timeoutMinutes: 360,
    ...more,
  };
}

/** Actions by `owner/name`: path → text. Every ref of them is there. */
export function actionsOf(
  repositories: Readonly<Record<string, Readonly<Record<string, string>>>>,
): FindAction {
  return (owner, name, ref) => {
    const files = repositories[`${owner}/${name}`];
    if (files === undefined) return { kind: 'no-repository' };
    if (ref === 'missing') return { kind: 'no-version' };
    return {
      kind: 'found',
      sha: SHA,
      *files() {
        for (const [path, text] of Object.entries(files)) {
          yield { path, mode: 'file' as const, content: Buffer.from(text) };
        }
      },
    };
  };
}

export interface Step {
  readonly number: number;
  readonly name: string;
  readonly conclusion: Conclusion;
  readonly log: string[];
}

/** What a run of a leg told. */
export interface Told {
  readonly events: RunnerEvent[];
  readonly steps: Step[];
  readonly annotations: string[];
  readonly summary: string;
  readonly conclusion: Conclusion;
  readonly outputs: Readonly<Record<string, string>>;
  readonly reason: string | undefined;
  /** Log of the step of that name, without headers. */
  log(name: string): string[];
}

export interface RunOptions extends Partial<ActOptions> {
  /** Called with every event, and what stops the run. */
  readonly watch?: (event: RunnerEvent, stop: (reason: 'cancel' | 'lost') => void) => void;
}

/** Runs a leg with act in a folder of its own. */
export async function runLeg(leg: JobLeg, options: RunOptions = {}): Promise<Told> {
  const work = options.work ?? mkdtempSync(join(tmpdir(), 'legs-'));
  const url = 'http://127.0.0.1:1';
  const engine = actEngine({
    path: '/usr/local/bin:/usr/bin:/bin',
    services: {
      serverUrl: 'http://github.localhost:1',
      apiUrl: url,
      graphqlUrl: url,
      resultsUrl: url,
      proxyUrl: url,
    },
    find: actionsOf({}),
    runner: () => ({ id: 1, name: 'Runner 1', labels: ['ubuntu-latest'], selfHosted: false }),
    ...options,
    work,
  });
  const events: RunnerEvent[] = [];
  const controller = new AbortController();
  try {
    await engine.run(
      leg,
      (event) => {
        events.push(event);
        options.watch?.(event, (reason) => {
          controller.abort(reason);
        });
      },
      controller.signal,
    );
  } finally {
    if (options.work === undefined) rmSync(work, { recursive: true, force: true });
  }
  return told(events);
}

function told(events: RunnerEvent[]): Told {
  const logs = new Map<number, string[]>();
  const steps: Step[] = [];
  let summary = '';
  const annotations: string[] = [];
  for (const event of events) {
    if (event.kind === 'log') logs.set(event.number, [...(logs.get(event.number) ?? []), ...event.lines]);
    if (event.kind === 'summary') summary += event.markdown;
    if (event.kind === 'annotation')
      annotations.push(`${event.annotation.level}: ${event.annotation.message}`);
    if (event.kind === 'step-finished') {
      const { number, name, conclusion } = event;
      steps.push({ number, name, conclusion, log: logs.get(number) ?? [] });
    }
  }
  const last = events.find((event) => event.kind === 'finished');
  return {
    events,
    steps,
    annotations,
    summary,
    conclusion: last?.conclusion ?? 'skipped',
    outputs: last?.outputs ?? {},
    reason: last?.reason,
    log: (name) => {
      const lines = steps.find((step) => step.name === name)?.log ?? [];
      return lines[0]?.startsWith('##[group]Run') === true
        ? lines.slice(lines.indexOf('##[endgroup]') + 1)
        : lines;
    },
  };
}
