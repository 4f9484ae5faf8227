import { isFlatName } from '../external-data.ts';
import { unreadable } from '../unreadable.ts';
import { onBytes, onIntegers, onText, skipField, visitFields } from './fields.ts';

/** A ZipMap node that turns the tensor `input` into the sequence of maps `output`. */
export interface ZipMap {
  readonly input: string;
  readonly output: string;
  readonly labels: readonly string[];
}

/** What is read of an ONNX file before any runtime sees it. */
export interface OnnxFile {
  /** ZipMap nodes whose output is an output of the model and feeds no other node. */
  readonly zipMaps: readonly ZipMap[];
  /** Class labels that the model's own classifier nodes carry, one list each, in the order of their score columns. */
  readonly classLabels: readonly (readonly string[])[];
  /** Files beside the model that hold its weights: flat names, checked. */
  readonly external: readonly string[];
}

/** Subgraphs (Loop, If, Scan) nested deeper than any exporter writes them are refused: recursion stays bounded. */
const MAX_DEPTH = 32;
const MAX_EXTERNAL_FILES = 1000;
/** Nodes and tensors; ten times the largest models. */
const MAX_PARTS = 1_000_000;

/**
 * Reads the few fields of an ONNX `ModelProto` (onnx.proto, IR version 3 and later) that must be known before a
 * runtime may load the file: its ZipMap nodes, its class labels, and every mention of external data, wherever tensors
 * may stand (initializers, sparse initializers, attributes, subgraphs, functions, training information). Time is
 * linear in the file's size, memory stays far below it, nesting is bounded.
 *
 * Throws InputError MODEL_UNREADABLE, naming the file and the reason: truncated, not ONNX, no graph, or external data
 * whose location is not a flat file name (`..`, folders, absolute and UNC paths, NUL).
 */
export function readOnnxFile(bytes: Uint8Array, file: string): OnnxFile {
  const found = new Findings();
  try {
    readModel(bytes, found);
  } catch (error) {
    throw unreadable(
      file,
      `it is truncated or no ONNX file (${error instanceof Error ? error.message : 'unknown'})`,
    );
  }
  if (found.graphs === 0 || !found.irVersion) throw unreadable(file, 'it holds no ONNX graph');
  if (found.graphs > 1) throw unreadable(file, `it holds ${found.graphs} graphs, expected one`);
  const hostile = [...found.external].filter((name) => !isFlatName(name));
  if (hostile.length > 0) {
    const named = hostile.slice(0, 3).map((name) => JSON.stringify(name.slice(0, 200)));
    throw unreadable(
      file,
      `its external data points to ${named.join(', ')}; only plain file names beside the model are read`,
      'Save the model with its weights inside, or with external data in the same folder.',
    );
  }
  return {
    zipMaps: found.zipMaps.filter((zip) => found.outputs.has(zip.output) && !found.consumed.has(zip.output)),
    classLabels: found.classLabels,
    external: [...found.external],
  };
}

class Findings {
  irVersion = false;
  graphs = 0;
  parts = 0;
  readonly zipMaps: ZipMap[] = [];
  readonly classLabels: string[][] = [];
  readonly outputs = new Set<string>();
  readonly consumed = new Set<string>();
  readonly external = new Set<string>();

  /** Counts a node or tensor: millions of empty ones would take minutes. */
  countPart(): void {
    this.parts += 1;
    if (this.parts > MAX_PARTS) throw new RangeError(`more than ${MAX_PARTS} nodes and tensors`);
  }
}

function readModel(bytes: Uint8Array, found: Findings): void {
  visitFields(bytes, {
    1: (reader, wire) => {
      found.irVersion = true;
      skipField(reader, wire);
    },
    7: onBytes((graph) => {
      found.graphs += 1;
      readGraph(graph, found, 0);
    }),
    20: onBytes((training) =>
      visitFields(training, {
        1: onBytes((graph) => readGraph(graph, found, 1)),
        2: onBytes((graph) => readGraph(graph, found, 1)),
      }),
    ),
    25: onBytes((body) =>
      visitFields(body, {
        7: onBytes((node) => readNode(node, found, 1)),
        11: onBytes((attribute) => readAttribute(attribute, found, 1)),
      }),
    ),
  });
}

