import type { Task } from '../../contracts/comparison.ts';

/** What source code (Python, R, JavaScript, Rust) says about a training, read with patterns: hints, never certain. */
export interface CodeFacts {
  /** Trains something at all. */
  readonly fits: boolean;
  readonly dataFiles: readonly string[];
  /** Tables at absolute paths: those of the machine the code was written on. */
  readonly absoluteData: readonly string[];
  /** Model files that are written, the most likely entry first. */
  readonly modelFiles: readonly string[];
  readonly metricsFiles: readonly string[];
  readonly targets: readonly string[];
  readonly task: Task | null;
  /** Share of the rows that the code itself holds back. */
  readonly testSize: number | null;
  readonly arguments: readonly Argument[];
  /** Data that a library brings along, e.g. `load_iris`. */
  readonly bundledData: string | null;
  readonly usesSlipway: boolean;
  readonly usesMlflow: boolean;
}

/** A command line argument of argparse or click. */
export interface Argument {
  /** With its dashes; positional ones have none. */
  readonly flag: string;
  readonly default: string | null;
  readonly required: boolean;
}

const STRING = /(["'`])((?:(?!\1)[^\\\n]){1,200})\1/g;
const DATA_FILE = /\.(?:csv|tsv|parquet|feather|arrow|jsonl)(?:\.gz)?$/i;
const MODEL_FILE = /\.(?:onnx|pkl|pickle|joblib|rds|rda|rdata|pt|pth|h5|keras|cbm|ubj|safetensors|bst)$/i;
const METRICS_FILE = /(?:^|\/)[\w-]*(?:metrics|scores?|results?|evaluation|summary)[\w-]*\.(?:json|ya?ml)$/i;
const REPORT_FILE = /\.(?:html?|png|jpe?g|svg|pdf|md|log)$/i;
/** Formats that could be anything, unless they are written by a model. */
const SAVED =
  /(?:save_model|save|saveModel|dump_model|xgb\.save|lgb\.save|write_model|toJSON|writeFileSync)\s*\(\s*(?:[\w.]+\s*,\s*)?(["'`])((?:(?!\1)[^\\\n]){1,200})\1/g;
/** `MODEL_PATH = "models/lgbm.txt"` */
const MODEL_CONSTANT = /\bmodel_?(?:path|file(?:name|path)?)\s*(?:=|<-|:)\s*["']([^"'\n]{1,200})["']/gi;
const FITS =
  /\.fit(?:_transform|Dataset)?\s*\(|\b(?:lgb|lightgbm|xgb|xgboost)\.train\s*\(|\btrain_test_split\b|\b(?:lm|glm|ranger|randomForest|rpart|xgb\.train|xgboost)\s*\(|\bcaret::train|\.trainOn|RandomForest|LogisticRegression|loss\.backward\s*\(/;

/** Code that is commented out does nothing. */
const COMMENTS = /^[ \t]*(?:#|\/\/).*$/gm;

/** Reads hints from source code. Never throws, whatever the text. */
export function readCode(source: string): CodeFacts {
  // Long runs of blanks, or of word characters (embedded data), would make the patterns slow.
  const code = source
    .replaceAll(COMMENTS, '')
    .replaceAll(/\s{60,}/g, '\n')
    .replaceAll(/\w{200,}/g, '');
  const strings = [...code.matchAll(STRING)].map(([, , text]) => cleanPath(text ?? ''));
  const saved = [...code.matchAll(SAVED)].map(([, , text]) => savedPath(text ?? ''));
  const constants = [...code.matchAll(MODEL_CONSTANT)].map(([, text]) => cleanPath(text ?? ''));
  const written = [...saved, ...constants].filter(
    (path) =>
      isFileName(path) && !DATA_FILE.test(path) && !METRICS_FILE.test(path) && !REPORT_FILE.test(path),
  );
  const models = [...strings.filter((text) => MODEL_FILE.test(text)), ...written].filter(isFileName);
  return {
    fits: FITS.test(code),
    dataFiles: distinct(
      strings.filter(
        (text) =>
          DATA_FILE.test(text) &&
          isFileName(withoutUpward(text)) &&
          !/predict|submission|output|result/i.test(text),
      ),
    ),
    absoluteData: distinct(
      strings.filter((text) => DATA_FILE.test(text) && /^(?:\/|~|[A-Za-z]:[\\/])/.test(text)),
    ),
    modelFiles: distinct(models).sort((a, b) => Number(b.endsWith('.onnx')) - Number(a.endsWith('.onnx'))),
    metricsFiles: distinct(strings.filter((text) => METRICS_FILE.test(text) && isFileName(text))),
    targets: distinct(targetsIn(code)),
    task: taskIn(code),
    testSize: testSizeIn(code),
    arguments: argumentsIn(code),
    bundledData:
      /\b(load_(?:iris|wine|digits|diabetes|breast_cancer)|fetch_\w+|data\((?:iris|mtcars)\))/.exec(
        code,
      )?.[1] ?? null,
    usesSlipway: code.includes('SLIPWAY_DATA_TRAIN'),
    usesMlflow: /\bmlflow\b/.test(code),
  };
}

/** TensorFlow.js saves to a folder, `file://model`, and puts model.json in it. */
function savedPath(text: string): string {
  const path = cleanPath(text.trim().replace(/^file:\/\//, ''));
  return text.trim().startsWith('file://') && !/\.\w+$/.test(path)
    ? `${path.replace(/\/$/, '')}/model.json`
    : path;
}

function cleanPath(text: string): string {
  return text.trim().replace(/^\.\//, '');
}

/** A relative path without templates, wildcards or anything a config would have to refuse. */
function isFileName(path: string): boolean {
  return (
    path !== '' &&
    !/[{}%$*?<>|\s]|^[/~]|^\w+:|^[A-Za-z]:|(?:^|\/)\.\.(?:\/|$)|^\.\w+$/.test(path) &&
    /\.\w+$/.test(path)
  );
}

/** Data may lie above the model's folder, `../../data/rows.csv`. */
function withoutUpward(path: string): string {
  return path.replace(/^(?:\.\.\/)+/, '');
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}

const TARGETS: readonly RegExp[] = [
  /^[ \t]*(?:target|label)(?:_?col(?:umn)?|_?name)?:[ \t]*(?!(?:str|int|float|bool)\b)([A-Za-z_]\w{0,80})[ \t]*$/gim,
  /\b[yY]\w*\s*(?:=|<-)\s*\w+(?:\.\w+)?\[\s*\[?\s*["']([^"'\n]{1,80})["']\s*\]/g,
  /\b(?:target|label|response|outcome)\w*\s*(?:=|<-|:)\s*["']([^"'\n]{1,80})["']/gi,
  /\.pop\(\s*["']([^"'\n]{1,80})["']\s*\)/g,
  /\.drop\(\s*(?:columns\s*=\s*)?\[?\s*["']([^"'\n]{1,80})["']\s*\]?\s*,?\s*(?:axis\s*=\s*1)?\s*\)/g,
  /\b[yY]\s*(?:=|<-)\s*\w+[.$]([A-Za-z_]\w*)\b(?!\s*\()/g,
  /\b([A-Za-z_.]\w*)\s*~\s*[\w.]/g,
  /\b[yYl]\w*\s*=\s*\w+\.map\(\s*\(?\w+\)?\s*=>\s*\+?\w+\.([A-Za-z_]\w*)/g,
];

function targetsIn(code: string): string[] {
  return TARGETS.flatMap((pattern) => [...code.matchAll(pattern)].map(([, name]) => name ?? '')).filter(
    (name) => name.trim() !== '',
  );
}

const RANKING = /LGBMRanker|XGBRanker|CatBoostRanker|lambdarank|rank:(?:pairwise|ndcg|map)|\bndcg/i;
const REGRESSION =
  /\w+Regressor\b|LinearRegression|\bRidge\b|\bLasso\b|ElasticNet|\bSVR\b|reg:\w+|objective["']?\s*[:=]\s*["'](?:regression|mse|rmse|mae)|mean_(?:squared|absolute)_error|r2_score|meanSquaredError|\blm\s*\(/g;
const CLASSIFICATION =
  /\w+Classifier\b|LogisticRegression|\bSVC\b|\w+NB\b|(?:binary|multi):\w+|objective["']?\s*[:=]\s*["'](?:binary|multiclass)|(?:accuracy|roc_auc|f1|log_loss)(?:_score)?\b|[Cc]ross[Ee]ntropy|family\s*=\s*["']?binomial/g;
const MULTICLASS =
  /multi:soft|num_class|average\s*=\s*["'](?:macro|weighted|micro)|multi_class|\bCrossEntropyLoss|softmax|(?:sparseC|[^y]c)ategoricalCrossentropy|load_(?:iris|wine|digits)|multinom/;

function taskIn(code: string): Task | null {
  if (RANKING.test(code)) return 'scores';
  const regression = code.match(REGRESSION)?.length ?? 0;
  const classification = code.match(CLASSIFICATION)?.length ?? 0;
  if (regression === 0 && classification === 0) return null;
  if (regression > classification) return 'regression';
  return MULTICLASS.test(code) ? 'multiclass' : 'binary';
}

function testSizeIn(code: string): number | null {
  const size = Number(/\btest_size\s*=\s*(0?\.\d{1,3})\b/.exec(code)?.[1] ?? 'none');
  return size > 0 && size < 1 ? size : null;
}

const ARGPARSE = /add_argument\(\s*((?:["'][^"'\n]+["']\s*,?\s*)+)([^)\n]*(?:\n[^)\n]*){0,4})\)/g;
const CLICK = /click\.(?:option|argument)\(\s*((?:["'][^"'\n]+["']\s*,?\s*)+)([^)\n]*(?:\n[^)\n]*){0,4})\)/g;

function argumentsIn(code: string): Argument[] {
  return [...code.matchAll(ARGPARSE), ...code.matchAll(CLICK)].flatMap(([, names = '', rest = '']) => {
    const flags = [...names.matchAll(/["']([^"'\n]+)["']/g)].map(([, flag]) => flag ?? '');
    const flag = flags.find((name) => name.startsWith('--')) ?? flags[0] ?? '';
    if (!/^(?:--?)?[A-Za-z][\w-]*$/.test(flag)) return [];
    const value = /\bdefault\s*=\s*(?:["']([^"'\n]*)["']|([\w.+-]+))/.exec(rest);
    const isSwitch = /store_true|store_false|is_flag/.test(rest);
    const required =
      !isSwitch && value === null && (/required\s*=\s*True/.test(rest) || !flag.startsWith('-'));
    return [{ flag, default: value?.[1] ?? value?.[2] ?? null, required }];
  });
}
