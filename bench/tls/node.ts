/** The same on `node:tls`. Arguments: the files of the certificate and of its key, UNIT (0 sends back). */
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:tls";

const [certificate = "", key = "", unit = "0"] = process.argv.slice(2);
const UNIT = Number(unit);

const options = { cert: readFileSync(certificate), key: readFileSync(key), noDelay: true };
const server = createServer(options, (socket) => {
  let received = 0;
  socket.on("data", (data) => {
    if (UNIT === 0) {
      socket.write(data);
      return;
    }
    received += data.length;
    for (; received >= UNIT; received -= UNIT) socket.write(".");
  });
  socket.on("error", () => {});
});
server.on("tlsClientError", () => {});
server.listen({ port: 0, host: "127.0.0.1", backlog: 8192 }, () => console.log((server.address() as AddressInfo).port));
