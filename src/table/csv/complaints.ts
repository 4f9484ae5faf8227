import { InputError } from '../../contracts/errors.ts';
import type { Problem } from '../../contracts/errors.ts';
import type { ScanProblem } from './scan.ts';

/** Problems named one by one before the rest is only counted. */
const MOST = 20;

/** A problem on a line of a file. */
export function problemAt(
  code: Problem['code'],
  name: string,
  line: number,
  what: string,
  hint?: string,
): Problem {
  return {
    code,
    message: `${name}, line ${line}: ${what}`,
    file: name,
    line,
    ...(hint === undefined ? {} : { hint }),
  };
}

/** Collects what is wrong with a file: the first of each kind by name, the rest by number. */
export class Complaints {
  readonly problems: Problem[] = [];
  count = 0;
  rowNames = 0;
  private open = false;
  private readonly name: string;
  fields = 0;
  /** Where the expected number of fields comes from. */
  like = 'the header';

  constructor(name: string) {
    this.name = name;
  }

  add(found: ScanProblem, record: () => string): void {
    // The scanner comes back to an open quote once more when the rows before it are done.
    if (found.kind === 'unterminated' && this.open) return;
    this.open ||= found.kind === 'unterminated';
    this.count++;
    if (found.kind === 'fields' && found.found === this.fields + 1) this.rowNames++;
    if (this.problems.length >= MOST) return;
    const excerpt = record();
    this.problems.push({ ...this.describe(found), excerpt });
  }

  private describe(found: ScanProblem): Problem {
    const quotes = 'Quote cells that hold the delimiter or line ends, and double the quotes within ("").';
    switch (found.kind) {
      case 'fields': {
        const what = `${found.found} ${found.found === 1 ? 'field' : 'fields'}, expected ${this.fields} as in ${this.like}`;
        return problemAt('RAGGED_ROW', this.name, found.line, what, quotes);
      }
      case 'after-quote':
        return problemAt(
          'FORMAT_BROKEN',
          this.name,
          found.line,
          `text after the closing quote of field ${found.found}`,
          quotes,
        );
      case 'unterminated':
        return problemAt(
          'FORMAT_BROKEN',
          this.name,
          found.line,
          `a quote opened in field ${found.found} is never closed: the file is cut off or a quote is stray`,
          quotes,
        );
    }
  }

  throwIfAny(rows: number): void {
    if (this.count === 0) return;
    if (rows === 0 && this.rowNames === this.count) {
      const hint = 'R’s write.table does this: write with col.names = NA or row.names = FALSE.';
      throw new InputError(
        problemAt(
          'RAGGED_ROW',
          this.name,
          1,
          `every row has one field more than the header (row names without a header?)`,
          hint,
        ),
      );
    }
    const rest = this.count - this.problems.length;
    const more: Problem[] =
      rest > 0
        ? [
            {
              code: this.problems[0]!.code,
              message: `${this.name}: and ${rest} more rows like these`,
              file: this.name,
            },
          ]
        : [];
    throw new InputError([...this.problems, ...more]);
  }
}
