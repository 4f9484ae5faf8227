import { isInside } from '../finding.ts';
import { readCode } from './code-facts.ts';
import type { Argument, CodeFacts } from './code-facts.ts';
import { chooseLeads, nameLeads } from './choose-leads.ts';
import { readNotebookCode } from './foreign/notebook.ts';
import { findLeads } from './find-leads.ts';
import { guessData } from './guess-data.ts';
import { guessEnvironment } from './guess-environment.ts';
import { guessInputs } from './guess-inputs.ts';
import { baseOf, below, leadOf, shellWord } from './lead.ts';
import type { Lead } from './lead.ts';
import type { Guess, ModelProposal } from './proposal.ts';
import type { Repository } from './repository.ts';

/** What `init` proposes for each training it finds; one pattern to fill in where it finds none. */
export async function proposeModels(
  repository: Repository,
  repositoryName: string,
): Promise<ModelProposal[]> {
  const leads = chooseLeads(await findLeads(repository));
  const found =
    leads.length > 0 ? leads : [leadOf({ kind: 'python', folder: '', from: '', run: ['python train.py'] })];
  const names = nameLeads(found, repositoryName);
  const models: ModelProposal[] = [];
  for (const [i, lead] of found.entries())
    models.push(await proposeModel(repository, lead, names[i] ?? 'model'));
  return models;
}

async function proposeModel(repository: Repository, lead: Lead, name: string): Promise<ModelProposal> {
  const params = paramsOf(repository, lead);
  const code = await codeOf(repository, lead);
  const facts = readCode(`${code}\n${await textsOf(repository, lead, params)}`);
  const main = readCode(await codeText(repository, lead.scripts[0] ?? lead.from));
  const { data, target } = await guessData(repository, lead, facts);
  const filled =
    lead.kind === 'python'
      ? fillArguments(lead.run, main.arguments, data.apart === null ? data.source.value : null)
      : null;
  const outputs = guessOutputs(lead, placed(repository, lead, facts), filled);
  const takesData = filled?.takesData === true;
  return {
    name,
    // A folder's name may be a blank, a config's path may not.
    dir: lead.folder === '' ? '.' : lead.folder.trim() === '' ? `./${lead.folder}` : lead.folder,
    found: lead.from === '' ? null : lead.from,
    target,
    data: takesData ? { ...data, inPlace: null } : data,
    environment: guessEnvironment(repository, lead),
    train: {
      run: {
        value: filled?.run ?? lead.run,
        why: lead.from === '' ? 'no training script was found' : `from ${lead.from}`,
      },
      inputs: guessInputs(repository, lead, code),
      params,
      ...outputs,
      notes: [...lead.notes, ...(filled?.notes ?? [])],
    },
    predict: await guessPredict(repository, lead, outputs.entry?.value ?? null),
  };
}

/** Code of the scripts that were found first, then of the other code of the folder. */
async function codeOf(repository: Repository, lead: Lead): Promise<string> {
  const near = repository.files.filter((path) => {
    const seen = below(lead.folder, path);
    return (
      seen !== null &&
      /\.(?:py|[rR]|m?[jt]s|rs)$/.test(seen) &&
      !lead.scripts.includes(path) &&
      (lead.folder !== '' || seen.split('/').length <= 3)
    );
  });
  // One script of several in the same folder speaks for itself alone.
  const others =
    lead.kind === 'python' || lead.kind === 'r'
      ? near.filter((path) => !/(?:^|[_-])train/i.test(baseOf(path)))
      : near;
  const texts: string[] = [];
  for (const path of [...lead.scripts, ...others.slice(0, 40)]) texts.push(await codeText(repository, path));
  return texts.join('\n');
}

async function textsOf(repository: Repository, lead: Lead, files: readonly string[]): Promise<string> {
  const texts: string[] = [];
  for (const file of files)
    texts.push(await repository.text(lead.folder === '' ? file : `${lead.folder}/${file}`));
  return texts.join('\n');
}

