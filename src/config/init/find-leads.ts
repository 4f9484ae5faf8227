import { readCode } from './code-facts.ts';
import { paramsFiles, readDvcStages, withOurParams } from './foreign/dvc.ts';
import type { DvcStage } from './foreign/dvc.ts';
import { readMlProject } from './foreign/mlproject.ts';
import { readNotebookCode } from './foreign/notebook.ts';
import { readPackageJson } from './foreign/package-json.ts';
import { baseOf, below, folderOf, leadOf, shellWord, TRAINING_NAME } from './lead.ts';
import type { Lead } from './lead.ts';
import type { Repository } from './repository.ts';

const MOST_SCRIPTS = 300;
/** Other stages of a pipeline, and what only looks at a model. */
const OTHER_NAME =
  /(?:^|[_-])(?:prepare|preprocess\w*|featuriz\w*|features?|clean|download|get|load|make_dataset|evaluat\w*|eval|predict\w*|infer\w*|serve|server|app|api|plot|utils?|helpers?|config|setup|conftest|test\w*|eda|explor\w*|visuali[sz]\w*|tune|explain)(?:[_-]|$)/i;

/** Every sign of a training in the repository. */
export async function findLeads(repository: Repository): Promise<Lead[]> {
  const leads: Lead[] = [];
  for (const path of repository.files) {
    switch (baseOf(path)) {
      case 'dvc.yaml':
        leads.push(...(await dvcLeads(repository, path)));
        break;
      case 'MLproject':
        leads.push(...(await mlProjectLeads(repository, path)));
        break;
      case 'package.json':
        leads.push(...(await packageLeads(repository, path)));
        break;
      case 'Makefile':
        leads.push(...(await makeLeads(repository, path)));
        break;
      case 'Cargo.toml':
        leads.push(...(await cargoLeads(repository, path)));
        break;
    }
  }
  return [...leads, ...(await scriptLeads(repository)), ...(await notebookLeads(repository))];
}

async function dvcLeads(repository: Repository, path: string): Promise<Lead[]> {
  const stages = readDvcStages(await repository.text(path));
  const training = [...stages].filter(
    ([name, stage]) => TRAINING_NAME.test(name) || stage.cmd.some((command) => /\btrain\w*\b/i.test(command)),
  );
  const named = training.filter(([name]) => TRAINING_NAME.test(name));
  return (named.length > 0 ? named : training)
    .slice(0, named.length > 0 ? named.length : 1)
    .map(([name, stage]) => {
      const chain = upstream(stages, stage);
      const folder = folderOf(path);
      const produced = new Set(chain.flatMap((one) => one.outs));
      const command = (one: DvcStage): string[] =>
        one.cmd.map((cmd) =>
          one.wdir === undefined || one.wdir === '.'
            ? withOurParams(cmd)
            : `(cd ${shellWord(one.wdir)} && ${withOurParams(cmd)})`,
        );
      const scripts = chain.flatMap((one) => one.deps.filter((dep) => /\.(?:py|R|r|js|ipynb)$/.test(dep)));
      return leadOf({
        kind: 'dvc',
        folder,
        from: path,
        name:
          stages.size > 1 && named.length > 1 ? name.replace(/^train[_-]?|[_-]?train$/gi, '') || null : null,
        run: [...unkeptFolders(repository, folder, chain.slice(0, -1)), ...chain.flatMap(command)],
        scripts: [
          ...new Set(scripts.map((script) => (folder === '' ? script : `${folder}/${script}`))),
        ].reverse(),
        params: [...new Set(chain.flatMap(paramsFiles))],
        model: stage.outs.filter((out) => !/\.(?:csv|png|svg|html|parquet)$/i.test(out)),
        metrics: chain.flatMap((one) => one.metrics),
        data: chain
          .flatMap((one) => one.deps)
          .filter((dep) => !produced.has(dep) && !/\.(?:py|R|r|js|sh|ipynb|ya?ml|toml)$/.test(dep)),
        notes:
          chain.length > 1
            ? [`the ${String(chain.length)} stages of dvc.yaml up to \`${name}\` run one after the other`]
            : [],
      });
    });
}

/** Folders that earlier stages write to and git does not keep: here they exist, in a fresh checkout they do not. */
function unkeptFolders(repository: Repository, folder: string, stages: readonly DvcStage[]): string[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  const written = stages
    .filter(({ wdir }) => wdir === undefined || wdir === '.')
    .flatMap(({ outs, metrics }) => [...outs, ...metrics])
    .map(folderOf)
    .filter((path) => path !== '' && !repository.files.some((file) => file.startsWith(`${prefix}${path}/`)));
  const folders = [...new Set(written)].sort();
  return folders.length === 0 ? [] : [`mkdir -p ${folders.map(shellWord).join(' ')}`];
}

