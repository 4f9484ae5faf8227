/**
 * Filter patterns of branches, tags and paths.
 * Source: https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
 */

/** A compiled pattern; `negative` ones start with `!`. */
interface FilterPattern {
  readonly negative: boolean;
  readonly expression: RegExp;
}

const NOTHING = /(?!)/;
const compiled = new Map<string, FilterPattern>();

/**
 * Does a name pass a list of patterns? They are tried in order and the last one that matches decides,
 * so that `!` takes back what an earlier pattern gave and a later pattern may give it again.
 */
export function passes(name: string, patterns: readonly string[]): boolean {
  let passed = false;
  for (const text of patterns) {
    const pattern = compile(text);
    if (pattern.expression.test(name)) passed = !pattern.negative;
  }
  return passed;
}

/** Is a text a pattern? `?` and `+` need a character before them, brackets hold letters, digits and ranges of them. */
export function isPattern(text: string): boolean {
  return translate(text.startsWith('!') ? text.slice(1) : text) !== undefined;
}

function compile(text: string): FilterPattern {
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const negative = text.startsWith('!');
  const source = translate(negative ? text.slice(1) : text);
  const pattern = {
    negative,
    expression: source === undefined ? NOTHING : new RegExp(`^(?:${source})$`, 's'),
  };
  // Patterns come from repositories' files: bound what is remembered.
  if (compiled.size > 10_000) compiled.clear();
  compiled.set(text, pattern);
  return pattern;
}

/** One element of a pattern at `at`: its regular expression, its length, and whether `?` or `+` may follow. */
interface Element {
  readonly source: string;
  readonly length: number;
  readonly repeatable: boolean;
}

function translate(text: string): string | undefined {
  let source = '';
  let repeatable = false;
  for (let at = 0; at < text.length;) {
    const char = text[at]!;
    if (char === '?' || char === '+') {
      if (!repeatable) return undefined;
      source += char;
      repeatable = false;
      at += 1;
      continue;
    }
    const element = elementAt(text, at);
    if (element === undefined) return undefined;
    source += element.source;
    repeatable = element.repeatable;
    at += element.length;
  }
  return source;
}

function elementAt(text: string, at: number): Element | undefined {
  const char = text[at]!;
  if (char === '*') return starsAt(text, at);
  if (char === '[') return bracketAt(text, at);
  if (char === '\\' && at + 1 < text.length)
    return { source: escape(text[at + 1]!), length: 2, repeatable: true };
  return { source: escape(char), length: 1, repeatable: true };
}

function starsAt(text: string, at: number): Element {
  let length = 1;
  while (text[at + length] === '*') length++;
  if (length === 1) return { source: '[^/]*', length, repeatable: false };
  // As a whole path segment `**` also stands for no directory at all: `**/README.md` is README.md too.
  const segment = (at === 0 || text[at - 1] === '/') && text[at + length] === '/';
  return segment
    ? { source: '(?:.*/)?', length: length + 1, repeatable: false }
    : { source: '.*', length, repeatable: false };
}

function bracketAt(text: string, at: number): Element | undefined {
  const match = /^\[((?:[a-z]-[a-z]|[A-Z]-[A-Z]|[0-9]-[0-9]|[A-Za-z0-9._-])+)\]/.exec(text.slice(at));
  if (match === null) return undefined;
  const ranges = [...match[1]!.matchAll(/([A-Za-z0-9])-([A-Za-z0-9])/g)];
  if (ranges.some(([, from, to]) => from! > to!)) return undefined;
  const set = match[1]!.replaceAll(/([A-Za-z0-9])-([A-Za-z0-9])|([._-])/g, (whole, from?: string) =>
    from === undefined ? `\\${whole}` : whole,
  );
  return { source: `[${set}]`, length: match[0].length, repeatable: true };
}

function escape(char: string): string {
  return char.replace(/[.*+?^${}()|[\]\\/-]/, '\\$&');
}
