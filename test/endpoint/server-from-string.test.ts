import assert from "node:assert/strict";
import { test } from "node:test";
import { EndpointDescription } from "../../src/endpoint/description.ts";
import { ListenFDs } from "../../src/endpoint/listen-fds.ts";
import { parseSystemd, registerServerEndpointParser, serverFromString } from "../../src/endpoint/server-from-string.ts";
import { TCP4ServerEndpoint } from "../../src/endpoint/tcp.ts";
import { InvalidStateError } from "../../src/errors.ts";
import { successResultOf } from "../../src/testing/deferred-results.ts";
import { MemoryReactor } from "../../src/testing/memory-reactor.ts";
import { ListenerFactory } from "./attempts.ts";

const factory = new ListenerFactory();

/** What the reactor is asked when one listens on what `description` describes. */
function tcpRequest(description: string): unknown {
  const reactor = new MemoryReactor();
  successResultOf(serverFromString(reactor, description).listen(factory));
  return reactor.tcpServers[0];
}

function unixRequest(description: string): unknown {
  const reactor = new MemoryReactor();
  successResultOf(serverFromString(reactor, description).listen(factory));
  return reactor.unixServers[0];
}

function complaint(description: string): string {
  let message = "nothing was thrown";
  assert.throws(
    () => serverFromString(new MemoryReactor(), description),
    (error: Error) => {
      message = error.message;
      return error.name === "EndpointDescriptionError";
    },
  );
  return message;
}

test("serverFromString, tcp, has port, interface and backlog, by place or by name", () => {
  assert.deepEqual(tcpRequest("tcp:80"), { port: 80, factory, backlog: 50, interface: "" });
  const all = { port: 0, factory, backlog: 7, interface: "127.0.0.1" };
  assert.deepEqual(tcpRequest("tcp:0:127.0.0.1:7"), all);
  assert.deepEqual(tcpRequest("tcp:port=0:interface=127.0.0.1:backlog=7"), all);
  assert.deepEqual(tcpRequest("backlog=7:interface=127.0.0.1:TCP:0"), all);
});

test("serverFromString, tcp6, has port, backlog and interface", () => {
  assert.deepEqual(tcpRequest("tcp6:80"), { port: 80, factory, backlog: 50, interface: "::" });
  assert.deepEqual(tcpRequest("tcp6:80:7:\\:\\:1"), { port: 80, factory, backlog: 7, interface: "::1" });
  assert.deepEqual(tcpRequest("tcp6:80:interface=\\:\\:1"), { port: 80, factory, backlog: 50, interface: "::1" });
});

test("serverFromString, unix, has address, mode, backlog and lockfile", () => {
  assert.deepEqual(unixRequest("unix:/run/a\\:b"), {
    address: "/run/a:b",
    factory,
    mode: 0o666,
    backlog: 50,
    wantPID: true,
  });
  const all = { address: "/run/a", factory, mode: 0o600, backlog: 7, wantPID: false };
  assert.deepEqual(unixRequest("unix:/run/a:600:7:0"), all);
  assert.deepEqual(unixRequest("unix:address=/run/a:mode=600:backlog=7:lockfile=0"), all);
});

test("serverFromString, what is wrong, is named, with what was expected", () => {
  const begin = (description: string): string => `Cannot make an endpoint of ${JSON.stringify(description)}: `;
  const cases = {
    "tcp:http": 'port is "http", expected a number from 0 to 65535',
    "tcp:65536": 'port is "65536", expected a number from 0 to 65535',
    "tcp:": 'port is "", expected a number from 0 to 65535',
    tcp: 'port is missing, expected it as argument 1 of tcp or as "port="',
    "tcp:80:backlog=-1": 'backlog is "-1", expected a number from 0 to 2147483647',
    "tcp:80:a:1:b": '"b" is one argument too many, expected at most 3 without a name (port, interface, backlog)',
    "tcp:80:port=81": 'port is given twice, as "80" and as "81", expected it once',
    "tcp:80:speed=1": '"speed" is no argument of tcp, expected one of "port", "interface", "backlog"',
    "tcp6:80:many": 'backlog is "many", expected a number from 0 to 2147483647',
    "unix:": "address is empty, expected some text",
    "unix:/run/a:mode=rw": 'mode is "rw", expected an octal number from 0 to 7777',
    "unix:/run/a:lockfile=yes": 'lockfile is "yes", expected one of "0", "1"',
    "8080":
      '"8080" is no kind of server endpoint, expected one of "haproxy", "ssl", "stdio", "systemd", "tcp", "tcp6", "tls", "unix"',
    "": '"" is no kind of server endpoint, expected one of "haproxy", "ssl", "stdio", "systemd", "tcp", "tcp6", "tls", "unix"',
    "tcp:80\\": 'it ends with "\\", expected a character after that',
  };
  for (const [description, problem] of Object.entries(cases)) {
    assert.equal(complaint(description), begin(description) + problem);
  }
});

