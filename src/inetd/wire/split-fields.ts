/**
 * The fields of a line: words with blanks between them, and a comment at the end.
 *
 * Quotes keep blanks, as a shell has it: between `'` everything stands for itself, between `"` all but `\"` and `\\`. A word may have both, and
 * parts without. A `#` begins a comment where a word could begin.
 */

const BLANK = /[ \t\v\f\r]/;

/** The fields of `line`; a string says what is wrong with it. */
export function splitFields(line: string): readonly string[] | string {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    while (at < line.length && BLANK.test(line[at]!)) at++;
    if (at === line.length || line[at] === "#") return fields;
    let field = "";
    while (at < line.length && !BLANK.test(line[at]!)) {
      const start = at;
      const quote = line[at]!;
      if (quote !== "'" && quote !== '"') {
        field += quote;
        at++;
        continue;
      }
      for (at++; at < line.length && line[at] !== quote; at++) {
        if (quote === '"' && line[at] === "\\" && /["\\]/.test(line[at + 1] ?? "")) at++;
        field += line[at];
      }
      if (at === line.length) return `the quote at column ${start + 1} has no end, expected another ${quote}`;
      at++;
    }
    fields.push(field);
  }
}
