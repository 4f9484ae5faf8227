/**
 * Is a time within a period as searches write it: `>=2026-01-02`, `2026-01-01..2026-01-31`, `*..2026-01-02T03:04:05Z`,
 * or one day? https://docs.github.com/search-github/getting-started-with-searching-on-github/understanding-the-search-syntax#query-for-dates
 */
export function inPeriod(time: string, period: string): boolean {
  const at = Date.parse(time);
  const [, from, to] = /^(.*)\.\.(.*)$/.exec(period) ?? [];
  if (from !== undefined && to !== undefined) {
    return (from === '*' || at >= begin(from)) && (to === '*' || at < end(to));
  }
  const [, operator = '', date = ''] = /^([<>]=?)?(.*)$/.exec(period) ?? [];
  switch (operator) {
    case '>':
      return at >= end(date);
    case '>=':
      return at >= begin(date);
    case '<':
      return at < begin(date);
    case '<=':
      return at < end(date);
    default:
      return at >= begin(date) && at < end(date);
  }
}

function begin(date: string): number {
  return Date.parse(date);
}

/** End of a day, or of a second: exclusive. */
function end(date: string): number {
  return Date.parse(date) + (date.includes('T') ? 1_000 : 86_400_000);
}
