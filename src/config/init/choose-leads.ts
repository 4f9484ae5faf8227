import { baseOf, folderOf, LEAD_KINDS, TRAINING_NAME } from './lead.ts';
import type { Lead } from './lead.ts';

const MOST_MODELS = 12;

/**
 * One lead for each model: in each folder the strongest kind (a pipeline file before a script before a notebook), and
 * of equally strong ones all that are named apart (train_churn.py, train_fraud.py), else the best.
 */
export function chooseLeads(leads: readonly Lead[]): Lead[] {
  const folders = new Map<string, Lead[]>();
  for (const lead of leads) folders.set(lead.folder, [...(folders.get(lead.folder) ?? []), lead]);
  const chosen = [...folders.values()].flatMap(strongest);
  const scripts = chosen.filter((lead) => !isDeclared(lead));
  // A declared pipeline at the top speaks for the loose scripts below it.
  const top = chosen.find((lead) => isDeclared(lead) && lead.folder === '' && lead.scripts.length > 0);
  const kept = top === undefined ? chosen : chosen.filter((lead) => !scripts.includes(lead));
  const withoutNotebooks = kept.some(({ kind }) => kind !== 'notebook')
    ? kept.filter(({ kind }) => kind !== 'notebook')
    : kept.slice(0, 3);
  return withoutNotebooks
    .sort((a, b) => (a.folder < b.folder ? -1 : a.folder > b.folder ? 1 : 0))
    .slice(0, MOST_MODELS);
}

function isDeclared({ kind }: Lead): boolean {
  return kind === 'dvc' || kind === 'mlproject' || kind === 'npm' || kind === 'make';
}

function strongest(leads: readonly Lead[]): Lead[] {
  const rank = (lead: Lead): number => LEAD_KINDS.indexOf(lead.kind);
  const best = Math.min(...leads.map(rank));
  const kind = leads.filter((lead) => rank(lead) === best);
  const named = kind.filter(({ from }) => TRAINING_NAME.test(baseOf(from).replace(/\.\w+$/, '')));
  const equal = named.length > 0 ? named : kind;
  // A Makefile that only calls a script knows less than the script and its place.
  const [first] = equal;
  if (first === undefined) return [];
  if (equal.length === 1) return [first];
  const places = new Set(equal.map(({ from }) => folderOf(from)));
  // Equally named scripts of several folders that all run from the top: a model for each folder.
  if (places.size > 1 && !isDeclared(first))
    return [...places].flatMap((place) => onePerFolder(equal, place));
  const apart = equal.filter((lead) => suffixOf(lead) !== null);
  return apart.length > 1 ? apart.map((lead) => ({ ...lead, name: lead.name ?? suffixOf(lead) })) : [first];
}

function onePerFolder(leads: readonly Lead[], place: string): Lead[] {
  const [lead] = leads.filter(({ from }) => folderOf(from) === place);
  return lead === undefined
    ? []
    : [{ ...lead, name: lead.name ?? suffixOf(lead) ?? (baseOf(place) || null) }];
}

/** `churn` of train_churn.py or churn_train.R; for a pipeline file the name that it gives. */
function suffixOf(lead: Lead): string | null {
  if (lead.name !== null && isDeclared(lead)) return lead.name;
  const stem = baseOf(lead.from).replace(/\.\w+$/, '');
  const [, after, before] =
    /^train(?:ing)?[_-](?:model[_-])?(\w+)$|^(\w+?)[_-](?:model[_-])?train(?:ing)?$/i.exec(stem) ?? [];
  const suffix = after ?? before ?? null;
  return suffix === null || /^(?:model|models|main|run|script|pipeline|final)$/i.test(suffix) ? null : suffix;
}

/** Names for the models that a tag can carry, all different. */
export function nameLeads(leads: readonly Lead[], repositoryName: string): string[] {
  const names: string[] = [];
  for (const lead of leads) {
    const folder =
      lead.folder
        .split('/')
        .filter((part) => part !== '')
        .at(-1) ?? repositoryName;
    const wanted = tagName(
      lead.name ??
        suffixOf(lead) ??
        (lead.kind === 'notebook' ? baseOf(lead.from).replace(/\.ipynb$/, '') : folder),
    );
    let name = wanted;
    if (names.includes(name)) name = tagName(`${baseOf(folderOf(lead.folder)) || folder}-${wanted}`);
    for (let i = 2; names.includes(name); i += 1) name = `${wanted}-${String(i)}`;
    names.push(name);
  }
  return names;
}

function tagName(text: string): string {
  const name = text
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
    .replaceAll(/-{2,}/g, '-')
    .replaceAll(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '')
    .toLowerCase()
    .slice(0, 60)
    .replaceAll(/[^a-z0-9]+$/g, '');
  return name === '' ? 'model' : name;
}
