/** Runs programs to their end, and prints what they wrote and how they ended. A program that is missing is an error like any other. */
import { reactor } from "hawser";
import {
  ProcessNotStarted,
  ProcessSignalled,
  getProcessOutput,
  getProcessOutputAndValue,
  getProcessValue,
} from "hawser/process";

async function main(): Promise<void> {
  const greeting = await getProcessOutput("echo", ["hello from a child"], { reactor });
  console.log(greeting.toString().trimEnd());

  const value = await getProcessValue("sh", ["-c", "exit 7"], { reactor });
  console.log(`sh ended with ${value}`);

  const [out, err, code] = await getProcessOutputAndValue("sh", ["-c", "tr a-z A-Z; echo done >&2"], {
    reactor,
    // Twisted and we give a child no environment of our own accord.
    env: { LC_ALL: "C" },
    stdinBytes: "louder",
  });
  console.log(`${out.toString()}, ${err.toString().trimEnd()}, ${code}`);

  await getProcessOutputAndValue("sh", ["-c", "kill -TERM $$"], { reactor }).addErrback((failure) => {
    console.log(failure.trapValue(ProcessSignalled).message);
  });

  await getProcessOutput("no-such-program", [], { reactor }).addErrback((failure) => {
    console.log(failure.trapValue(ProcessNotStarted).message);
  });

  await getProcessOutput("sleep", ["1000"], { reactor })
    .addTimeout(0.05, reactor)
    .addErrback(() => {
      console.log("sleep took too long, and was killed");
    });
}

reactor.callWhenRunning(async () => {
  await main();
  reactor.stop();
});
await reactor.run();
