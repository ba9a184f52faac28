/** The same on `node:dgram`. */
import { createSocket } from "node:dgram";

const socket = createSocket("udp4");
socket.on("message", (datagram, { port, address }) => socket.send(datagram, port, address));
socket.bind(0, "127.0.0.1", () => console.log(socket.address().port));
