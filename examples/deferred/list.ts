/** `DeferredList`: many Deferreds as one. */
import { Deferred, DeferredList, FirstError, gatherResults, succeed } from "hawser/deferred";

function show(outcomes: readonly (readonly [success: boolean, value: unknown])[]): void {
  console.log(outcomes.map(([success, value]) => (success ? value : "failed")));
}

console.log("An empty list fires at once:");
new DeferredList([]).addCallback(show);

console.log("The order is that of the list, whichever fires first:");
const [one, two] = [new Deferred<string>(), new Deferred<string>()];
new DeferredList([one, two]).addCallback(show);
two.callback("two");
console.log("(one is missing)");
one.callback("one");

console.log("A failure is an outcome like any other:");
const [good, bad] = [new Deferred<string>(), new Deferred<string>()];
new DeferredList([good, bad], { consumeErrors: true }).addCallback(show);
bad.errback(new Error("bad"));
good.callback("good");

console.log("The first result is enough:");
const mirrors = [new Deferred<string>(), new Deferred<string>()] as const;
new DeferredList(mirrors, { fireOnOneCallback: true }).addCallback(([poem, index]) =>
  console.log(`Mirror ${index} has it: ${poem}`),
);
mirrors[1].callback("Ozymandias");

console.log("The first failure is too much:");
const parts = [succeed("half a poem"), new Deferred<string>()] as const;
gatherResults(parts, { consumeErrors: true }).addErrback((failure) => {
  const { index, cause } = failure.trapValue(FirstError);
  console.log(`Part ${index} failed: ${(cause as Error).message}`);
});
parts[1].errback(new Error("torn"));

console.log("All results, each with its type:");
gatherResults([succeed(14), succeed("lines")]).addCallback(([count, what]) => console.log(count, what.toUpperCase()));