function readGraph(bytes: Uint8Array, found: Findings, depth: number): void {
  if (depth > MAX_DEPTH) throw new RangeError(`subgraphs are nested deeper than ${MAX_DEPTH}`);
  visitFields(bytes, {
    1: onBytes((node) => readNode(node, found, depth)),
    5: onBytes((tensor) => readTensor(tensor, found)),
    12: onBytes((output) => {
      if (depth === 0) visitFields(output, { 1: onText((name) => found.outputs.add(name)) });
    }),
    15: onBytes((sparse) => readSparseTensor(sparse, found)),
  });
}

interface NodeHead {
  type: string;
  domain: string;
  readonly inputs: string[];
  readonly outputs: string[];
}

/** Names, operator and domain of a `NodeProto`. */
export function readNodeHead(bytes: Uint8Array): NodeHead {
  const head: NodeHead = { type: '', domain: '', inputs: [], outputs: [] };
  visitFields(bytes, {
    1: onText((name) => head.inputs.push(name)),
    2: onText((name) => head.outputs.push(name)),
    4: onText((type) => (head.type = type)),
    7: onText((domain) => (head.domain = domain)),
  });
  return head;
}

/** True for the operator that onnxruntime-node cannot read the output of (ai.onnx.ml, ZipMap). */
export function isZipMap(head: NodeHead): boolean {
  return head.type === 'ZipMap' && head.domain === 'ai.onnx.ml';
}

function readNode(bytes: Uint8Array, found: Findings, depth: number): void {
  found.countPart();
  const head = readNodeHead(bytes);
  const labels: string[] = [];
  visitFields(bytes, {
    5: onBytes((attribute) => labels.push(...readAttribute(attribute, found, depth))),
  });
  // Inputs of nodes inside subgraphs may refer to names of the outer graph.
  for (const name of head.inputs) found.consumed.add(name);
  if (head.domain !== 'ai.onnx.ml' || labels.length === 0 || depth > 0) return;
  const [input, output] = [head.inputs[0], head.outputs[0]];
  if (isZipMap(head) && input !== undefined && output !== undefined)
    found.zipMaps.push({ input, output, labels });
  if (head.type.endsWith('Classifier')) found.classLabels.push(labels);
}

/** Follows tensors and subgraphs; returns the class labels where the attribute holds them, else nothing. */
function readAttribute(bytes: Uint8Array, found: Findings, depth: number): readonly string[] {
  let name = '';
  const subgraph = onBytes((graph) => readGraph(graph, found, depth + 1));
  const tensor = onBytes((value) => readTensor(value, found));
  const sparse = onBytes((value) => readSparseTensor(value, found));
  visitFields(bytes, {
    1: onText((text) => (name = text)),
    5: tensor,
    6: subgraph,
    10: tensor,
    11: subgraph,
    22: sparse,
    23: sparse,
  });
  if (!name.startsWith('classlabels')) return [];
  const labels: string[] = [];
  visitFields(bytes, {
    8: onIntegers((label) => labels.push(label)),
    9: onText((label) => labels.push(label)),
  });
  return labels;
}

function readSparseTensor(bytes: Uint8Array, found: Findings): void {
  const tensor = onBytes((value) => readTensor(value, found));
  visitFields(bytes, { 1: tensor, 2: tensor });
}

/** External data counts as such even where `data_location` does not say so: runtimes have differed on it. */
function readTensor(bytes: Uint8Array, found: Findings): void {
  found.countPart();
  visitFields(bytes, {
    13: onBytes((entry) => {
      let [key, value] = ['', ''];
      visitFields(entry, { 1: onText((text) => (key = text)), 2: onText((text) => (value = text)) });
      if (key !== 'location') return;
      found.external.add(value);
      if (found.external.size > MAX_EXTERNAL_FILES)
        throw new RangeError(`more than ${MAX_EXTERNAL_FILES} external data files`);
    }),
  });
}
