/** What is the least that listens and says so. */
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

const server = createServer((socket) => socket.pipe(socket));
server.listen(0, "127.0.0.1", () => console.log(`Listening on port ${(server.address() as AddressInfo).port}`));
