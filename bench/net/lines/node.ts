/** The receiver of lines on `node:net` and `node:readline`. Argument: UNIT. */
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";

const UNIT = Number(process.argv[2]);

const server = createServer({ noDelay: true }, (socket) => {
  let lines = 0;
  createInterface({ input: socket }).on("line", () => {
    if (++lines % UNIT === 0) socket.write(".");
  });
  socket.on("error", () => {});
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
