/** Receives lines as bytes, and answers a byte for each UNIT of them. Argument: UNIT. The environment says on which reactor. */
import { LineReceiver } from "hawser/protocol";
import { serve } from "./serve.ts";

const UNIT = Number(process.argv[2]);

class Counter extends LineReceiver {
  override delimiter = "\n";
  #lines = 0;

  override lineReceived(_line: Buffer): void {
    if (++this.#lines % UNIT === 0) this.transport.write(".");
  }
}

await serve(Counter);
