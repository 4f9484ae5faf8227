import { describe, expect, it } from 'vitest';

import { initRepository, parseConfig } from '../../../src/config/index.ts';
import type { InitResult, ModelConfig } from '../../../src/config/index.ts';
import { filesOf, writerOf } from './support.ts';
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

describe('init reads code', () => {
  it('names code and data of other folders of a monorepo', async () => {
    const train = `import sys
sys.path.append("../..")
import pandas as pd
from common.features import clean
df = clean(pd.read_csv("../../data/rows.csv"))
y = df["label"]
joblib.dump(m.fit(x, y), "m.joblib")
`;
    const found = await models({
      'models/a/train.py': train,
      'models/b/train.R':
        'source("../shared/prepare.R")\nfit <- lm(label ~ a, read.csv("rows.csv"))\nsaveRDS(fit, "m.rds")\n',
      'models/b/rows.csv': 'a,label\n1,0\n2,1\n3,2\n',
      'models/shared/prepare.R': 'prepare <- function(x) x\n',
      'common/__init__.py': '',
      'common/features.py': 'def clean(df): return df\n',
      'data/rows.csv': 'a,label\n1,0\n2,1\n3,0\n',
    });

    expect(found['a']).toMatchObject({
      task: 'binary',
      data: { source: ['../../data/rows.csv'], 'in-place': true, target: 'label' },
      train: { inputs: ['**', '../../common/**'] },
    });
    expect(found['b']?.train.inputs).toEqual(['**', '../shared/**']);
  });

  it('finds the model and the target in constants and parameters', async () => {
    const found = await models({
      'src/config.py': 'MODEL_PATH = "models/lgbm.txt"\n',
      'src/train.py':
        'from config import MODEL_PATH\nmodel = lgb.train(P, d)\nmodel.save_model(MODEL_PATH)\n',
      'params.yaml': 'base:\n  target_col: grade\n',
      'data.csv': 'a,grade,b\n1.5,x,2\n2.5,y,3\n3.5,z,4\n',
    });

    expect(found['my-repo']).toMatchObject({
      task: 'multiclass',
      data: { target: 'grade' },
      train: { outputs: { model: ['models/lgbm.txt'], entry: 'models/lgbm.txt' } },
    });
  });

  it('says that data of a library cannot be withheld, and what a predict command must write', async () => {
    const { text, notices } = await propose({
      'train.R': 'fit <- glm(y ~ x, data = read.csv("rows.csv"))\nsaveRDS(fit, "fit.rds")\n',
      'rows.csv': 'row_id,x,y\na,1,0\nb,2,1\nc,3,1\n',
    });
    const bundled = await propose({
      'train.py': 'iris = load_iris()\nclf.fit(iris.data, iris.target)\n',
      'data/iris.csv': 'a,species\n1,x\n2,y\n3,z\n',
    });

    expect(notices.join()).not.toContain('withheld');
    expect(text).toContain('{output}: column row_id, with score, the probability:');
    expect(text).toContain('run: Rscript predict.R --model {model}');
    expect(bundled.notices.join()).toContain('load_iris: let it read data/iris.csv');
  });

  it('believes no code that is commented out, and says which paths are of one machine', async () => {
    const code = `import pandas as pd
df = pd.read_csv("/Users/me/project/data/staff.csv")
y = df["left"]
# X_train.to_csv(r'../data/X_train.csv')
clf.fit(x, y)
`;
    const { text, notices } = await propose({
      'train.py': code,
      'data/X_train.csv': 'age\n1\n2\n',
      'data/y_train.csv': 'left\n0\n1\n',
      'data/staff.csv': 'age,left\n1,0\n2,1\n3,0\n',
    });

    expect(parseConfig(text, 'slipway.yaml').models['my-repo']?.data).toMatchObject({
      source: ['data/staff.csv'],
      target: 'left',
    });
    expect(notices.join()).toContain(
      'the code reads /Users/me/project/data/staff.csv, a path of one machine',
    );
  });
});
