/** Callbacks that return Deferreds: the outer chain pauses until the inner one has a result. */
import { inspect } from "node:util";
import { Deferred, maybeDeferred, succeed } from "hawser/deferred";

// 1. The inner Deferred is pending.
const inner = new Deferred<string>();
const outer = new Deferred<string>();
outer
  .addCallback((text) => {
    console.log("First callback got:", text);
    return inner;
  })
  .addCallback((text) => console.log("Second callback got:", text));
outer.callback("the outer result");
console.log("The chain is waiting:", inspect(outer));
inner.callback("the inner result");
console.log("The chain is done:", inspect(outer));

// 2. The inner Deferred has its result already, so nothing has to wait.
succeed("one")
  .addCallback((text) => succeed(`${text}, two`))
  .addCallback((text) => console.log("At once:", text));

// 3. A proxy that has the poem, or has to fetch it first: its callers need not know.
class PoetryProxy {
  #cached: string | undefined;
  readonly #fetch: () => Deferred<string>;

  constructor(fetch: () => Deferred<string>) {
    this.#fetch = fetch;
  }

  getPoem(): string | Deferred<string> {
    if (this.#cached !== undefined) return this.#cached;
    return this.#fetch().addCallback((poem) => (this.#cached = poem));
  }
}

const server = new Deferred<string>();
const proxy = new PoetryProxy(() => server);
const serve = (client: string): void => {
  maybeDeferred(() => proxy.getPoem()).addCallback((poem) => console.log(`${client} gets: ${poem}`));
};
serve("The first client");
console.log("The poem is on its way");
server.callback("Tyger Tyger, burning bright");
serve("The second client");
