import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { initRepository, parseConfig } from '../../../src/config/index.ts';
import type { InitResult, ModelConfig } from '../../../src/config/index.ts';
import { filesOf, writerOf } from './support.ts';
import { KINDS, REPOSITORIES } from './repositories.ts';
import type { Contents } from './repositories.ts';

async function propose(contents: Contents, repositoryName = 'my-repo'): Promise<InitResult> {
  return await initRepository(
    { repositoryName, dryRun: true },
    { files: filesOf(contents), writer: writerOf() },
  );
}

async function models(contents: Contents): Promise<Readonly<Record<string, ModelConfig>>> {
  return parseConfig((await propose(contents)).text, 'slipway.yaml').models;
}

describe('init', () => {
  it('reads a scikit-learn script: data, target, task, split, outputs', async () => {
    const { 'my-repo': model } = await models(REPOSITORIES.sklearn);

    expect(model).toMatchObject({
      task: 'regression',
      data: { source: ['data/wine.csv'], split: { test: 0.25 }, 'in-place': true, target: 'quality' },
      environment: { install: 'pip install -r requirements.txt', lock: ['requirements.txt'] },
      train: {
        run: 'python src/train.py --seed "$SLIPWAY_SEED"',
        outputs: { model: ['models/model.joblib'], entry: 'models/model.joblib', metrics: ['metrics.json'] },
      },
      evaluate: { metrics: ['rmse', 'mae', 'r2'] },
    });
  });

  it('chains the stages of a DVC pipeline up to the training', async () => {
    const { 'my-repo': model } = await models(REPOSITORIES.dvc);

    expect(model?.train).toMatchObject({
      run: 'set -e\npython src/prepare.py data/data.csv\npython src/train.py data/prepared model.pkl --n {params.train.n_est}',
      params: ['params.yaml'],
      outputs: { model: ['model.pkl'], entry: 'model.pkl' },
    });
    expect(model?.data.source).toEqual(['data/data.csv']);
  });

  it('makes the folders between DVC stages that git does not keep', async () => {
    const { 'my-repo': model } = await models({
      'dvc.yaml': `stages:
  split: {cmd: python split.py, deps: [rows.csv, split.py], outs: [data/raw/a.csv, kept/b.csv]}
  train: {cmd: python train.py, deps: [data/raw/a.csv, kept/b.csv, train.py], outs: [models/m.pkl]}
`,
      'train.py': 'm.fit(x, y)\n',
      'kept/.gitkeep': '',
      'rows.csv': 'a,b\n1,2\n',
    });

    expect(model?.train.run).toBe('set -e\nmkdir -p data/raw\npython split.py\npython train.py');
  });

  it('finds customer, target and predict command of gradient boosting without ONNX', async () => {
    const { 'my-repo': model } = await models(REPOSITORIES.gbdt);

    expect(model).toMatchObject({
      task: 'binary',
      data: {
        id: 'loan_id',
        unit: 'customer_id',
        target: 'default',
        split: { by: 'group', on: 'customer_id' },
      },
      train: { run: 'python train_model.py', outputs: { entry: 'lgb.txt' } },
      predict: { run: 'python predict.py --model {model} --input {input} --output {output}' },
    });
  });

  it('takes a ranking as per-row scores', async () => {
    const { 'my-repo': model } = await models(REPOSITORIES.ranking);

    expect(model).toMatchObject({
      task: 'scores',
      data: { source: ['data/mslr.parquet'] },
      train: { run: 'python rank/train.py' },
    });
  });

  it('makes a model of each folder of a monorepo', async () => {
    const found = await models(REPOSITORIES.monorepo);

    expect(
      Object.entries(found).map(([name, { dir, task, positive }]) => ({ name, dir, task, positive })),
    ).toEqual([
      { name: 'churn', dir: 'models/churn', task: 'binary', positive: 'yes' },
      { name: 'fraud', dir: 'models/fraud', task: 'binary', positive: 'yes' },
      { name: 'price', dir: 'models/price', task: 'regression', positive: undefined },
    ]);
    expect(found['churn']?.environment?.lock).toEqual(['../../requirements.txt']);
  });

  it('fills the defaults of an MLproject in and says which value is open', async () => {
    const result = await propose(REPOSITORIES.mlflow);

    expect(parseConfig(result.text, 'slipway.yaml').models['wine']?.train).toMatchObject({
      run: 'python train.py 0.5 {l1_ratio}',
      outputs: { model: ['mlruns/**'] },
    });
    expect(result.notices).toContain('wine: the MLproject gives no default for {l1_ratio}: write its value');
  });

  it('runs the npm script of a JavaScript repository', async () => {
    const { iris } = await models(REPOSITORIES.javascript);

    expect(iris).toMatchObject({
      task: 'multiclass',
      data: { target: 'species' },
      environment: { install: 'npm ci', lock: ['package-lock.json'] },
      train: { run: 'npm run train', outputs: { model: ['model/**'], entry: 'model/model.json' } },
    });
  });

  it('reads an R script with its formula', async () => {
    const { 'my-repo': model } = await models(REPOSITORIES.r);

    expect(model).toMatchObject({
      task: 'binary',
      data: { target: 'Survived', id: 'PassengerId' },
      environment: { lock: ['renv.lock'] },
      train: { run: 'Rscript R/train.R', outputs: { entry: 'model.rds' } },
    });
  });

  it('executes a notebook, names a Rust crate, follows a Makefile', async () => {
    const notebook = await models(REPOSITORIES.notebook);
    const cargo = await models(REPOSITORIES.cargo);
    const make = await models(REPOSITORIES.make);

    expect(notebook['my-model']?.train.run).toBe(
      `jupyter nbconvert --to notebook --execute --output-dir "$SLIPWAY_OUTPUT_DIR" 'My Model.ipynb'`,
    );
    expect(cargo['house-price']?.train.run).toBe('cargo run --release');
    expect(make['my-repo']?.train.run).toBe('make train');
  });

  it('hands the arguments of a script what Slipway knows', async () => {
    const code = `import argparse
p = argparse.ArgumentParser()
p.add_argument("--data", required=True)
p.add_argument('--output-dir', '-o', default="out")
p.add_argument("--alpha", type=float, required=True)
model.fit(X, y)
pickle.dump(model, open(args.output_dir + "/model.pkl", "wb"))`;

    const result = await propose({ 'train.py': code, 'data/rows.csv': 'a,label\n1,0\n2,1\n3,1\n' });
    const model = parseConfig(result.text, 'slipway.yaml').models['my-repo'];

    expect(model?.train.run).toBe(
      'python train.py --data "$SLIPWAY_DATA_TRAIN" --output-dir "$SLIPWAY_OUTPUT_DIR"',
    );
    expect(model?.data['in-place']).toBe(false);
    expect(result.notices).toContain('my-repo: the script requires `--alpha`: add it to the command');
  });

  it('takes train.csv and test.csv as parts when both have the target', async () => {
    const train =
      'import pandas as pd\ny = pd.read_csv("data/train.csv")["label"]\nm.fit(x, y)\njoblib.dump(m, "m.joblib")\n';
    const rows = 'a,label\n1,0\n2,1\n';

    const both = await models({ 'train.py': train, 'data/train.csv': rows, 'data/test.csv': rows });
    const competition = await models({
      'train.py': train,
      'data/train.csv': rows,
      'data/test.csv': 'a\n1\n',
    });

    expect(both['my-repo']?.data).toMatchObject({ train: ['data/train.csv'], test: ['data/test.csv'] });
    expect(competition['my-repo']?.data).toMatchObject({ source: ['data/train.csv'], split: { test: 0.2 } });
  });

  it('pairs X and y files, and takes no measurement for a key', async () => {
    const rows = (column: string): string =>
      `${column}\n${Array.from({ length: 60 }, (_, i) => String((i % 20) / 10)).join('\n')}\n`;
    const answers = `left\n${Array.from({ length: 60 }, (_, i) => (i % 4 === 0 ? 'Yes' : 'No')).join('\n')}\n`;

    const found = await models({
      'train.py': 'clf.fit(X, y)\njoblib.dump(clf, "clf.joblib")\n',
      'data/X_train.csv': rows('citric acid'),
      'data/X_test.csv': rows('citric acid'),
      'data/y_train.csv': answers,
      'data/y_test.csv': answers,
    });

    expect(found['my-repo']).toMatchObject({
      task: 'binary',
      positive: 'Yes',
      data: {
        train: ['data/X_train.csv'],
        test: ['data/X_test.csv'],
        'target-file': { train: ['data/y_train.csv'], test: ['data/y_test.csv'] },
        target: 'left',
      },
    });
    expect(found['my-repo']?.data.unit).toBeUndefined();
  });

  it('writes a pattern to fill in where nothing trains', async () => {
    const result = await propose({ 'README.md': 'hello' });

    expect(result.models).toEqual([{ name: 'my-repo', dir: '.', found: null, task: 'binary' }]);
    expect(result.notices).toContain('my-repo: nothing that trains was found');
  });

  it('marks every guess and says that workflows are not written', async () => {
    const result = await propose(REPOSITORIES.sklearn);

    for (const key of ['task', 'source', 'split', 'target', 'install', 'run', 'entry', 'metrics']) {
      expect(result.text).toMatch(new RegExp(`^ +${key}: .*# (?:guess|check): `, 'm'));
    }
    expect(result.text.split('\n')[0]).toBe('# yaml-language-server: $schema=.slipway/slipway.schema.json');
    expect(result.notices.at(-1)).toContain('workflows are not written yet');
  });
});

