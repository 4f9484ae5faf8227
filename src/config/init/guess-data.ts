import type { Task } from '../../contracts/comparison.ts';
import type { CodeFacts } from './code-facts.ts';
import { baseOf, below, folderOf, seenFrom } from './lead.ts';
import type { Lead } from './lead.ts';
import type { Guess } from './proposal.ts';
import type { DataProposal, TargetProposal } from './proposal.ts';
import type { Repository } from './repository.ts';
import { columnSample, sampleCsv } from './table-sample.ts';
import type { ColumnSample, TableSample } from './table-sample.ts';

const TABULAR = /\.(?:csv|tsv|parquet|feather|arrow|jsonl)(?:\.gz)?$/i;
const CSV = /\.(?:csv|tsv)(?:\.gz)?$/i;
const NO_SOURCE =
  /predict|submission|metrics|results?\.|output|scores\.|importance|report|processed|history|log\./i;

/** Where the rows are and what is predicted, guessed from code, file names and the first rows. Paths relative to the model. */
export async function guessData(
  repository: Repository,
  lead: Lead,
  facts: CodeFacts,
): Promise<{ readonly data: DataProposal; readonly target: TargetProposal }> {
  const files = await candidates(repository, lead, facts);
  const [best] = files;
  const path = best?.path ?? null;
  const full = path === null ? null : inRepository(lead, path);
  const bytes = full !== null && CSV.test(full) ? await repository.bytes(full) : null;
  const sample = bytes === null ? null : sampleCsv(bytes);
  const answers = path === null ? null : await answersBeside(repository, lead, path);
  const target = guessTarget(answers?.sample ?? sample, facts);
  const source = best === undefined ? missingSource(facts, lead) : { value: best.path, why: best.why };
  const apart =
    path === null ? null : await partsApart(repository, lead, path, answers === null ? target.column : null);
  const notes =
    best === undefined
      ? [missingNote(facts, source.value)]
      : [
          ...(sample === null && CSV.test(best.path) ? [`${best.path} could not be read as a CSV`] : []),
          ...(best.why === ELSEWHERE ? [absoluteNote(facts, best.path)] : []),
          ...(facts.bundledData !== null && best.why === UNNAMED
            ? [bundledNote(facts.bundledData, best.path)]
            : []),
        ];
  return {
    target,
    data: {
      source,
      apart,
      targetFile: answers === null ? null : await answerFiles(repository, lead, answers.path, apart),
      headerless: sample !== null && sample.header === null,
      inPlace: apart === null && !facts.usesSlipway ? guessInPlace(source) : null,
      testSize:
        facts.testSize === null
          ? { value: 0.2, why: 'a fifth of the rows is tested' }
          : { value: facts.testSize, why: 'test_size in the code' },
      ...guessKeys(sample, target.column),
      notes,
    },
  };
}

const NOT_FOUND = 'no table was found';
const ELSEWHERE = 'the code reads a file of this name';
const UNNAMED = 'a table in the repository';

/** Training finds its part at the source's own path: harmless where the code takes its data from elsewhere. */
function guessInPlace({ value, why }: Guess<string>): Guess<boolean> | null {
  if (why === NOT_FOUND) return null;
  const reads =
    why === UNNAMED || why === ELSEWHERE
      ? 'code that reads this path finds its part there'
      : `the code reads ${value} itself`;
  return { value: true, why: reads };
}

interface Candidate {
  readonly path: string;
  readonly why: string;
  readonly score: number;
}

async function candidates(repository: Repository, lead: Lead, facts: CodeFacts): Promise<Candidate[]> {
  const present = [...new Set([...(await repository.everything(lead.folder)), ...repository.files])].filter(
    (path) => TABULAR.test(path),
  );
  const named = facts.dataFiles.filter((file) => file.startsWith('../'));
  const here = present.flatMap((path) => {
    const seen = below(lead.folder, path) ?? seenFrom(lead.folder, path);
    return seen.startsWith('.') && !named.includes(seen) ? [] : [seen];
  });
  const found = here.map((path): Candidate => {
    const declared = lead.data.findIndex(
      (dep) => path === dep || path.startsWith(`${dep.replace(/\/$/, '')}/`),
    );
    const mentioned = facts.dataFiles.findIndex(
      (file) => file === path || path.endsWith(`/${file}`) || baseOf(file) === baseOf(path),
    );
    if (declared !== -1) return { path, why: `${baseOf(lead.from)} reads it`, score: 300 - declared };
    if (mentioned !== -1) return { path, why: 'the code names it', score: 200 - mentioned };
    if (facts.absoluteData.some((file) => baseOf(file) === baseOf(path)))
      return { path, why: ELSEWHERE, score: 150 };
    const place = /(?:^|\/)(?:data|datasets?|input)\//.test(path) ? 20 : 0;
    return {
      path,
      why: UNNAMED,
      score: place + (/train/i.test(baseOf(path)) ? 10 : 0) - (/test|valid/i.test(baseOf(path)) ? 30 : 0),
    };
  });
  return found
    .filter(({ path, score }) => score >= 200 || !NO_SOURCE.test(path))
    .sort((a, b) => b.score - a.score || a.path.length - b.path.length || (a.path < b.path ? -1 : 1));
}

