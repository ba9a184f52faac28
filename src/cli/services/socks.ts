/** The service `socks`. */
import { readFile } from "node:fs/promises";
import { CommandError } from "../errors.ts";
import { ExitCode } from "../exit-code.ts";
import { defineService } from "../service-maker.ts";
import type { ServiceMaker } from "../service-maker.ts";

export const socks: ServiceMaker = defineService({
  name: "socks",
  summary: "A proxy for SOCKS 4, 4a and 5",
  example: {
    command: "hawser socks --listen tcp:1080:interface=127.0.0.1",
    does: "lets programs of this machine out: curl --socks5-hostname 127.0.0.1:1080 https://example.com",
  },
  listen: ["tcp:0:interface=127.0.0.1"],
  options: {
    users: { type: "path", help: "a file with a line NAME:PASSWORD for each who is let in (default: everybody is)" },
    "allow-private": { type: "flag", help: "let clients reach this machine and private networks as well" },
    "allow-port": {
      type: "integer",
      max: 65535,
      repeatable: true,
      value: "PORT",
      help: "let clients reach this port and no others",
    },
    "max-connections": { type: "integer", min: 1, default: 1000, help: "how many there may be at a time" },
  },
  make: async (options, context) => {
    const { SOCKSFactory } = await import("../../socks/socks-factory.ts");
    const ports = options["allow-port"];
    const authenticate = options.users === undefined ? undefined : await readUsers(options.users);
    return context.listen(
      new SOCKSFactory(context.reactor, {
        ...(authenticate === undefined ? {} : { authenticate }),
        allows: ({ port }) => ports.length === 0 || ports.includes(port),
        allowPrivate: options["allow-private"],
        maxConnections: options["max-connections"],
      }),
    );
  },
});

/** Says whether a user is one of those in the file, and has that password. */
async function readUsers(path: string): Promise<(name: string, password: string) => boolean> {
  const { createHash, timingSafeEqual } = await import("node:crypto");
  const hash = (text: string): Buffer => createHash("sha256").update(text).digest();
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw new CommandError(`--users: ${(error as Error).message}`, ExitCode.cannotPrepare, { cause: error });
  }
  const users = new Map<string, Buffer>();
  for (const [place, line] of text.split(/\r?\n/).entries()) {
    if (line === "" || line.startsWith("#")) continue;
    const colon = line.indexOf(":");
    if (colon < 1) {
      const where = `line ${place + 1} of ${path} is no user, expected NAME:PASSWORD`;
      throw new CommandError(`--users: ${where}`, ExitCode.cannotPrepare);
    }
    users.set(line.slice(0, colon), hash(line.slice(colon + 1)));
  }
  return (name, password) => {
    const wanted = users.get(name);
    // How long it takes must not say how much of a password is right.
    return wanted !== undefined && timingSafeEqual(wanted, hash(password));
  };
}
