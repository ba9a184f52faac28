/** Calls a function later and goes on with what it answers. Argument: the seconds, 3.5 unless given. */
import { reactor } from "hawser";
import { deferLater } from "hawser/clock";

const delay = Number(process.argv[2] ?? 3.5);

function f(s: string): string {
  return `This will run ${delay} seconds after it was scheduled: ${s}`;
}

deferLater(reactor, delay, f, "hello, world")
  .addCallback((result) => console.log(result))
  .addBoth(() => reactor.stop());
await reactor.run();
