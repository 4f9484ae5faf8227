/** `core.summary`: https://github.com/actions/toolkit/tree/main/packages/core#job-summaries */
type Cell =
  | string
  | {
      readonly data: string;
      readonly header?: boolean;
      readonly colspan?: string;
      readonly rowspan?: string;
    };

/** Builds a summary piece by piece and writes it. */
export class Summary {
  #buffer = '';
  readonly #write: (markdown: string, overwrite: boolean) => void;

  constructor(write: (markdown: string, overwrite: boolean) => void) {
    this.#write = write;
  }

  write(options: { readonly overwrite?: boolean } = {}): Promise<this> {
    this.#write(this.#buffer, options.overwrite === true);
    return Promise.resolve(this.emptyBuffer());
  }

  clear(): Promise<this> {
    return this.emptyBuffer().write({ overwrite: true });
  }

  stringify(): string {
    return this.#buffer;
  }

  isEmptyBuffer(): boolean {
    return this.#buffer === '';
  }

  emptyBuffer(): this {
    this.#buffer = '';
    return this;
  }

  addRaw(text: string, eol = false): this {
    this.#buffer += text;
    return eol ? this.addEOL() : this;
  }

  addEOL(): this {
    return this.addRaw('\n');
  }

  addCodeBlock(code: string, lang?: string): this {
    return this.#element('pre', element('code', code), lang === undefined ? {} : { lang });
  }

  addList(items: readonly string[], ordered = false): this {
    return this.#element(ordered ? 'ol' : 'ul', items.map((item) => element('li', item)).join(''));
  }

  addTable(rows: readonly (readonly Cell[])[]): this {
    return this.#element('table', rows.map((row) => element('tr', row.map(cell).join(''))).join(''));
  }

  addDetails(label: string, content: string): this {
    return this.#element('details', element('summary', label) + content);
  }

  addImage(
    src: string,
    alt: string,
    options: { readonly width?: string; readonly height?: string } = {},
  ): this {
    return this.addRaw(element('img', null, { src, alt, ...options })).addEOL();
  }

  addHeading(text: string, level: number | string = 1): this {
    const wanted = `h${level}`;
    return this.#element(/^h[1-6]$/.test(wanted) ? wanted : 'h1', text);
  }

  addSeparator(): this {
    return this.addRaw(element('hr', null)).addEOL();
  }

  addBreak(): this {
    return this.addRaw(element('br', null)).addEOL();
  }

  addQuote(text: string, cite?: string): this {
    return this.#element('blockquote', text, cite === undefined ? {} : { cite });
  }

  addLink(text: string, href: string): this {
    return this.#element('a', text, { href });
  }

  #element(tag: string, content: string, attributes: Readonly<Record<string, string>> = {}): this {
    return this.addRaw(element(tag, content, attributes)).addEOL();
  }
}

function element(
  tag: string,
  content: string | null,
  attributes: Readonly<Record<string, string>> = {},
): string {
  const list = Object.entries(attributes).map(([name, value]) => ` ${name}="${value}"`);
  return content === null ? `<${tag}${list.join('')}>` : `<${tag}${list.join('')}>${content}</${tag}>`;
}

function cell(content: Cell): string {
  if (typeof content === 'string') return element('td', content);
  const { header, data, colspan, rowspan } = content;
  const attributes = {
    ...(colspan === undefined ? {} : { colspan }),
    ...(rowspan === undefined ? {} : { rowspan }),
  };
  return element(header === true ? 'th' : 'td', data, attributes);
}