describe('what init writes', () => {
  it('writes the config, ignores .slipway and puts the schema there', async () => {
    const writer = writerOf();

    const result = await initRepository(
      { repositoryName: 'r', dryRun: false },
      { files: filesOf({ ...REPOSITORIES.sklearn, '.gitignore': '*.pyc' }), writer },
    );

    expect([...writer.written.keys()]).toEqual(result.written);
    expect(writer.written.get('slipway.yaml')).toBe(result.text);
    expect(writer.written.get('.gitignore')).toBe('*.pyc\n.slipway/\n');
    expect(JSON.parse(writer.written.get('.slipway/slipway.schema.json') ?? '')).toMatchObject({
      title: 'slipway.yaml',
    });
  });

  it('leaves a .gitignore alone that ignores .slipway already', async () => {
    const writer = writerOf();

    await initRepository(
      { repositoryName: 'r', dryRun: false },
      { files: filesOf({ '.gitignore': 'a\n/.slipway\n' }), writer },
    );

    expect(writer.written.has('.gitignore')).toBe(false);
  });

  it('never overwrites a config', async () => {
    const writer = writerOf(['slipway.yaml']);

    const doing = initRepository({ repositoryName: 'r', dryRun: false }, { files: filesOf({}), writer });

    await expect(doing).rejects.toMatchObject({ code: 'EXISTS' });
    expect(writer.written.size).toBe(0);
  });

  it('writes nothing in a dry run', async () => {
    const writer = writerOf();

    await initRepository(
      { repositoryName: 'r', dryRun: true },
      { files: filesOf(REPOSITORIES.gbdt), writer },
    );

    expect(writer.written.size).toBe(0);
  });
});

