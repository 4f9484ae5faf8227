/** Small repositories of the kinds that `init` meets. Content by path. */
export type Contents = Readonly<Record<string, string>>;

/** A CSV with `rows` rows; cells come from the row's number. */
function csv(
  rows: number,
  header: string,
  cells: (row: number) => readonly (string | number)[],
  separator = ',',
): string {
  const lines = Array.from({ length: rows }, (_, row) => cells(row).join(separator));
  return `${[header, ...lines].join('\n')}\n`;
}

const monorepoModel = (target: string, estimator: string): string => `import joblib
import pandas as pd
from xgboost import ${estimator}
df = pd.read_csv("data.csv")
y = df["${target}"]
model = ${estimator}().fit(df.drop(columns=["${target}"]), y)
joblib.dump(model, "model.pkl")
`;

export const REPOSITORIES = {
  sklearn: {
    'requirements.txt': 'scikit-learn\n',
    'data/wine.csv': csv(
      200,
      '"acid";"alcohol";"quality"',
      (i) => [i * 0.37, (i * 7) % 13, 3 + (i % 6)],
      ';',
    ),
    'src/train.py': `import argparse, joblib, json
import pandas as pd
from sklearn.ensemble import RandomForestRegressor
from sklearn.model_selection import train_test_split
parser = argparse.ArgumentParser()
parser.add_argument("--n-estimators", type=int, default=100)
parser.add_argument("--seed", type=int, default=0)
df = pd.read_csv("data/wine.csv", sep=";")
X = df.drop("quality", axis=1)
y = df["quality"]
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25)
model = RandomForestRegressor().fit(X_train, y_train)
joblib.dump(model, "models/model.joblib")
with open("metrics.json", "w") as f:
    json.dump({}, f)
`,
  },
  dvc: {
    'dvc.yaml': `stages:
  prepare:
    cmd: python src/prepare.py data/data.csv
    deps: [data/data.csv, src/prepare.py]
    params: [prepare.split]
    outs: [data/prepared]
  train:
    cmd: python src/train.py data/prepared model.pkl --n \${train.n_est}
    deps: [data/prepared, src/train.py]
    params: [train.n_est]
    outs: [model.pkl]
  evaluate:
    cmd: python src/evaluate.py model.pkl
    deps: [model.pkl]
    metrics: [{eval/metrics.json: {cache: false}}]
`,
    'params.yaml': 'prepare: {split: 0.2}\ntrain: {n_est: 50}\n',
    'src/prepare.py': 'import pandas as pd\n',
    'src/train.py':
      'import pickle\nfrom sklearn.ensemble import RandomForestClassifier\nclf = RandomForestClassifier().fit(x, labels)\npickle.dump(clf, open(out, "wb"))\n',
    'data/data.csv.dvc': 'outs: []\n',
    'poetry.lock': '',
    'pyproject.toml': '[project]\nname = "x"\n',
  },
  gbdt: {
    'train_model.py': `import lightgbm as lgb, pandas as pd
df = pd.read_csv("input/train.csv")
target = "default"
X, y = df.drop(columns=[target]), df[target]
booster = lgb.train({"objective": "binary"}, lgb.Dataset(X, y))
booster.save_model("lgb.txt")
`,
    'predict.py':
      'import argparse\np = argparse.ArgumentParser()\np.add_argument("--model", required=True)\np.add_argument("--input", required=True)\np.add_argument("--output", required=True)\n',
    'input/train.csv': csv(300, 'loan_id,customer_id,amount,date,default', (i) => [
      i,
      (i * 7) % 60,
      i % 99,
      `2024-01-${String((i % 28) + 1).padStart(2, '0')}`,
      i % 5 === 0 ? 1 : 0,
    ]),
    'uv.lock': '',
  },
  ranking: {
    'rank/train.py':
      'import lightgbm\nimport pandas as pd\ndf = pd.read_parquet("data/mslr.parquet")\nmodel = lightgbm.LGBMRanker()\nmodel.fit(X, y, group=g)\nmodel.booster_.save_model("ranker.txt")\n',
    'data/mslr.parquet': 'PAR1',
  },
  monorepo: {
    'requirements.txt': 'xgboost\n',
    'models/churn/train.py': monorepoModel('churned', 'XGBClassifier'),
    'models/churn/data.csv': csv(100, 'id,a,churned', (i) => [i, i * 0.3, i % 3 === 0 ? 'yes' : 'no']),
    'models/fraud/train.py': monorepoModel('is_fraud', 'XGBClassifier'),
    'models/fraud/data.csv': csv(100, 'id,a,is_fraud', (i) => [i, i * 0.3, i % 7 === 0 ? 'yes' : 'no']),
    'models/price/train.py': monorepoModel('price', 'XGBRegressor'),
    'models/price/data.csv': csv(100, 'id,a,price', (i) => [i, i * 0.3, i * 1.7]),
  },
  mlflow: {
    MLproject:
      'name: wine\nconda_env: conda.yaml\nentry_points:\n  main:\n    parameters:\n      alpha: {type: float, default: 0.5}\n      l1_ratio: float\n    command: "python train.py {alpha} {l1_ratio}"\n',
    'conda.yaml': 'name: x\n',
    'train.py':
      'import mlflow, pandas as pd\nfrom sklearn.linear_model import ElasticNet\ndata = pd.read_csv("wine-quality.csv")\nX = data.drop(["quality"], axis=1)\nmodel = ElasticNet().fit(X, data[["quality"]])\nmlflow.sklearn.log_model(model, "model")\n',
    'wine-quality.csv': csv(100, 'acid,quality', (i) => [i * 0.1, 3 + (i % 6)]),
  },
  javascript: {
    'package.json': JSON.stringify({
      name: '@me/iris',
      scripts: { train: 'node src/train.js' },
      dependencies: { '@tensorflow/tfjs': '4' },
    }),
    'package-lock.json': '{}',
    'src/train.js':
      'const tf = require("@tensorflow/tfjs-node");\nconst rows = fs.readFileSync("data/iris.csv");\nmodel.compile({ loss: "categoricalCrossentropy" });\nawait model.save("file://./model");\n',
    'data/iris.csv': csv(150, 'sl,sw,species', (i) => [
      i * 0.1,
      i * 0.2,
      ['setosa', 'versicolor', 'virginica'][i % 3] ?? '',
    ]),
  },
  r: {
    DESCRIPTION: 'Package: x\n',
    'renv.lock': '{}',
    'R/train.R':
      'library(ranger)\ndf <- read.csv("data/titanic.csv")\nm <- ranger(Survived ~ ., data = df, probability = TRUE)\nsaveRDS(m, "model.rds")\n',
    'data/titanic.csv': csv(200, 'PassengerId,Age,Survived', (i) => [i, (i * 7) % 80, i % 3 === 0 ? 1 : 0]),
  },
  notebook: {
    'My Model.ipynb': JSON.stringify({
      nbformat: 4,
      cells: [
        { cell_type: 'markdown', source: 'hello' },
        {
          cell_type: 'code',
          source: ['from sklearn.svm import SVC\n', 'df = pd.read_csv("x.csv")\n', 'SVC().fit(X, y)\n'],
        },
      ],
    }),
  },
  cargo: {
    'Cargo.toml': '[package]\nname = "house-price"\n[dependencies]\nlinfa = "0.7"\n',
    'src/main.rs': 'fn main() {}',
    'Cargo.lock': '',
  },
  make: {
    Makefile: '.PHONY: train\ntrain: data/rows.csv\n\tpython fit_it.py\n',
    'fit_it.py': 'import joblib\nmodel.fit(X, y)\njoblib.dump(model, "m.joblib")\n',
    'data/rows.csv': 'a,y\n1,0\n2,1\n',
  },
} satisfies Readonly<Record<string, Contents>>;

export const KINDS = Object.keys(REPOSITORIES) as (keyof typeof REPOSITORIES)[];
