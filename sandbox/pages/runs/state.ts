import type { RunConclusion, RunStatus } from '../../state/actions.ts';
import type { JobStatus } from '../../state/action-jobs.ts';
import { icon } from '../icons.ts';
import type { Html } from '../page.ts';

/** Where a run, job or step stands. */
export interface Standing {
  readonly status: RunStatus | JobStatus;
  readonly conclusion: RunConclusion | null;
}

/** One word for it. */
export function word({ status, conclusion }: Standing): string {
  return (conclusion ?? status).replaceAll('_', ' ');
}

/** Its drawing. */
export function standingIcon(standing: Standing): Html {
  const said = word(standing);
  switch (standing.conclusion) {
    case 'success':
      return icon('success', said, 'good');
    case 'failure':
    case 'timed_out':
    case 'startup_failure':
      return icon('failure', said, 'bad');
    case 'cancelled':
    case 'skipped':
      return icon('skipped', said, 'dim');
    case 'action_required':
      return icon('warning', said, 'wait');
    case null:
      return standing.status === 'in_progress'
        ? icon('running', said, 'wait')
        : icon('pending', said, standing.status === 'waiting' ? 'wait' : 'dim');
  }
}

/** `1m 5s` */
export function duration(from: string | null, to: string | null, now: number): string {
  if (from === null) return '';
  const seconds = Math.max(0, Math.round(((to === null ? now : Date.parse(to)) - Date.parse(from)) / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes}m ${seconds % 60}s` : `${Math.floor(minutes / 60)}h ${minutes % 60}m`;
}
