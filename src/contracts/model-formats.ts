/** What a file of a version can be. Formats are told by content, see `identify` in src/formats. */

/** Models that hold data only: reading one runs nothing of its author's. Registered unless the config says otherwise. */
export const MODEL_FORMATS = [
  'onnx',
  'safetensors',
  'xgboost-json',
  'lightgbm-text',
  'catboost-json',
] as const;

/** Tables and texts that lie beside a model (tokenizers, thresholds, samples); always registered. */
export const SIDECAR_FORMATS = ['parquet', 'arrow', 'csv', 'json', 'yaml', 'markdown', 'text'] as const;

/** Refused unless the config names them, and why: to load one is to trust its author. */
export const RISKY_FORMATS = {
  pickle: 'loading a pickle runs whatever code its author wrote into it',
  joblib: 'joblib files are pickles: loading one runs whatever code its author wrote into it',
  torch: 'PyTorch checkpoints are pickles: loading one runs whatever code its author wrote into it',
  keras: 'Keras archives may hold layers of Python code, which run when the model is loaded',
  hdf5: 'HDF5 models may hold layers of Python code, which run when the model is loaded',
  numpy: 'NumPy files may hold pickled objects, which run code when they are loaded',
  rds: 'R’s own serialization may hold code that runs when the file is loaded',
  'xgboost-ubj': 'XGBoost’s loader follows lengths in this binary format without checking all of them',
  'catboost-cbm': 'CatBoost’s loader follows offsets in this binary format without checking all of them',
  gguf: 'GGUF files carry a chat template, a program that several runtimes have run unconfined',
  archive: 'an archive may hold pickles or programs, and archives are not opened',
  compressed: 'compressed files may hold a pickle, and they are not unpacked',
  code: 'it is source code or makes its reader run code',
  executable: 'it is machine code',
  unknown: 'what cannot be recognised cannot be called harmless',
} as const;

export type RiskyFormat = keyof typeof RISKY_FORMATS;
export type ModelFormat = (typeof MODEL_FORMATS)[number] | RiskyFormat;
export type FileFormat = ModelFormat | (typeof SIDECAR_FORMATS)[number];

/** All words that `registry.formats` knows. */
export const REGISTRABLE_FORMATS: readonly [ModelFormat, ...ModelFormat[]] = [
  ...MODEL_FORMATS,
  ...(Object.keys(RISKY_FORMATS) as RiskyFormat[]),
];
