/** What there is without us: `spawn` and its events. The outputs are read, as any program does that asks for them. */
import { spawn } from "node:child_process";
import { work } from "./work.ts";

await work((ended) => {
  const child = spawn("/bin/true", [], { env: {} });
  child.stdout.on("data", unexpected);
  child.stderr.on("data", unexpected);
  child.on("close", (code) => {
    if (code !== 0) throw new Error(`/bin/true ended with ${code}`);
    ended();
  });
});

function unexpected(): never {
  throw new Error("/bin/true says nothing");
}
