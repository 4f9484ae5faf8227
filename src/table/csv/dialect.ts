import { CsvScanner } from './scan.ts';

const CANDIDATES = [',', ';', '\t', '|'] as const;
const SAMPLE_RECORDS = 200;

/** Number of fields of each of the first records with this delimiter. */
function fieldCounts(sample: Uint8Array, end: number, delimiter: number, complete: boolean): number[] {
  const counts: number[] = [];
  // A scanner that expects no fields reports every record as a problem, with the number of fields it found.
  const scanner = new CsvScanner({
    delimiter,
    fields: 0,
    capacity: 1,
    line: 1,
    trim: false,
    onProblem: (problem) => {
      if (problem.kind === 'fields' && counts.length < SAMPLE_RECORDS) counts.push(problem.found);
    },
  });
  scanner.scan(sample, 0, end, complete);
  return counts;
}

/**
 * The delimiter of a CSV file by its first bytes: of comma, semicolon, tab and bar the one that divides the most records
 * into as many fields as the first one, and of those the one with the most fields. A comma where none divides.
 * `sample[end]` must be a line feed; `complete` says that the sample is the whole file.
 */
export function sniffDelimiter(sample: Uint8Array, end: number, complete: boolean): number {
  let best = 44;
  let bestScore = 0;
  for (const candidate of CANDIDATES) {
    const counts = fieldCounts(sample, end, candidate.charCodeAt(0), complete);
    const fields = counts[0] ?? 1;
    if (fields < 2) continue;
    const alike = counts.filter((count) => count === fields).length / counts.length;
    // A few ragged rows must not hide the delimiter; the number of fields only decides between equals.
    const score = Math.round(alike * 20) + 1 - 1 / fields;
    if (score > bestScore) [best, bestScore] = [candidate.charCodeAt(0), score];
  }
  return best;
}