async function codeText(repository: Repository, path: string): Promise<string> {
  if (path === '') return '';
  const text = await repository.text(path);
  return path.endsWith('.ipynb') ? (readNotebookCode(text) ?? '') : text;
}

function paramsOf(repository: Repository, lead: Lead): string[] {
  const here = (file: string): string => (lead.folder === '' ? file : `${lead.folder}/${file}`);
  const usual = ['params.yaml', 'params.yml', 'params.json', 'params.toml', 'config/params.yaml'];
  return [...new Set([...lead.params, ...usual])].filter(
    (file) => isInside(file) && repository.has(here(file)),
  );
}

interface Filled {
  readonly run: readonly string[];
  readonly takesData: boolean;
  /** File name of the model below SLIPWAY_OUTPUT_DIR; null where the script chooses it. */
  readonly model: string | null;
  readonly writesToOutput: boolean;
  readonly notes: readonly string[];
}

const DATA_FLAG =
  /^--?(?:(?:train(?:ing)?[-_]?)?(?:data|input|dataset|csv)(?:[-_]?(?:path|file|csv))?|train(?:[-_]?(?:file|path|set))?)$/;
const FOLDER_FLAG = /^--?(?:(?:output|out|model|save|artifacts?)[-_]?(?:dir|directory|folder)|output)$/;
const MODEL_FLAG =
  /^--?(?:model[-_]?(?:path|file|out|output)|(?:save|output|out)[-_]?(?:model|file|path)|model|out)$/;
const SEED_FLAG = /^--?(?:seed|random[-_]?(?:state|seed))$/;

/** Gives the script's own arguments what Slipway knows: training rows, output folder, seed. */
function fillArguments(run: readonly string[], known: readonly Argument[], source: string | null): Filled {
  const words: string[] = [];
  const notes: string[] = [];
  let takesData = false;
  let writesToOutput = false;
  let model: string | null = null;
  for (const argument of known) {
    const { flag } = argument;
    if (DATA_FLAG.test(flag) && !takesData && source !== null) {
      takesData = true;
      words.push(`${flag} "$SLIPWAY_DATA_TRAIN"`);
    } else if (FOLDER_FLAG.test(flag) && !/\.\w+$/.test(argument.default ?? '')) {
      writesToOutput = true;
      words.push(`${flag} "$SLIPWAY_OUTPUT_DIR"`);
    } else if ((MODEL_FLAG.test(flag) || FOLDER_FLAG.test(flag)) && /\.\w+$/.test(argument.default ?? '')) {
      model = baseOf(argument.default ?? '');
      writesToOutput = true;
      words.push(`${flag} "$SLIPWAY_OUTPUT_DIR/${model}"`);
    } else if (SEED_FLAG.test(flag)) words.push(`${flag} "$SLIPWAY_SEED"`);
    else if (argument.required) notes.push(`the script requires \`${flag}\`: add it to the command`);
  }
  const filled = run.map((command, i) =>
    i === run.length - 1 && words.length > 0 ? `${command} ${words.join(' ')}` : command,
  );
  return { run: filled, takesData, model, writesToOutput, notes };
}

/** A model named without its folder (paths are joined in code): the one of that name that lies in the repository. */
function placed(repository: Repository, lead: Lead, facts: CodeFacts): CodeFacts {
  const modelFiles = facts.modelFiles.map((file) => {
    if (file.includes('/')) return file;
    const here = repository.files.flatMap((path) =>
      baseOf(path) === file ? (below(lead.folder, path) ?? []) : [],
    );
    return here.find((path) => path.startsWith('model')) ?? file;
  });
  return { ...facts, modelFiles: [...new Set(modelFiles)] };
}

const HELPER_MODEL = /scaler|encoder|vectori[sz]er|preprocess|transformer|tokenizer|imputer|feature/i;

