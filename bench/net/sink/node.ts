/** The sink on `node:net`. Argument: UNIT. */
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

const UNIT = Number(process.argv[2]);

const server = createServer({ noDelay: true }, (socket) => {
  let received = 0;
  socket.on("data", (data) => {
    received += data.length;
    for (; received >= UNIT; received -= UNIT) socket.write(".");
  });
  socket.on("error", () => {});
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
