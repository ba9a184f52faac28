/** The command line of the poetry clients: `[host:]port ...`. */
export interface PoetryAddress {
  readonly host: string;
  readonly port: number;
}

export function parseAddresses(usage: string): PoetryAddress[] {
  const texts = process.argv.slice(2);
  if (texts.length === 0) {
    console.log(usage);
    process.exit(2);
  }
  return texts.map((text) => {
    const colon = text.lastIndexOf(":");
    const port = text.slice(colon + 1);
    if (!/^\d+$/.test(port)) {
      console.error(`Cannot fetch a poem from "${text}": expected [host:]port, with a number as port`);
      process.exit(2);
    }
    return { host: colon < 0 ? "127.0.0.1" : text.slice(0, colon), port: Number(port) };
  });
}
