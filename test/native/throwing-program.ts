/** The callback of a core throws; the process hears of each error. */
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { loadNativeCore } from "../../src/reactor/epoll/native-core.ts";

const native = loadNativeCore()!;
let turns = 0;
const server = createServer((socket) => socket.destroy());
const core = native.open(
  () => {
    throw new Error(`${++turns}`);
  },
  new Int32Array(4096),
  new Int32Array(4),
  new Uint8Array(1),
  new Uint8Array(70_000),
);
process.on("uncaughtException", (error) => {
  console.log(`caught ${error.message}`);
  if (turns === 1) dial();
  else {
    native.close(core);
    server.close();
  }
});

function dial(): void {
  native.connect(core, "127.0.0.1", (server.address() as AddressInfo).port, "", 0);
}

server.listen(0, "127.0.0.1", dial);