function missingSource(facts: CodeFacts, lead: Lead): Guess<string> {
  const named = lead.data.find((path) => TABULAR.test(path)) ?? facts.dataFiles[0];
  if (named !== undefined && !named.startsWith('..') && !named.startsWith('/'))
    return { value: named, why: 'the code names it' };
  return { value: 'data/train.csv', why: NOT_FOUND };
}

function missingNote(facts: CodeFacts, source: string): string {
  if (facts.bundledData !== null) return bundledNote(facts.bundledData, source);
  return `${source} is not here: fetch it first (dvc pull, a download), or name another file, glob, directory or {sql: …}`;
}

function absoluteNote(facts: CodeFacts, path: string): string {
  const absolute = facts.absoluteData.find((file) => baseOf(file) === baseOf(path)) ?? '';
  return `the code reads ${absolute}, a path of one machine: let it read ${path}, so that test rows can be withheld`;
}

function bundledNote(library: string, path: string): string {
  return `the code takes its data from ${library}: let it read ${path}, so that test rows can be withheld`;
}

const OTHER_PARTS = { test: ['test', 'testing'], validation: ['valid', 'validation', 'val', 'dev'] } as const;

/** train.csv beside a test.csv that has the target too (the test file of a competition has none). */
async function partsApart(
  repository: Repository,
  lead: Lead,
  path: string,
  target: string | null,
): Promise<DataProposal['apart']> {
  const base = baseOf(path);
  if (!CSV.test(path) || !/train(?:ing)?/i.test(base)) return null;
  const folder = folderOf(path);
  const part = async (words: readonly string[]): Promise<string | null> => {
    for (const word of words) {
      const other = (folder === '' ? '' : `${folder}/`) + base.replace(/train(?:ing)?/i, word);
      const bytes = await repository.bytes(inRepository(lead, other));
      if (bytes !== null && (target === null || sampleCsv(bytes)?.header?.includes(target) === true))
        return other;
    }
    return null;
  };
  const test = await part(OTHER_PARTS.test);
  return test === null ? null : { test, validation: await part(OTHER_PARTS.validation) };
}

/** y_train.csv beside X_train.csv. */
async function answersBeside(
  repository: Repository,
  lead: Lead,
  path: string,
): Promise<{ readonly path: string; readonly sample: TableSample } | null> {
  const other = answerName(path);
  if (other === null) return null;
  const bytes = await repository.bytes(inRepository(lead, other));
  const sample = bytes === null ? null : sampleCsv(bytes);
  return sample?.header == null ? null : { path: other, sample };
}

function answerName(path: string): string | null {
  return CSV.test(path) && /^x(?:[_-]\w+|train|test|val)?\.\w+/i.test(baseOf(path))
    ? path.replace(/[xX]([^/]*)$/, 'y$1')
    : null;
}

async function answerFiles(
  repository: Repository,
  lead: Lead,
  train: string,
  apart: DataProposal['apart'],
): Promise<DataProposal['targetFile']> {
  const beside = async (path: string | null): Promise<string | null> => {
    const other = path === null ? null : answerName(path);
    return other !== null && (await repository.bytes(inRepository(lead, other))) !== null ? other : null;
  };
  return {
    train,
    test: await beside(apart?.test ?? null),
    validation: await beside(apart?.validation ?? null),
  };
}

function inRepository(lead: Lead, path: string): string {
  let folder = lead.folder;
  let rest = path;
  while (rest.startsWith('../') && folder !== '') {
    folder = folderOf(folder);
    rest = rest.slice(3);
  }
  return folder === '' ? rest : `${folder}/${rest}`;
}

const TARGET_NAME =
  /^(?:target|labels?|y|class|outcome|is_\w+|churn\w*|exited|survived|species|variety|diagnosis|default\w*|fraud\w*|price|saleprice|medv|quality|sales|rating|response|convert\w*|clicked?|approved|income|attrition|stroke|result)$/i;

