import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { cacheFolder, openBlobCache } from '../platform/storage/blob-cache.ts';
import { openFolderWriter } from '../platform/storage/folder-writer.ts';
import { openLog, parseNamed, pull, type Pulled } from '../registry/index.ts';
import type { Outcome, Session } from './execute.ts';
import { TRUST } from './local-log.ts';
import { registryHere } from './releases.ts';

/** `slipway registry pull MODEL[@VERSION] | MODEL#STAGE [--into DIR]`: the files of a version, verified. */
export async function pullCommand(session: Session, ref: string): Promise<Outcome> {
  return await fetched(session, ref, false);
}

/** `slipway registry export REF [--into DIR]`: as pull, with the documents; the model card is README.md too. */
export async function exportCommand(session: Session, ref: string): Promise<Outcome> {
  return await fetched(session, ref, true);
}

async function fetched(session: Session, ref: string, documents: boolean): Promise<Outcome> {
  const { progress, signal, flags, cwd } = session;
  const named = parseNamed(ref);
  const { log: store, releases } = await registryHere(cwd);
  progress.status('reading the log');
  const log = await openLog(store, { trust: TRUST });
  const asked = flags['into'];
  const into = resolve(cwd, typeof asked === 'string' ? asked : named.model.replaceAll('/', '-'));
  const pulled = await pull(
    { log, named, documents },
    {
      releases: releases(0),
      folder: await openFolderWriter(into),
      cache: openBlobCache({ root: cacheFolder() }),
      sleep: (ms) => wait(ms),
      progress: (line) => progress.status(line),
      signal,
    },
  );
  return outcomeOf(pulled, into, documents ? 'export' : 'pull');
}

function outcomeOf(pulled: Pulled, into: string, kind: 'pull' | 'export'): Outcome {
  const { model, version, manifest, files, entry } = pulled;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const cached = files.filter(({ from }) => from === 'cache').length;
  const message = `${model}@${version}: ${files.length} files, ${bytes} bytes, all as registered`;
  return {
    schema: `slipway.${kind}/1`,
    decision: 'skipped',
    reason: 'DONE',
    message,
    document: { model, version, into, entry, bytes, signature: manifest.signature, files },
    text: `${message}${cached === 0 ? '' : ` (${cached} from the cache)`}\n${entry}\n`,
  };
}
