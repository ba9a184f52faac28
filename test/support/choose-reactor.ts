/** A program that chooses its reactor as its argument says, uses it, and prints which it is. */
import { installReactor, reactor } from "../../src/reactor/global-reactor.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import { SocketReactor } from "../../src/reactor/socket-reactor.ts";

class OwnReactor extends NodeReactor {
  override readonly kind: string = "own";
}

const choice = process.argv[2] ?? "";
if (choice === "own") installReactor(new OwnReactor());
else if (choice === "late") assertUsed();
else if (choice !== "") installReactor(choice);

function assertUsed(): void {
  reactor.seconds();
  installReactor("node");
}

// Methods are the same each time, and can be handed over without their object.
const methods = reactor as unknown as Readonly<Record<"stop" | "callWhenRunning", (...args: unknown[]) => void>>;
const stop = methods["stop"];
if (stop !== methods["stop"]) throw new Error("A method changed");
methods["callWhenRunning"](stop);
await reactor.run();
console.log(reactor.kind, "run" in reactor && reactor instanceof SocketReactor ? "Reactor" : "?");
