import type { ParamChange, ChangeSummary } from '../evaluation/index.ts';
import { planTraining, type KeyDocument } from '../training/index.ts';
import { trainRequestOf } from './make-side.ts';
import type { RunPorts } from './ports.ts';
import type { RunRequest } from './request.ts';
import type { Side } from './side.ts';

/** What the candidate's training differs in from the baseline's: files, parameters, data. */
export async function changesOf(
  candidate: Side,
  baseline: Side,
  request: RunRequest,
  ports: RunPorts,
): Promise<ChangeSummary> {
  const document = async (side: Side): Promise<KeyDocument> =>
    (await planTraining(trainRequestOf(side, side.data, request), ports.training)).document;
  const [ours, theirs] = [await document(candidate), await document(baseline)];
  return {
    files: changedFiles(ours, theirs),
    params: changedParams(ours.params, theirs.params),
    data: ours.data.train === theirs.data.train ? 'same' : 'different',
  };
}

function changedFiles(ours: KeyDocument, theirs: KeyDocument): string[] {
  const [now, before] = [ours, theirs].map(
    (document) => new Map(document.inputs.map(([path, mode, blob]) => [path, `${mode} ${blob}`])),
  );
  const paths = [...new Set([...(now?.keys() ?? []), ...(before?.keys() ?? [])])].sort();
  return paths.filter((path) => now?.get(path) !== before?.get(path));
}

/** Dotted names of what differs; a parameter that one side lacks is null there. */
function changedParams(
  ours: Readonly<Record<string, unknown>>,
  theirs: Readonly<Record<string, unknown>>,
): ParamChange[] {
  const [now, before] = [leaves(ours), leaves(theirs)];
  const names = [...new Set([...before.keys(), ...now.keys()])];
  return names
    .filter((name) => JSON.stringify(now.get(name)) !== JSON.stringify(before.get(name)))
    .map((name) => ({ name, from: before.get(name) ?? null, to: now.get(name) ?? null }));
}

function leaves(value: Readonly<Record<string, unknown>>, prefix = ''): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [key, child] of Object.entries(value)) {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    if (child !== null && typeof child === 'object' && !Array.isArray(child)) {
      for (const [inner, leaf] of leaves(child as Record<string, unknown>, name)) found.set(inner, leaf);
    } else found.set(name, child);
  }
  return found;
}
