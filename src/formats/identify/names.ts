import type { FileFormat } from '../../contracts/model-formats.ts';

/** Extensions by what a file with such a name is loaded as. */
const EXTENSIONS: Readonly<Partial<Record<FileFormat, string>>> = {
  onnx: 'onnx',
  safetensors: 'safetensors',
  'xgboost-ubj': 'ubj',
  parquet: 'parquet pq',
  arrow: 'arrow arrows feather ipc',
  csv: 'csv tsv',
  json: 'json jsonl ndjson ipynb',
  yaml: 'yaml yml',
  markdown: 'md markdown',
  text: 'txt',
  pickle: 'pkl pickle pck pcl dill cloudpickle',
  joblib: 'joblib',
  torch: 'pt pth ckpt pt2 ptl',
  keras: 'keras',
  hdf5: 'h5 hdf5 he5',
  numpy: 'npy npz',
  rds: 'rds rda rdata',
  'catboost-cbm': 'cbm',
  gguf: 'gguf ggml',
  archive: 'zip tar tgz 7z rar skops whl egg mar',
  compressed: 'gz bz2 xz lzma zst lz4 z',
  code: 'py pyc pyo sh bash bat cmd ps1 js mjs cjs rb pl r jl lua php class jar',
  executable: 'so dll dylib exe pyd o a wasm node',
};

const FORMATS: ReadonlyMap<string, FileFormat> = new Map(
  Object.entries(EXTENSIONS).flatMap(([format, extensions]) =>
    extensions.split(' ').map((extension) => [extension, format as FileFormat] as const),
  ),
);

/** What a file is loaded as by its name alone; null where the name does not say. */
export function formatOfName(name: string): FileFormat | null {
  const extension = /\.([a-z0-9]+)[\s.]*$/i.exec(name)?.[1];
  return extension === undefined ? null : (FORMATS.get(extension.toLowerCase()) ?? null);
}
