/** The source on `node:net`. Argument: UNIT. */
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

const UNIT = Number(process.argv[2]);
const CHUNK = Buffer.alloc(64 * 1024, "x");

const server = createServer({ noDelay: true }, (socket) => {
  let owed = 0;
  const send = (): void => {
    while (owed > 0 && !socket.writableNeedDrain) {
      const chunk = owed < CHUNK.length ? CHUNK.subarray(0, owed) : CHUNK;
      owed -= chunk.length;
      socket.write(chunk);
    }
  };
  socket.on("data", (data) => {
    owed += data.length * UNIT;
    send();
  });
  socket.on("drain", send);
  socket.on("error", () => {});
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
