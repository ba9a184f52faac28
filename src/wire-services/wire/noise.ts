/** What Chargen (RFC 864) sends: any characters will do; these are Twisted's. */

const ROUND: string = `${charactersFrom("@", "~")}${charactersFrom(" ", "&")}?`;

/** At least `length` bytes of noise, in whole rounds, so that pieces go together without a seam. */
export function noise(length: number): Buffer {
  return Buffer.from(ROUND.repeat(Math.ceil(length / ROUND.length)));
}

function charactersFrom(first: string, last: string): string {
  let characters = "";
  for (let code = first.charCodeAt(0); code <= last.charCodeAt(0); code++) characters += String.fromCharCode(code);
  return characters;
}
