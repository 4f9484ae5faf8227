import { canonicalJson } from '../../contracts/digest.ts';
import type { Manifest } from '../../contracts/manifest.ts';
import { Signature } from '../../contracts/signature.ts';
import type { VersionState } from '../../contracts/model-state.ts';
import { compareSignatures } from '../../formats/index.ts';

/** A version with what is known of it: the log's state, and the manifest where its bytes were at hand. */
export interface KnownVersion {
  readonly state: VersionState;
  readonly manifest: Manifest | null;
}

export const DIFF_PARTS = ['metrics', 'params', 'data', 'signature', 'files', 'environment', 'log'] as const;
type Part = (typeof DIFF_PARTS)[number];

/** One fact of two versions; null where one lacks it. */
export interface DiffRow {
  readonly part: Part;
  readonly name: string;
  readonly left: string | number | null;
  readonly right: string | number | null;
  readonly changed: boolean;
}

type Facts = Readonly<Record<string, string | number | null>>;

/**
 * Two versions side by side: what came out, then what went in. Without both manifests only what the log knows.
 */
export function diffVersions(left: KnownVersion, right: KnownVersion): readonly DiffRow[] {
  const log = rows('log', logFacts(left.state), logFacts(right.state));
  const [before, after] = [left.manifest, right.manifest];
  if (before === null || after === null) return log;
  return [
    ...rows('metrics', metrics(before), metrics(after)),
    ...rows('params', flatten(before.params), flatten(after.params)),
    ...rows('data', data(before), data(after)),
    ...signature(before, after),
    ...rows('files', files(before), files(after)),
    ...rows('environment', environment(before), environment(after)),
    ...log,
  ];
}

function rows(part: Part, left: Facts, right: Facts): DiffRow[] {
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].map((name) => {
    const [a, b] = [left[name] ?? null, right[name] ?? null];
    return { part, name, left: a, right: b, changed: a !== b };
  });
}

function logFacts(state: VersionState): Facts {
  const { verdict } = state;
  return {
    verdict: verdict === null ? null : `${verdict.decision} (${verdict.reason})`,
    holdout: verdict?.holdout ?? null,
    manifest: state.manifest,
    evaluation: state.evaluation,
    commit: state.commit,
    'pull request': state.pull,
    authors: state.authors.map(({ login }) => login).join(', ') || null,
    registered: state.at,
  };
}

function metrics(manifest: Manifest): Facts {
  return Object.fromEntries(manifest.metrics.map(({ name, value }) => [name, value]));
}

function data({ digests, seeds }: Manifest): Facts {
  const { data: found } = digests;
  return {
    'training data': found?.train ?? null,
    'validation data': found?.validation ?? null,
    'test data': found?.test ?? null,
    source: found?.source ?? null,
    seeds: seeds.join(', ') || null,
  };
}

function environment({ digests, task, slipway }: Manifest): Facts {
  return { environment: digests.environment, 'train key': digests.train_key, task, slipway };
}

function files(manifest: Manifest): Facts {
  return Object.fromEntries(manifest.files.map(({ path, sha256 }) => [path, sha256]));
}

function signature(before: Manifest, after: Manifest): DiffRow[] {
  const [old, now] = [before, after].map((one) => Signature.safeParse(one.signature).data ?? null);
  if (old === null && now === null) return [];
  const { change, reasons } = compareSignatures(old ?? null, now ?? null);
  const name = reasons.length === 0 ? 'inputs and outputs' : reasons.join(' ');
  return [{ part: 'signature', name, left: null, right: change, changed: change !== 'same' }];
}

function flatten(value: unknown, prefix = ''): Facts {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const plain = typeof value === 'number' || typeof value === 'string' ? value : canonicalJson(value);
    return { [prefix]: plain };
  }
  const nested = Object.entries(value).map(([key, inner]) =>
    flatten(inner, prefix === '' ? key : `${prefix}.${key}`),
  );
  return Object.assign({}, ...nested) as Facts;
}