function guessOutputs(
  lead: Lead,
  facts: CodeFacts,
  filled: Filled | null,
): Pick<ModelProposal['train'], 'model' | 'entry' | 'metrics'> {
  const metrics = [...new Set([...lead.metrics, ...facts.metricsFiles])].filter(isInside).slice(0, 3);
  if (filled?.model != null)
    return { model: [], entry: { value: filled.model, why: 'written to SLIPWAY_OUTPUT_DIR' }, metrics };
  const files = facts.modelFiles.filter(isInside);
  const declared = lead.model.filter(isInside).map((path) => path.replace(/\/$/, ''));
  const main =
    [...files].sort((a, b) => Number(HELPER_MODEL.test(a)) - Number(HELPER_MODEL.test(b)))[0] ?? null;
  if (filled?.writesToOutput === true && main !== null)
    return { model: [], entry: { value: baseOf(main), why: 'the code names it' }, metrics };
  if (declared.length > 0) {
    const entry = declaredEntry(declared, main);
    return {
      model: [...new Set(declared)],
      entry: entry === null ? null : { value: entry, why: `${baseOf(lead.from)} lists it` },
      metrics,
    };
  }
  if (lead.kind === 'mlproject' || (facts.usesMlflow && main === null))
    return { model: ['mlruns/**'], entry: null, metrics };
  if (main === null) return { model: [], entry: null, metrics };
  // A browser-style model is a folder: model.json and its weights.
  if (/\/model\.json$/.test(main) || /^[^.]*$/.test(baseOf(main)))
    return {
      model: [`${main.replace(/\/[^/]*$/, '')}/**`],
      entry: { value: main, why: 'the code names it' },
      metrics,
    };
  return {
    model: [...new Set([main, ...files])].slice(0, 5),
    entry: { value: main, why: 'the code names it' },
    metrics,
  };
}

function declaredEntry(declared: readonly string[], main: string | null): string | null {
  const files = declared.filter((path) => /\.\w+$/.test(path));
  const wanted =
    main === null ? undefined : files.find((path) => path === main || baseOf(path) === baseOf(main));
  if (wanted !== undefined) return wanted;
  if (main !== null) {
    const inside = declared.find((path) => main.startsWith(`${path}/`));
    if (inside !== undefined) return main;
    const [folder] = declared.filter((path) => !/\.\w+$/.test(path));
    if (folder !== undefined && files.length === 0) return `${folder}/${baseOf(main)}`;
  }
  return [...files].sort((a, b) => Number(HELPER_MODEL.test(a)) - Number(HELPER_MODEL.test(b)))[0] ?? null;
}

const PREDICT_NAME =
  /^(?:batch[_-])?(?:predict|prediction|inference|infer|score|scoring)(?:[_-]\w+)?\.(py|[rR]|m?js)$/;
const RUNNERS: Readonly<Record<string, string>> = {
  py: 'python',
  r: 'Rscript',
  R: 'Rscript',
  js: 'node',
  mjs: 'node',
};

/** A script that reads rows and writes predictions, where it has arguments for both. */
async function guessPredict(
  repository: Repository,
  lead: Lead,
  entry: string | null,
): Promise<Guess<string> | null> {
  if (entry !== null && /\.onnx$/i.test(entry)) return null;
  for (const path of repository.files) {
    const file = below(lead.folder, path);
    const [, extension] = PREDICT_NAME.exec(baseOf(path)) ?? [];
    if (file === null || extension === undefined || file.split('/').length > 2) continue;
    const { arguments: known } = readCode(await repository.text(path));
    const find = (pattern: RegExp): string | undefined => known.find(({ flag }) => pattern.test(flag))?.flag;
    const [input, output, model] = [
      find(/^--?(?:input|data|test|csv|features)/),
      find(/^--?(?:output|out|predictions|result)/),
      find(/^--?model/),
    ];
    if (input === undefined || output === undefined) continue;
    const words = [
      ...(model === undefined ? [] : [`${model} {model}`]),
      `${input} {input}`,
      `${output} {output}`,
    ];
    return {
      value: `${RUNNERS[extension] ?? 'python'} ${shellWord(file)} ${words.join(' ')}`,
      why: `${file} has these arguments`,
    };
  }
  return null;
}
