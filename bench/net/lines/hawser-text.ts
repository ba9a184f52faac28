/** Receives lines as text, as `node:readline` does, and answers a byte for each UNIT of them. Argument: UNIT. The environment says on which reactor. */
import { TextLineReceiver } from "hawser/protocol";
import { serve } from "./serve.ts";

const UNIT = Number(process.argv[2]);

class Counter extends TextLineReceiver {
  override delimiter = "\n";
  #lines = 0;

  override lineReceived(_line: string): void {
    if (++this.#lines % UNIT === 0) this.transport.write(".");
  }
}

await serve(Counter);