describe('init in any repository', () => {
  const name = fc.oneof(
    fc.constantFrom(
      'train',
      'data',
      'my model',
      'yes',
      '#x',
      'a: b',
      'üñï',
      '-',
      '*',
      "it's",
      '{x}',
      '[1]',
      '1.5',
      '~',
      '..',
      '%',
      '"q"',
      'x\ty',
    ),
    fc.string({ maxLength: 12 }),
  );
  const header = fc.array(name, { minLength: 1, maxLength: 5 });
  const rows = fc.array(
    fc.array(
      fc.oneof(fc.constantFrom('0', '1', 'yes', 'no', '2024-01-01', '', 'NA'), fc.string({ maxLength: 6 })),
      { minLength: 1, maxLength: 5 },
    ),
    { maxLength: 30 },
  );

  it('proposes what parseConfig accepts, for all kinds, names and tables', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...KINDS),
        name,
        header,
        rows,
        fc.boolean(),
        async (kind, word, columns, cells, below) => {
          const safe = word.replaceAll(/[/\0\n]/g, '_') || 'x';
          const csv = [columns, ...cells]
            .map((row) => row.map((cell) => (/[",\n]/.test(cell) ? JSON.stringify(cell) : cell)).join(','))
            .join('\n');
          const prefix = below && safe !== '.' && safe !== '..' ? `${safe}/` : '';
          const contents = Object.fromEntries(
            Object.entries(REPOSITORIES[kind]).map(([path, text]) => [
              prefix + path,
              path.endsWith('.csv') ? csv : text.replaceAll('quality', word),
            ]),
          );

          const result = await propose(contents, word);

          expect(Object.keys(parseConfig(result.text, 'slipway.yaml').models).length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('survives files that hold anything', async () => {
    const paths = [
      'dvc.yaml',
      'MLproject',
      'package.json',
      'Makefile',
      'Cargo.toml',
      'train.py',
      'train.R',
      'nb.ipynb',
      'data/a.csv',
      'params.yaml',
      'predict.py',
    ];
    const pieces = fc.constantFrom(
      'stages:\n',
      '  train:\n',
      'cmd: ',
      '{"cells":[',
      'add_argument("--data"',
      'train:\n\t',
      '"',
      "'",
      '.fit(',
      'y = df["',
      'joblib.dump(m, "',
      '.pkl")',
      '&a',
      '*a',
      '\u2028',
      '#',
    );
    const text = fc.oneof(
      fc.string({ maxLength: 80 }),
      fc
        .array(fc.oneof(pieces, fc.string({ maxLength: 6 })), { maxLength: 20 })
        .map((parts) => parts.join('')),
    );

    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...paths), text), async (contents) => {
        const result = await propose(contents);

        expect(() => parseConfig(result.text, 'slipway.yaml')).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });
});
