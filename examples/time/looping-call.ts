/**
 * Calls a function every second until it has had enough, or fails.
 * Arguments: the seconds, 1 unless given; `fail`, to fail in the end.
 */
import { reactor } from "hawser";
import { LoopingCall } from "hawser/clock";

const interval = Number(process.argv[2] ?? 1);
const failInTheEnd = process.argv[3] === "fail";
const loopTimes = 3;
let loopCounter = 0;

function runEverySecond(): void {
  loopCounter++;
  if (loopCounter < loopTimes) {
    console.log("A new second has passed.");
    return;
  }
  if (failInTheEnd) throw new Error("Failure during loop execution.");
  loop.stop();
}

const loop = new LoopingCall(runEverySecond);
loop.clock = reactor;
loop
  .start(interval)
  .addCallback(() => console.log("Loop done."))
  .addErrback((failure) => console.log(failure.getBriefTraceback().trim()))
  .addBoth(() => reactor.stop());
await reactor.run();
