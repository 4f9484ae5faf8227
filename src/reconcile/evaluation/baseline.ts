import type { ModelState } from '../../contracts/model-state.ts';
import type { BaselineVersion } from './ports.ts';

/** The stage whose version a candidate is to replace. */
const PRODUCTION = 'production';

/**
 * The version that a candidate is compared with: what runs verified in production, else the newest one. Null where no
 * version with bytes of ours is registered: versions of an adopted history have none.
 */
export function baselineOf(state: ModelState | undefined): BaselineVersion | null {
  if (state === undefined) return null;
  const running = state.stages[PRODUCTION]?.verified.findLast(({ until }) => until === null)?.version;
  const known = state.versions.filter(({ manifest }) => manifest !== null);
  const production = known.find(({ version }) => version === running);
  const chosen = production ?? known.at(-1);
  if (chosen?.manifest === undefined || chosen.manifest === null) return null;
  const kind = production === undefined ? 'latest' : 'production';
  return { kind, model: state.model, version: chosen.version, manifest: chosen.manifest };
}
