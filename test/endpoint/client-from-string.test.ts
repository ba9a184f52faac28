import assert from "node:assert/strict";
import { test } from "node:test";
import { clientFromString, registerClientEndpointParser } from "../../src/endpoint/client-from-string.ts";
import { TCP4ClientEndpoint } from "../../src/endpoint/tcp.ts";
import { InvalidStateError } from "../../src/errors.ts";
import { MemoryReactor } from "../../src/testing/memory-reactor.ts";
import { ListenerFactory } from "./attempts.ts";

/** What the reactor is asked when one connects to what `description` describes. */
function request(description: string): unknown {
  const reactor = new MemoryReactor();
  const connected = clientFromString(reactor, description).connect(new ListenerFactory());
  connected.addErrback(() => {}).cancel();
  const [tcp] = reactor.tcpClients;
  const [unix] = reactor.unixClients;
  if (tcp !== undefined) return { host: tcp.host, port: tcp.port, timeout: tcp.timeout, from: tcp.bindAddress };
  return { path: unix?.address, timeout: unix?.timeout, checkPID: unix?.checkPID };
}

function complaint(description: string): string {
  let message = "nothing was thrown";
  assert.throws(
    () => clientFromString(new MemoryReactor(), description),
    (error: Error) => {
      message = error.message.replace(/^[^:]*"[^"]*": /, "");
      return error.name === "EndpointDescriptionError";
    },
  );
  return message;
}

test("clientFromString, tcp, has host and port, by place, by name, or one by each", () => {
  const plain = { host: "host.example", port: 80, timeout: 30, from: null };
  for (const arguments_ of [
    "host.example:80",
    "host=host.example:port=80",
    "host=host.example:80",
    "host.example:port=80",
  ]) {
    assert.deepEqual(request(`tcp:${arguments_}`), plain);
  }
  assert.deepEqual(request("TCP:80:host=host.example"), plain);
});

test("clientFromString, tcp, has timeout and bindAddress by name", () => {
  const all = { host: "::1", port: 80, timeout: 5, from: { host: "127.0.0.1" } };
  assert.deepEqual(request("tcp:\\:\\:1:80:timeout=5:bindAddress=127.0.0.1"), all);
  assert.deepEqual(request("bindAddress=127.0.0.1:tcp:timeout=5:port=80:host=\\:\\:1"), all);
});

test("clientFromString, unix, has path, timeout, and lockfile or checkPID", () => {
  assert.deepEqual(request("unix:/run/a"), { path: "/run/a", timeout: 30, checkPID: false });
  assert.deepEqual(request("unix:path=/run/a\\:b:timeout=5"), { path: "/run/a:b", timeout: 5, checkPID: false });
  for (const name of ["lockfile", "checkPID"]) {
    assert.deepEqual(request(`unix:/run/a:${name}=1`), { path: "/run/a", timeout: 30, checkPID: true });
    assert.deepEqual(request(`unix:/run/a:${name}=0`), { path: "/run/a", timeout: 30, checkPID: false });
  }
});

test("clientFromString, what is wrong, is named, with what was expected", () => {
  const cases = {
    "tcp:host.example": 'port is missing, expected it as argument 2 of tcp or as "port="',
    "tcp:host=host.example": 'port is missing, expected it as argument 2 of tcp or as "port="',
    "tcp:port=80": 'host is missing, expected it as argument 1 of tcp or as "host="',
    "tcp::80": "host is empty, expected some text",
    "tcp:host.example:0": 'port is "0", expected a number from 1 to 65535',
    "tcp:host.example:http": 'port is "http", expected a number from 1 to 65535',
    "tcp:host.example:80:5": '"5" is one argument too many, expected at most 2 without a name (host, port)',
    "tcp:a:80:host=b": 'host is given twice, as "a" and as "b", expected it once',
    "tcp:81:host=a:port=80": 'port is given twice, as "81" and as "80", expected it once',
    "tcp:a:80:timeout=soon": 'timeout is "soon", expected a number from 0 to 9007199254740991',
    "tcp:a:80:bindAddress=": "bindAddress is empty, expected some text",
    "tcp:a:80:interface=b":
      '"interface" is no argument of tcp, expected one of "host", "port", "timeout", "bindAddress"',
    unix: 'path is missing, expected it as argument 1 of unix or as "path="',
    "unix:/run/a:lockfile=1:checkPID=1": "it has both lockfile and checkPID, which are the same, expected one of them",
    "unix:/run/a:lockfile=2": 'lockfile is "2", expected one of "0", "1"',
    "unix:/run/a:checkPID=yes": 'checkPID is "yes", expected one of "0", "1"',
    "systemd:INET:0": '"systemd" is no kind of client endpoint, expected one of "ssl", "stdio", "tcp", "tls", "unix"',
  };
  for (const [description, problem] of Object.entries(cases)) assert.equal(complaint(description), problem);
});

test("registerClientEndpointParser, a prefix of one's own, is known until it is taken out", () => {
  const takeOut = registerClientEndpointParser("local", (reactor, description) => {
    const args = description.read({ positional: ["port"] });
    return new TCP4ClientEndpoint(reactor, "127.0.0.1", args.integer("port", { min: 1, max: 65535 }));
  });
  assert.deepEqual(request("local:8007"), { host: "127.0.0.1", port: 8007, timeout: 30, from: null });
  takeOut();
  assert.match(complaint("local:8007"), /"local" is no kind of client endpoint/);
});

test("registerClientEndpointParser, a prefix that is known, is refused", () => {
  const parser = (): never => assert.fail("not to be called");
  assert.throws(() => registerClientEndpointParser("UNIX", parser), InvalidStateError);
});