/** What the reactor is asked, or the complaint, for a process with these sockets. */
function systemd(description: string, sockets: ListenFDs): unknown {
  const reactor = new MemoryReactor();
  try {
    successResultOf(parseSystemd(reactor, new EndpointDescription(description), sockets).listen(factory));
  } catch (error) {
    assert.equal((error as Error).name, "EndpointDescriptionError");
    return (error as Error).message.replace(/^[^:]*"[^"]*": /, "");
  }
  const [{ fd, family } = {} as never] = reactor.adoptedPorts;
  return { fd, family };
}

test("serverFromString, systemd, has domain, and index or name", () => {
  const sockets = new ListenFDs([3, 4, 5], ["web", "admin", "local"]);
  assert.deepEqual(systemd("systemd:INET:0", sockets), { fd: 3, family: "ipv4" });
  assert.deepEqual(systemd("systemd:domain=INET6:index=1", sockets), { fd: 4, family: "ipv6" });
  assert.deepEqual(systemd("systemd:UNIX:name=local", sockets), { fd: 5, family: "unix" });
});

test("serverFromString, systemd with what is wrong, says so", () => {
  const sockets = new ListenFDs([3, 4, 5], ["web", "admin", "web"]);
  assert.equal(systemd("systemd:IPX:0", sockets), 'domain is "IPX", expected one of "INET", "INET6", "UNIX"');
  assert.equal(systemd("systemd:INET:3", sockets), 'index is "3", expected a number from 0 to 2');
  assert.equal(systemd("systemd:INET:-1", sockets), 'index is "-1", expected a number from 0 to 2');
  assert.equal(
    systemd("systemd:INET", sockets),
    'index is missing, expected it as argument 2 of systemd or as "index="',
  );
  assert.equal(systemd("systemd:INET:0:name=web", sockets), "it has both index and name, expected one of them");
  assert.equal(systemd("systemd:INET:name=other", sockets), 'name is "other", expected one of "web", "admin"');
  assert.equal(systemd("systemd:INET:name=web", sockets), 'name is "web", which 2 sockets have, expected an index');
  assert.equal(
    systemd("systemd:INET:name=web", new ListenFDs([3])),
    "no socket of this process has a name, expected an index",
  );
  assert.match(systemd("systemd:INET:0", new ListenFDs([])) as string, /systemd has opened no socket for this process/);
});

test("serverFromString, systemd, looks at the sockets of this process", () => {
  assert.match(
    complaint("systemd:INET:0"),
    /systemd has opened no socket for this process, expected LISTEN_PID and LISTEN_FDS/,
  );
});

test("registerServerEndpointParser, a prefix of one's own, is known until it is taken out", () => {
  const reactor = new MemoryReactor();
  const takeOut = registerServerEndpointParser("public", (given, description) => {
    const args = description.read({ positional: ["port"] });
    return new TCP4ServerEndpoint(given, args.integer("port", { min: 1, max: 9 }), { interface: "0.0.0.0" });
  });
  successResultOf(serverFromString(reactor, "public:8").listen(factory));
  assert.deepEqual(reactor.tcpServers, [{ port: 8, factory, backlog: 50, interface: "0.0.0.0" }]);
  assert.match(complaint("public:80"), /port is "80", expected a number from 1 to 9/);
  takeOut();
  assert.match(complaint("public:8"), /"public" is no kind of server endpoint/);
});

test("registerServerEndpointParser, a prefix that is known, is refused", () => {
  const parser = (): never => assert.fail("not to be called");
  assert.throws(() => registerServerEndpointParser("tcp", parser), InvalidStateError);
});
