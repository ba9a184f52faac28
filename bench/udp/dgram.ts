/** The echo server on `node:dgram`. Argument: the length of the datagrams. */
import { createSocket } from "node:dgram";
import { measureEcho } from "./measure-echo.ts";

let echoed = 0;

const socket = createSocket("udp4");
socket.on("message", (datagram, { port, address }) => {
  echoed++;
  socket.send(datagram, port, address);
});
socket.bind(0, "127.0.0.1", () => measureEcho(socket.address().port, () => echoed));
