/**
 * A chain with several ways through it: a poem is turned into lower case by an engine that may fail in two ways. One of them is mended,
 * the other spoils the poem.
 */
import { Deferred } from "hawser/deferred";

class GibberishError extends Error {}

type Engine = (poem: string) => string;

const engines: Record<string, Engine> = {
  works: (poem) => poem.toLowerCase(),
  "makes gibberish": () => {
    throw new GibberishError("I have no idea what I just read");
  },
  breaks: () => {
    throw new RangeError("A bug in the engine");
  },
};

for (const [name, cummingsify] of Object.entries(engines)) {
  const original = "They Said That It Could Not Be Done";
  const d = new Deferred<string>();
  d.addCallback(cummingsify)
    .addErrback((failure) => {
      failure.trap(GibberishError);
      console.log("  Gibberish: the poem stays as it was");
      return original;
    })
    .addCallbacks(
      (poem) => console.log(`  ${poem}`),
      (failure) => console.log(`  The poem is spoiled: ${failure.getErrorMessage()}`),
    )
    .addBoth(() => console.log("  Done"));
  console.log(`The engine ${name}:`);
  d.callback(original);
}