/** The stages that make what a stage reads, first ones first, then the stage itself. */
function upstream(stages: ReadonlyMap<string, DvcStage>, last: DvcStage): DvcStage[] {
  const chain: DvcStage[] = [];
  const visit = (stage: DvcStage, depth: number): void => {
    if (chain.includes(stage) || depth > 50) return;
    for (const dep of stage.deps) {
      for (const maker of stages.values()) {
        const makes =
          maker !== stage &&
          maker.outs.some((out) => dep === out || dep.startsWith(`${out}/`) || out.startsWith(`${dep}/`));
        if (makes) visit(maker, depth + 1);
      }
    }
    if (!chain.includes(stage)) chain.push(stage);
  };
  visit(last, 0);
  return chain;
}

async function mlProjectLeads(repository: Repository, path: string): Promise<Lead[]> {
  const training = readMlProject(await repository.text(path));
  if (training === null) return [];
  const folder = folderOf(path);
  const notes = training.open.map((name) => `the MLproject gives no default for {${name}}: write its value`);
  return [
    leadOf({
      kind: 'mlproject',
      folder,
      from: path,
      name: training.name,
      run: [training.command],
      scripts: scriptsOf(repository, folder, training.command),
      notes,
    }),
  ];
}

/** Files that a command names and that exist. */
function scriptsOf(repository: Repository, folder: string, command: string): string[] {
  const words = command.split(/[\s;&|()'"]+/).map((word) => word.replace(/^\.\//, ''));
  const prefix = folder === '' ? '' : `${folder}/`;
  return words
    .filter((word) => /\.(?:py|R|r|m?[jt]s|ipynb)$/.test(word))
    .map((word) => prefix + word)
    .filter((file) => repository.has(file));
}

async function packageLeads(repository: Repository, path: string): Promise<Lead[]> {
  const node = readPackageJson(await repository.text(path));
  if (node?.trainScript == null) return [];
  const folder = folderOf(path);
  const run = [`npm run ${shellWord(node.trainScript)}`];
  return [
    leadOf({
      kind: 'npm',
      folder,
      from: path,
      name: node.name,
      run,
      scripts: scriptsOf(repository, folder, node.trainCommand ?? ''),
    }),
  ];
}

async function makeLeads(repository: Repository, path: string): Promise<Lead[]> {
  const text = await repository.text(path);
  const rule = /^(train(?:[-_]model)?|fit|model)\s*:(?!=)[^\n]*((?:\n\t[^\n]*)*)/m.exec(text);
  if (rule === null) return [];
  const folder = folderOf(path);
  return [
    leadOf({
      kind: 'make',
      folder,
      from: path,
      run: [`make ${rule[1] ?? 'train'}`],
      scripts: scriptsOf(repository, folder, rule[2] ?? ''),
    }),
  ];
}

async function cargoLeads(repository: Repository, path: string): Promise<Lead[]> {
  const text = await repository.text(path);
  const folder = folderOf(path);
  const prefix = folder === '' ? '' : `${folder}/`;
  const own = repository.has(`${prefix}src/bin/train.rs`) || /\[\[bin\]\][^[]*name\s*=\s*"train"/.test(text);
  const learns =
    /^(?:smartcore|linfa\w*|burn|candle-core|tch|xgboost|lightgbm3?|rusty-machine|ndarray)\b/m.test(text);
  if (!own && !learns) return [];
  const name = /^\s*name\s*=\s*"([^"]+)"/m.exec(text)?.[1] ?? null;
  const scripts = ['src/bin/train.rs', 'src/main.rs']
    .map((file) => prefix + file)
    .filter((file) => repository.has(file));
  return [
    leadOf({
      kind: 'cargo',
      folder,
      from: path,
      name,
      run: [`cargo run --release${own ? ' --bin train' : ''}`],
      scripts,
    }),
  ];
}

const LANGUAGES = [
  { kind: 'python', extension: /\.py$/, command: 'python' },
  { kind: 'r', extension: /\.[rR]$/, command: 'Rscript' },
  { kind: 'javascript', extension: /\.m?js$/, command: 'node' },
] as const;

async function scriptLeads(repository: Repository): Promise<Lead[]> {
  const leads: Lead[] = [];
  const scripts = repository.files.filter(
    (path) => LANGUAGES.some(({ extension }) => extension.test(path)) && !OTHER_NAME.test(stem(path)),
  );
  const first = [...scripts].sort(
    (a, b) =>
      Number(TRAINING_NAME.test(stem(b))) - Number(TRAINING_NAME.test(stem(a))) ||
      a.split('/').length - b.split('/').length,
  );
  for (const path of first.slice(0, MOST_SCRIPTS)) {
    const language = LANGUAGES.find(({ extension }) => extension.test(path));
    const code = await repository.text(path);
    const facts = readCode(code);
    const writes = facts.modelFiles.length > 0 || facts.usesMlflow;
    if (language === undefined || !(TRAINING_NAME.test(stem(path)) || (facts.fits && writes))) continue;
    const folder = projectFolder(repository, path, facts.dataFiles);
    const file = below(folder, path) ?? path;
    leads.push(
      leadOf({
        kind: language.kind,
        folder,
        from: path,
        run: [scriptCommand(language.command, file, code)],
        scripts: [path],
        ...hydraParams(repository, folder, code),
      }),
    );
  }
  return leads;
}

function stem(path: string): string {
  return baseOf(path).replace(/\.\w+$/, '');
}

/** `python train.py`, or `python -m src.train` where the script imports its own package. */
function scriptCommand(command: string, file: string, code: string): string {
  const top = file.split('/')[0] ?? '';
  const isPackage =
    file.includes('/') &&
    (/^\s*from\s+\./m.test(code) ||
      new RegExp(`^\\s*(?:from|import)\\s+${top.replaceAll(/\W/g, '\\$&')}\\b`, 'm').test(code));
  if (command === 'python' && isPackage && /^[\w/]+\.py$/.test(file))
    return `python -m ${file.replace(/\.py$/, '').replaceAll('/', '.')}`;
  return `${command} ${shellWord(file)}`;
}

function hydraParams(repository: Repository, folder: string, code: string): Partial<Lead> {
  const path = /@hydra\.main\([^)]*config_path\s*=\s*["']([^"']+)["']/.exec(code)?.[1];
  const name = /@hydra\.main\([^)]*config_name\s*=\s*["']([^"']+)["']/.exec(code)?.[1];
  if (name === undefined) return {};
  const file = `${path === undefined ? '' : `${path.replace(/^(?:\.\.?\/)+/, '')}/`}${name.replace(/\.ya?ml$/, '')}.yaml`;
  return repository.has(folder === '' ? file : `${folder}/${file}`) ? { params: [file] } : {};
}

/** Folders that hold a project's code, never the project itself. */
const CODE_FOLDER =
  /^(?:src|scripts?|code|R|bin|lib|app|models?|training|train|pipelines?|notebooks?|ml|python|jobs?|steps?)$/;
const MARKERS = [
  'requirements.txt',
  'pyproject.toml',
  'setup.py',
  'environment.yml',
  'environment.yaml',
  'dvc.yaml',
  'MLproject',
  'package.json',
  'DESCRIPTION',
  'renv.lock',
  'Cargo.toml',
  'Makefile',
  'params.yaml',
  'Pipfile',
  'uv.lock',
  'poetry.lock',
] as const;

/** The folder a script's paths start from: the nearest above it that is marked as a project, else its own (code folders skipped). */
function projectFolder(repository: Repository, path: string, dataFiles: readonly string[]): string {
  const own = folderOf(path);
  for (let folder = own; folder !== ''; folder = folderOf(folder)) {
    if (MARKERS.some((marker) => repository.has(`${folder}/${marker}`))) return folder;
  }
  let folder = own;
  while (folder !== '' && CODE_FOLDER.test(baseOf(folder))) folder = folderOf(folder);
  // A script that reads `data/x.csv` of the repository's top is run from there.
  const readsTop =
    dataFiles.some((file) => repository.has(file)) &&
    !dataFiles.some((file) => repository.has(`${folder}/${file}`));
  return readsTop ? '' : folder;
}

async function notebookLeads(repository: Repository): Promise<Lead[]> {
  const leads: Lead[] = [];
  const notebooks = repository.files.filter(
    (path) => path.endsWith('.ipynb') && !path.includes('.ipynb_checkpoints'),
  );
  for (const path of notebooks.slice(0, 50)) {
    const code = readNotebookCode(await repository.text(path));
    if (code === null || !(readCode(code).fits || TRAINING_NAME.test(stem(path)))) continue;
    const folder = folderOf(path);
    const run = `jupyter nbconvert --to notebook --execute --output-dir "$SLIPWAY_OUTPUT_DIR" ${shellWord(baseOf(path))}`;
    const notes = ['the executed notebook is kept as an output of the training'];
    leads.push(leadOf({ kind: 'notebook', folder, from: path, run: [run], scripts: [path], notes }));
  }
  return leads;
}
