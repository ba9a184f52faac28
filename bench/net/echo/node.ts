/** The echo server on `node:net`. */
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

const server = createServer({ noDelay: true }, (socket) => {
  socket.on("data", (data) => socket.write(data));
  socket.on("error", () => {});
});
server.listen({ port: 0, host: "127.0.0.1", backlog: 8192 }, () => console.log((server.address() as AddressInfo).port));
