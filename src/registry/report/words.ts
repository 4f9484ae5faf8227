import type { Cell } from '../../report/document.ts';
import { badge, muted } from '../../report/document.ts';
import type { Tone } from '../../report/tone.ts';
import type { StageStatus } from '../answers/status.ts';

/** Short words of tables: ages, times, states. */

const UNITS = [
  ['y', 365 * 86_400_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

/** `3 d`, `5 h`, `now`: how long ago something was, in one unit. */
export function age(at: string, now: Date): string {
  const ms = now.getTime() - Date.parse(at);
  for (const [unit, size] of UNITS) if (ms >= size) return `${Math.floor(ms / size)} ${unit}`;
  return 'now';
}

/** `2026-11-24 01:20`, UTC. */
export function minute(at: string): string {
  return at.slice(0, 16).replace('T', ' ');
}

/** `14 versions`, `1 version`. */
export function count(number: number, noun: string, nouns = `${noun}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? noun : nouns}`;
}

const TONES: Readonly<Record<StageStatus['state'], Tone>> = {
  verified: 'good',
  pending: 'caution',
  failed: 'bad',
  empty: 'neutral',
};

/** What is known of what a stage holds, with what serves meanwhile, and whether it is frozen. */
export function stateCell(stage: StageStatus): Cell {
  if (stage.state === 'empty') return [muted('–'), ...frozen(stage)];
  const serving = stage.serving === null || stage.weights !== null ? [] : [`, ${stage.serving} serves`];
  const shares = Object.entries(stage.weights ?? {}).map(([version, share]) => `${version} ${share} %`);
  const split = shares.length === 0 ? [] : [` (${shares.join(', ')})`];
  const back = stage.op === 'rollback' ? [muted(' rollback')] : [];
  return [badge(stage.state, TONES[stage.state]), ...back, ...split, ...serving, ...frozen(stage)];
}

function frozen({ frozen: found }: StageStatus): Exclude<Cell, readonly unknown[]>[] {
  return found === null ? [] : [' ', badge('frozen', 'caution')];
}

/** A verdict as a word; a dash where there is none. */
export function verdictCell(verdict: string | null): Cell {
  if (verdict === null) return muted('–');
  return badge(verdict, verdict === 'pass' ? 'good' : verdict === 'fail' ? 'bad' : 'caution');
}

/** First twelve characters of a digest or commit. */
export function short(digest: string | null): string {
  return digest?.slice(0, 12) ?? '';
}
