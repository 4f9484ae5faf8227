import { InputError } from '../contracts/errors.ts';
import type { ProblemCode, ReasonCode } from '../contracts/codes.ts';
import type { Manifest } from '../contracts/manifest.ts';
import type { Document } from '../report/document.ts';
import {
  findModel,
  findVersion,
  lineageOf,
  parseNamed,
  readEntries,
  verifyLog,
  versionLine,
  type Log,
  type RecordedEntry,
} from '../registry/index.ts';
import type { LogStore } from '../registry/ports.ts';
import type { ListedVersion } from '../registry/report.ts';
import type * as Reported from '../registry/report.ts';
import type { Outcome, Session } from './execute.ts';
import { githubHere } from './github.ts';
import { openLocalLog, TRUST } from './local-log.ts';
import { openManifests } from './manifests.ts';

const LISTED = 20;

type Reports = typeof Reported;

/** An answer for programs and people; renderers are loaded only for people. */
function answered(
  session: Session,
  log: Log,
  kind: string,
  message: string,
  document: object,
  view: (reports: Reports) => Document,
): Outcome {
  const reason: ReasonCode | ProblemCode =
    log.trouble === null ? 'DONE' : log.trouble.kind === 'tampered' ? 'LOG_TAMPERED' : 'LOG_NEWER';
  return {
    schema: `slipway.${kind}/1`,
    decision: log.trouble === null ? 'skipped' : 'fail',
    reason,
    message,
    document: { n: log.n, head: log.head, trouble: log.trouble, ...document },
    text: async () => {
      const [reports, { toText }] = await Promise.all([
        import('../registry/report.ts'),
        import('../report/terminal/to-text.ts'),
      ]);
      const { blocks, ...rest } = view(reports);
      const all = { ...rest, blocks: [...reports.troubleBlocks(log.trouble), ...blocks] };
      return toText(all, { width: session.width, color: session.color });
    },
  };
}

function limitOf({ flags }: Session, most: number): number {
  const limit = (flags['limit'] as number | undefined) ?? most;
  if (Number.isSafeInteger(limit) && limit >= 1) return limit;
  throw new InputError({ code: 'USAGE', message: `--limit: expected a whole number from 1, found ${limit}` });
}

/** `slipway registry list [MODEL]`: versions, newest first, with verdict, stages and, where it is at hand, the metric. */
export async function listCommand(session: Session, model: string | undefined): Promise<Outcome> {
  const { log } = await openLocalLog(session);
  const limit = limitOf(session, LISTED);
  const states = model === undefined ? [...log.models.values()] : [findModel(log.models, model)];
  const all = states
    .flatMap((state) => state.versions.map((version) => ({ state, version })))
    .sort((left, right) => right.version.n - left.version.n);
  const manifests = openManifests(session);
  const versions = all.slice(0, limit).map(({ state, version }): ListedVersion => {
    const [metric] = manifests.local(version.manifest)?.metrics ?? [];
    const primary = metric === undefined ? null : { name: metric.name, value: metric.value };
    return { model: state.model, ...versionLine(state, version), metric: primary };
  });
  const message = `${versions.length} of ${all.length} versions`;
  return answered(session, log, 'registry-list', message, { total: all.length, versions }, (reports) =>
    reports.versionsDocument(versions, all.length, new Date()),
  );
}

/** `slipway registry show MODEL[@VERSION|#STAGE]`: one version, whole. */
export async function showCommand(session: Session, text: string): Promise<Outcome> {
  const { log, store } = await openLocalLog(session);
  const named = parseNamed(text);
  const version = findVersion(log.models, named);
  const state = findModel(log.models, named.model);
  const manifest = await openManifests(session).find(state.model, version);
  const entries: RecordedEntry[] = [];
  for await (const one of readEntries(store, log.head, { model: state.model })) {
    if (one.entry.version === version.version) entries.push(one);
    if (one.entry.n <= version.n) break;
  }
  const lineage = lineageOf(state, version, manifest);
  const line = versionLine(state, version);
  const document = {
    model: state.model,
    version: { ...version, stages: line.stages },
    manifest,
    lineage,
    entries,
  };
  return answered(session, log, 'registry-version', lineage.join(' → '), document, (reports) =>
    reports.versionDocument(state.model, version, manifest, entries, lineage),
  );
}

