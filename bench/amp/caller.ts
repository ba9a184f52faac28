/** Calls `Sum` in a process of its own, as many times at once as the argument says; prints how many answers a second came. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { reactor } from "hawser";
import { AMP } from "hawser/amp";
import { TCP4ClientEndpoint, connectProtocol } from "hawser/endpoint";
import type { TCPTransport } from "hawser/transport";
import { measureAsync } from "../lib/measure.ts";
import { Sum } from "./sum.ts";

const ABREAST = Number(process.argv[2]);
const CALLS = 2000;

class Caller extends AMP<TCPTransport> {
  override connectionMade(): void {
    this.transport.setTcpNoDelay(true);
  }
}

/** Calls that many times, with `ABREAST` under way. */
function callAll(caller: Caller): Promise<number> {
  return new Promise((resolve, reject) => {
    let made = 0;
    let answered = 0;
    const call = (): void => {
      const n = made++;
      caller.callRemote(Sum, { a: n, b: 1 }).addCallbacks(({ total }) => {
        if (total !== n + 1) reject(new Error(`${n} + 1 is ${total}`));
        answered++;
        if (made < CALLS) call();
        else if (answered === CALLS) resolve(CALLS);
      }, reject);
    };
    for (let n = 0; n < ABREAST; n++) call();
  });
}

const responder = spawn(process.execPath, [fileURLToPath(new URL("./responder.js", import.meta.url))], {
  stdio: ["pipe", "pipe", "inherit"],
});
reactor.callWhenRunning(async () => {
  const [line] = (await once(responder.stdout, "data")) as [Buffer];
  const endpoint = new TCP4ClientEndpoint(reactor, "127.0.0.1", Number(line.toString()));
  const caller = await connectProtocol(endpoint, new Caller());
  await measureAsync(() => callAll(caller));
  responder.stdin.end();
  reactor.stop();
});
await reactor.run();
