/**
 * The load on an echo server: clients that each keep some datagrams on the way. Arguments: the server's port, and the length of the
 * datagrams. It runs until it is killed.
 */
import { createSocket } from "node:dgram";

const CLIENTS = 10;
/** How many datagrams a client keeps on the way; together they fit into a socket's buffer. */
const WINDOW = 8;
/** When so long nothing came back, datagrams were lost: the client starts anew. */
const PATIENCE_MS = 200;

const port = Number(process.argv[2]);
const datagram = Buffer.alloc(Number(process.argv[3]), "x");

for (let i = 0; i < CLIENTS; i++) startClient();

function startClient(): void {
  const socket = createSocket("udp4");
  let received = 0;
  let before = -1;
  const fill = (): void => {
    if (received === before) for (let n = 0; n < WINDOW; n++) socket.send(datagram);
    before = received;
  };
  socket.on("message", () => {
    received++;
    socket.send(datagram);
  });
  socket.connect(port, "127.0.0.1", () => {
    for (let n = 0; n < WINDOW; n++) socket.send(datagram);
    setInterval(fill, PATIENCE_MS);
  });
}
