/** The last line of a terminal, which changes while other lines are written above it. */
import type { Output } from "./terminal.ts";

/** To the beginning of the line, and away with what is there. */
const CLEAR = "\r\x1b[K";

export class LiveLine implements Output {
  readonly isTTY = true;
  readonly #output: Output;
  #text = "";

  constructor(output: Output) {
    this.#output = output;
  }

  get columns(): number | undefined {
    return this.#output.columns;
  }

  /** Writes whole lines above the line that changes. */
  write(text: string): void {
    this.#output.write(this.#text === "" ? text : `${CLEAR}${text}${this.#text}`);
  }

  /** Puts `text` in place of what the line has said. */
  show(text: string): void {
    // What does not fit would go on in a second line, which nothing clears. Some terminals do not say how wide they are, or 0.
    const { columns = 0 } = this;
    this.#text = columns > 1 ? text.slice(0, columns - 1) : text;
    this.#output.write(`${CLEAR}${this.#text}`);
  }

  /** Leaves the line as it is: what is written from now on begins on a fresh one. */
  end(): void {
    if (this.#text !== "") this.#output.write("\n");
    this.#text = "";
  }
}
