import { join } from 'node:path';

import { ExpressionFailure } from '../expressions/scope.ts';
import { knownInActions } from './contexts.ts';
import { type Manifest, parseUses } from './manifest.ts';
import { type PreparedActions, replaceManifest } from './prepare-actions.ts';
import { type Known, reduceBoolean, reduceText, scalarText } from './reduce.ts';
import { engineShell, isShell } from './shells.ts';

type Raw = Readonly<Record<string, unknown>>;

/**
 * Folders of actions for the engine. Composite actions get a manifest of this leg's own, in which what is known
 * beforehand is written out and scripts run behind the wrapper.
 */
export function engineActions(
  prepared: PreparedActions,
  known: Known,
  wrapper: string,
  own: string,
): ReadonlyMap<string, string> {
  const folders = new Map([...prepared.repositories].map(([key, { folder }]) => [key, folder]));
  const inside = knownInActions(known);
  for (const [uses, manifest] of prepared.manifests) {
    const reference = parseUses(uses);
    if (manifest.kind !== 'composite' || reference?.kind !== 'repository') continue;
    const key = `${reference.owner}/${reference.name}@${reference.ref}`;
    const copy = join(own, key.replace(/[^\w.@-]/g, '_'));
    replaceManifest(
      prepared.repositories.get(key)!.folder,
      reference.path,
      copy,
      composite(manifest, inside, wrapper),
    );
    folders.set(key, copy);
  }
  return folders;
}

function composite(manifest: Manifest, known: Known, wrapper: string): Raw {
  const runs = manifest.content['runs'] as Raw;
  return {
    ...manifest.content,
    runs: { ...runs, steps: manifest.steps.map((step) => inner(step, known, wrapper)) },
  };
}

const TEXTS = ['name', 'run', 'working-directory'];

function inner(step: Raw, known: Known, wrapper: string): Raw {
  try {
    const reduced: Record<string, unknown> = { ...step };
    for (const key of TEXTS) if (key in step) reduced[key] = reduceText(scalarText(step[key]), known).text;
    if ('continue-on-error' in step) {
      reduced['continue-on-error'] = reduceBoolean(step['continue-on-error'], known);
    }
    for (const key of ['env', 'with']) if (key in step) reduced[key] = reduceValues(step[key], known);
    if (typeof step['run'] !== 'string') return reduced;
    const shell = reduceText(scalarText(step['shell'] ?? ''), known).text;
    return { ...reduced, shell: isShell(shell) ? engineShell(shell, wrapper) : shell };
  } catch (error) {
    // The engine tells what is wrong with it when its turn comes.
    if (error instanceof ExpressionFailure) return step;
    throw error;
  }
}

function reduceValues(values: unknown, known: Known): Raw {
  if (typeof values !== 'object' || values === null) return {};
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, reduceText(scalarText(value ?? ''), known).text]),
  );
}