/** `slipway registry history [MODEL] [STAGE]`: entries in words, newest first. */
export async function historyCommand(
  session: Session,
  model: string | undefined,
  stage: string | undefined,
): Promise<Outcome> {
  const { log, store } = await openLocalLog(session);
  if (model !== undefined) findModel(log.models, model);
  const limit = limitOf(session, LISTED);
  const entries: RecordedEntry[] = [];
  const filter = {
    limit,
    ...(model === undefined ? {} : { model }),
    ...(stage === undefined ? {} : { stage }),
  };
  for await (const one of readEntries(store, log.head, filter)) entries.push(one);
  return answered(session, log, 'registry-history', `${entries.length} entries`, { entries }, (reports) =>
    reports.historyDocument(entries),
  );
}

/** `slipway registry diff A B`: what differs between two versions, from their manifests, else from the log. */
export async function diffCommand(session: Session, left: string, right: string): Promise<Outcome> {
  const { log } = await openLocalLog(session);
  const manifests = openManifests(session);
  const sides = await Promise.all(
    [left, right].map(async (text) => {
      const named = parseNamed(text);
      const state = findVersion(log.models, named);
      const manifest: Manifest | null = await manifests.find(named.model, state);
      return { name: `${named.model}@${state.version}`, state, manifest };
    }),
  );
  const [a, b] = sides as [(typeof sides)[0], (typeof sides)[0]];
  const { diffVersions } = await import('../registry/report.ts');
  const rows = diffVersions(a, b);
  const lacking = sides.filter(({ manifest }) => manifest === null).map(({ name }) => name);
  const note =
    lacking.length === 0
      ? null
      : `Only what the log knows: no manifest of ${lacking.join(' and ')} at hand. With GH_TOKEN it is read from the release.`;
  const message = `${rows.filter(({ changed }) => changed).length} of ${rows.length} facts differ`;
  const document = { left: a.name, right: b.name, manifests: lacking.length === 0, rows };
  return answered(session, log, 'registry-diff', message, document, (reports) =>
    reports.diffDocument(a.name, b.name, rows, note),
  );
}

/**
 * `slipway registry verify`: reads the whole log again and names everything that is not as it must be, with its repair.
 * `--github` reads it through the API, which alone tells who signed what.
 */
export async function verifyCommand(session: Session): Promise<Outcome> {
  const { store } = session.flags['github'] === true ? await githubLog(session) : await openLocalLog(session);
  const { entries, problems } = await verifyLog(store, {
    trust: TRUST,
    onProgress: (read, total) => session.progress.status(`${read} of ${total} entries …`),
  });
  const isTampered = problems.some(({ kind }) => kind === 'tampered');
  const { verifyDocument } = await import('../registry/report.ts');
  const view = verifyDocument(entries, problems);
  return {
    schema: 'slipway.registry-verify/1',
    decision: problems.length === 0 ? 'pass' : 'fail',
    reason: problems.length === 0 ? 'CHECK_PASSED' : isTampered ? 'LOG_TAMPERED' : 'LOG_NEWER',
    message: view.summary,
    document: { entries, problems },
    text: async () => {
      const { toText } = await import('../report/terminal/to-text.ts');
      return toText(view, { width: session.width, color: session.color });
    },
  };
}

async function githubLog(session: Session): Promise<{ readonly store: LogStore }> {
  const github = await githubHere(session.cwd);
  if (github === null) {
    throw new InputError({
      code: 'USAGE',
      message: '--github needs a token, and a clone of a repository on GitHub',
      hint: 'export GH_TOKEN, or leave --github out',
    });
  }
  const { githubLogStore } = await import('../platform/github/log-store.ts');
  return { store: githubLogStore(github.api, github) };
}
