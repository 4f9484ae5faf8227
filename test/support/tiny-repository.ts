import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A real git repository in a temporary folder with a model that trains in milliseconds; removed when disposed. */
export interface TinyRepository extends Disposable {
  readonly folder: string;
  write(path: string, text: string): void;
  /** Commits everything and gives the commit. */
  commit(message: string): string;
  git(...args: string[]): string;
}

/** The model is one number: score = 1 / (1 + exp(-weight · x)). Training copies the weight from its parameters. */
const TRAIN = `
const fs = require('node:fs');
const { weight } = JSON.parse(fs.readFileSync(process.env.SLIPWAY_PARAMS, 'utf8'));
const rows = fs.readFileSync(process.env.SLIPWAY_DATA_TRAIN, 'utf8').trim().split('\\n').length - 1;
fs.writeFileSync(process.env.SLIPWAY_OUTPUT_DIR + '/model.json', JSON.stringify({ weight }));
fs.writeFileSync(process.env.SLIPWAY_OUTPUT_DIR + '/metrics.json', JSON.stringify({ rows }));
console.log('trained on ' + rows + ' rows');
`;

const PREDICT = `
const fs = require('node:fs');
const [model, input, output] = process.argv.slice(2);
const { weight } = JSON.parse(fs.readFileSync(model, 'utf8'));
const [head, ...rows] = fs.readFileSync(input, 'utf8').trim().split('\\n');
const names = head.split(',');
if (names.includes('y')) throw new Error('the target is visible');
const [id, x] = [names.indexOf('id'), names.indexOf('x')];
const lines = rows.map((row) => row.split(',')).map((cells) => cells[id] + ',' + 1 / (1 + Math.exp(-weight * Number(cells[x]))));
fs.writeFileSync(output, ['id,score', ...lines].join('\\n') + '\\n');
`;

const CONFIG = `version: 1
models:
  tiny:
    task: binary
    data: {source: data.csv, split: {test: 0.5}, id: id, target: y}
    train:
      run: node train.cjs
      inputs: [train.cjs]
      params: [params.json]
      outputs: {entry: model.json, metrics: metrics.json}
    predict: {run: 'node predict.cjs {model} {input} {output}'}
    evaluate:
      metrics: [roc_auc, log_loss]
      gates:
        - {metric: roc_auc, not-worse-by: 0.02}
        - {metric: log_loss, not-worse-by: 0.02}
`;

/** 600 rows whose target leans on x; the same on every machine. */
function rows(): string {
  let seed = 42;
  const uniform = (): number => (seed = (48271 * seed) % 2147483647) / 2147483647;
  const lines = Array.from({ length: 600 }, (_, id) => {
    const x = uniform() * 4 - 2;
    return `${id},${x.toFixed(4)},${uniform() < 1 / (1 + Math.exp(-1.5 * x)) ? 1 : 0}`;
  });
  return ['id,x,y', ...lines].join('\n') + '\n';
}

/** Makes the repository on branch `main`, with one commit. */
export function createTinyRepository(): TinyRepository {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-run-'));
  const git = (...args: string[]): string => {
    const who = [
      '-c',
      'user.name=test',
      '-c',
      'user.email=test@example.com',
      '-c',
      'init.defaultBranch=main',
    ];
    const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
    return execFileSync('git', [...who, ...args], { cwd: folder, env, encoding: 'utf8' }).trim();
  };
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const commit = (message: string): string => {
    git('add', '-A');
    git('commit', '-qm', message);
    return git('rev-parse', 'HEAD');
  };
  git('init', '-q');
  write('.gitignore', '.slipway/\n');
  write('data.csv', rows());
  write('train.cjs', TRAIN);
  write('predict.cjs', PREDICT);
  write('params.json', '{"weight": 1.5}\n');
  write('slipway.yaml', CONFIG);
  commit('start');
  return {
    folder,
    write,
    commit,
    git,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