function guessTarget(sample: TableSample | null, facts: CodeFacts): TargetProposal {
  const [fromCode] = facts.targets;
  if (sample === null) {
    const task = facts.task ?? 'binary';
    const why = fromCode === undefined ? 'the columns could not be read' : 'the code names it';
    return { column: fromCode ?? 'target', why, task: { value: task, why: taskWhy(facts) }, positive: null };
  }
  const header = sample.header ?? (sample.rows[0] ?? []).map((_, i) => `c${String(i)}`);
  const named = facts.targets.find((name) => header.includes(name));
  const usual = header.find((name) => TARGET_NAME.test(name));
  const usable = header.filter((name) => name !== '');
  const column = named ?? usual ?? usable.at(-1) ?? 'target';
  const why =
    named !== undefined ? 'the code names it' : usual !== undefined ? 'its name' : 'the last column';
  const values = columnSample(sample, header.indexOf(column));
  const task = taskOf(values, facts);
  const positive = task.value === 'binary' ? positiveOf(values) : null;
  return { column, why, task, positive };
}

function taskWhy({ task }: CodeFacts): string {
  return task === null ? 'nothing tells it' : 'from the code';
}

function taskOf(values: ColumnSample, facts: CodeFacts): Guess<Task> {
  if (facts.task === 'scores')
    return { value: 'scores', why: 'the code ranks; per-row scores take any measure' };
  if (values.distinct === 2) return { value: 'binary', why: 'the target has 2 values' };
  if (values.distinct < 2) return { value: facts.task ?? 'binary', why: taskWhy(facts) };
  if (!values.numeric)
    return { value: 'multiclass', why: `the target has ${String(values.distinct)} values` };
  const codes = values.distinct <= 50 && values.values.every((value) => Number.isInteger(Number(value)));
  if (codes && (facts.task === 'multiclass' || facts.task === 'binary'))
    return {
      value: 'multiclass',
      why: `the target has ${String(values.distinct)} values, the code classifies`,
    };
  return { value: 'regression', why: 'the target is numeric' };
}

const POSITIVE =
  /^(?:1|1\.0|true|t|yes|y|positive|pos|bad|fraud|spam|churn(?:ed)?|malignant|m|default|>50k\.?|left|approved|p)$/i;

/** The class that is asked for: what says yes, else the rarer one. Null where 1 and true are understood by themselves. */
function positiveOf({ values, distinct }: ColumnSample): Guess<string> | null {
  if (distinct !== 2) return null;
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const classes = [...counts].sort((a, b) => a[1] - b[1]).map(([value]) => value);
  const said = classes.filter((value) => POSITIVE.test(value));
  const [value = '1'] = said.length === 1 ? said : classes;
  if (value === '1' || value === 'true') return null;
  return { value, why: said.length === 1 ? 'its name' : 'the rarer value' };
}

const ID_NAME = /^(?:id|uuid|guid|row_?id|index|.+_id|.+Id|.+ID)$/;
const UNIT_NAME =
  /^(?:(?:customer|user|patient|client|account|session|subject|store|shop|device|query|doc(?:ument)?|member|household|player|driver|vehicle|machine|engine|product|item|sensor|station|group)(?:_?id)?|qid|srch_id)$/i;
const KEY_NAME = /_id$|[a-z](?:Id|ID)$/;

function guessKeys(sample: TableSample | null, target: string): Pick<DataProposal, 'id' | 'unit' | 'time'> {
  const columns = (sample?.header ?? []).map((name, i) => ({
    name,
    cells: columnSample(sample ?? { header: null, rows: [] }, i),
  }));
  const keys = columns.filter(
    ({ name, cells }) =>
      name !== target &&
      name !== '' &&
      cells.values.length >= 2 &&
      !cells.dates &&
      !cells.values.some((value) => /^-?\d*\.\d/.test(value)),
  );
  const id = keys.find(
    ({ name, cells }) =>
      ID_NAME.test(name) &&
      cells.distinct === cells.values.length &&
      cells.values.length === sample?.rows.length,
  );
  const unit = keys.find(
    ({ name, cells }) =>
      name !== id?.name &&
      (UNIT_NAME.test(name) || KEY_NAME.test(name)) &&
      cells.distinct >= 10 &&
      cells.distinct < cells.values.length * 0.95,
  );
  const time = columns.find(({ name, cells }) => name !== target && cells.dates);
  return {
    id: id === undefined ? null : { value: id.name, why: 'all its values differ' },
    unit: unit === undefined ? null : { value: unit.name, why: 'it repeats: its rows belong together' },
    time: time?.name ?? null,
  };
}
