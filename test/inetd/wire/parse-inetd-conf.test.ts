/** What Twisted reads from the same lines is compared in test/interop/inetd-traces.test.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { InetdConfigError } from "../../../src/inetd/wire/errors.ts";
import { parseInetdConf } from "../../../src/inetd/wire/parse-inetd-conf.ts";
import { parseServices } from "../../../src/inetd/wire/service-names.ts";

const services = parseServices("echo 7/tcp\necho 7/udp\nftp 21/tcp\ntftp 69/udp\n");

test("parseInetdConf, reads all fields of a line", () => {
  const { file, entries, problems } = parseInetdConf(
    `# services
echo  stream  tcp  nowait  root  internal

ftp   stream  tcp6  nowait.40  ftp:mail  /usr/sbin/ftpd  ftpd -l "a b" # files
tftp  dgram   udp4  wait  nobody.tftp  /usr/sbin/tftpd
127.0.0.1:8007 dgram udp wait root internal echo
[::1]:8007 stream tcp6 wait 1000 /bin/cat cat
*:8008 stream tcp4 nowait root internal discard
/run/cat stream unix nowait root.x.y /bin/cat`,
    { file: "/etc/inetd.conf", services },
  );
  assert.equal(file, "/etc/inetd.conf");
  assert.deepEqual(problems, []);
  const usual = { address: "", wait: false, maxPerMinute: undefined, user: "root", group: undefined };
  const tcp = { ...usual, socketType: "stream", protocol: "tcp" };
  const udp = { ...usual, socketType: "dgram", protocol: "udp", wait: true };
  assert.deepEqual(entries, [
    { ...tcp, line: 2, name: "echo", port: 7, internal: "echo" },
    {
      ...tcp,
      line: 4,
      name: "ftp",
      port: 21,
      protocol: "tcp6",
      maxPerMinute: 40,
      user: "ftp",
      group: "mail",
      program: "/usr/sbin/ftpd",
      args: ["ftpd", "-l", "a b"],
    },
    {
      ...udp,
      line: 5,
      name: "tftp",
      port: 69,
      user: "nobody",
      group: "tftp",
      program: "/usr/sbin/tftpd",
      args: ["/usr/sbin/tftpd"],
    },
    { ...udp, line: 6, name: "8007", address: "127.0.0.1", port: 8007, internal: "echo" },
    {
      ...tcp,
      line: 7,
      name: "8007",
      address: "::1",
      port: 8007,
      protocol: "tcp6",
      wait: true,
      user: "1000",
      program: "/bin/cat",
      args: ["cat"],
    },
    { ...tcp, line: 8, name: "8008", port: 8008, internal: "discard" },
    {
      ...tcp,
      line: 9,
      name: "/run/cat",
      address: "/run/cat",
      port: null,
      protocol: "unix",
      group: "x.y",
      program: "/bin/cat",
      args: ["/bin/cat"],
    },
  ]);
});

const PROBLEMS: readonly (readonly [line: string, problem: string])[] = [
  [
    "echo stream tcp nowait root",
    "it has 5 fields, expected at least 6: service, socket type, protocol, wait or nowait, user, program",
  ],
  [`echo stream tcp nowait root "internal`, `the quote at column 29 has no end, expected another "`],
  ["7 stream tcp nowait root /bin/sh sh -c a\0b", "it has a null byte, expected text"],
  ["echo strem tcp nowait root internal", `the socket type is "strem", expected "stream" or "dgram"`],
  ["echo stream udp nowait root internal", `the protocol of a stream socket is "udp", expected tcp, tcp6, unix`],
  ["echo dgram tcp wait root internal", `the protocol of a dgram socket is "tcp", expected udp, udp6, unix`],
  [
    "echo stream constructor nowait root internal",
    `the protocol of a stream socket is "constructor", expected tcp, tcp6, unix`,
  ],
  [
    "sprayd/1 dgram rpc/udp wait root /sbin/sprayd",
    `the protocol of a dgram socket is "rpc/udp", expected udp, udp6, unix`,
  ],
  [
    "ftp dgram udp wait root /bin/cat",
    `the service "ftp" is not known for udp, expected a name from the list of services, or the number of a port`,
  ],
  [
    "127.0.0.1: stream tcp nowait root internal echo",
    `the service "" is not known for tcp, expected a name from the list of services, or the number of a port`,
  ],
  ["65536 stream tcp nowait root internal echo", "the port is 65536, expected 65535 at most"],
  [
    "localhost:echo stream tcp nowait root internal",
    `the address for tcp is "localhost", expected an IPv4 address, or *`,
  ],
  ["[::1]:echo stream tcp nowait root internal", `the address for tcp is "[::1]", expected an IPv4 address, or *`],
  [
    "127.0.0.1:echo stream tcp6 nowait root internal",
    `the address for tcp6 is "127.0.0.1", expected an IPv6 address, or *`,
  ],
  ["cat stream unix nowait root /bin/cat", `the UNIX socket is "cat", expected its path from the root`],
  [
    "echo stream tcp nowat root internal",
    `the fourth field is "nowat", expected wait or nowait, and perhaps .N for N starts a minute`,
  ],
  [
    "echo stream tcp nowait.0 root internal",
    `the fourth field is "nowait.0", expected wait or nowait, and perhaps .N for N starts a minute`,
  ],
  [
    "echo stream tcp wait.x root internal",
    `the fourth field is "wait.x", expected wait or nowait, and perhaps .N for N starts a minute`,
  ],
  ["echo stream tcp nowait .mail internal", `the user is ".mail", expected USER, USER:GROUP or USER.GROUP`],
  ["echo stream tcp nowait root: internal", `the user is "root:", expected USER, USER:GROUP or USER.GROUP`],
  ["ftp stream tcp nowait root ftpd ftpd", `the program is "ftpd", expected its path from the root, or internal`],
  [
    "ftp stream tcp nowait root internal",
    `the internal service is "ftp", expected one of chargen, daytime, discard, echo, time; behind "internal" it may be named`,
  ],
  [
    "echo stream tcp nowait root internal echo -v",
    'the internal service has arguments, expected nothing behind "echo"',
  ],
  [
    "/run/echo dgram unix wait root internal echo",
    "an internal service has datagrams of a UNIX socket, expected stream, or udp or udp6",
  ],
  [
    "tftp dgram udp nowait root /usr/sbin/tftpd",
    "a program for datagrams is to be run with nowait, expected wait: it gets the socket itself",
  ],
];

test("parseInetdConf, says what is wrong with each line, and reads the others", () => {
  const lines = PROBLEMS.flatMap(([line], index) => [line, `${9000 + index} stream tcp nowait root internal echo`]);
  const { entries, problems } = parseInetdConf(lines.join("\n"), { services });
  assert.deepEqual(
    problems.map(({ line, message }) => [lines[line - 1], message]),
    PROBLEMS.map(([line, problem], index) => [line, `Cannot use inetd.conf:${2 * index + 1}: ${problem}`]),
  );
  assert.deepEqual(
    entries.map(({ port }) => port),
    PROBLEMS.map((_, index) => 9000 + index),
  );
});

test("parseInetdConf, refuses a second service for one place", () => {
  const { entries, problems } = parseInetdConf(
    "echo stream tcp nowait root internal\n7 stream tcp wait root /bin/cat\n7 dgram udp wait root internal echo\n0 stream tcp nowait root internal echo\n0 stream tcp nowait root internal time\n0 stream tcp nowait root internal echo",
    { services },
  );
  assert.deepEqual(
    problems.map(({ message }) => message),
    [
      "Cannot use inetd.conf:2: line 1 has the same place, or says the same, expected one service for each",
      "Cannot use inetd.conf:6: line 4 has the same place, or says the same, expected one service for each",
    ],
  );
  assert.deepEqual(
    entries.map(({ line }) => line),
    [1, 3, 4, 5],
  );
});

test("parseInetdConf, whatever it reads, gives entries and problems and nothing else: each line is one of them, or is empty", () => {
  const words =
    "echo 8007 0 stream dgram tcp tcp6 udp unix wait nowait nowait.5 root a:b a.b internal /bin/cat cat # ' \" \\ [::1]:7 *:7 127.0.0.1:7";
  const token = fc.constantFrom(...words.split(" "), "\0", "", "\r");
  const line = fc.oneof(
    fc.array(token, { maxLength: 9 }).map((tokens) => tokens.join(" ")),
    fc.string(),
  );
  const likely = fc.tuple(
    fc.constantFrom("echo", "8007", "0", "*:9", "[::1]:7", "127.0.0.1:7", "/run/x"),
    fc.constantFrom("stream tcp", "stream tcp6", "dgram udp", "stream unix", "dgram unix"),
    fc.constantFrom("wait", "nowait", "nowait.5"),
    fc.constantFrom("root", "a:b", "a.b"),
    fc.constantFrom("internal", "internal echo", "/bin/cat", "/bin/cat cat 'a b'"),
  );
  let used = 0;
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          line,
          likely.map((fields) => fields.join(" ")),
        ),
      ),
      (lines) => {
        const text = lines.join("\n");
        const { entries, problems } = parseInetdConf(text, { services });
        for (const problem of problems) assert.ok(problem instanceof InetdConfigError);
        const told = [...entries, ...problems].map((one) => one.line);
        assert.equal(new Set(told).size, told.length);
        for (const [index, content] of text.split("\n").entries())
          assert.equal(told.includes(index + 1), !/^[ \t\v\f\r]*(#|$)/.test(content), content);
        used += entries.length;
      },
    ),
  );
  assert.ok(used > 50, `${used} entries`);
});

test("parseInetdConf, reads an entry again from its fields", () => {
  const word = fc.string({ minLength: 1, unit: fc.constantFrom("a", "b", " ", "#", '"', "'", "\\") });
  const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
  fc.assert(
    fc.property(
      fc.record({
        port: fc.nat({ max: 65_535 }),
        maxPerMinute: fc.option(fc.integer({ min: 1, max: 999_999_999 }), { nil: undefined }),
        user: fc.constantFrom("root", "www-data", "33"),
        group: fc.option(fc.constantFrom("mail", "a.b", "8"), { nil: undefined }),
        program: word.map((name) => `/bin/${name}`),
        args: fc.array(word, { minLength: 1 }),
      }),
      ({ port, maxPerMinute, user, group, program, args }) => {
        const wait = maxPerMinute === undefined ? "nowait" : `nowait.${maxPerMinute}`;
        const who = group === undefined ? user : `${user}:${group}`;
        const { entries, problems } = parseInetdConf(
          `${port} stream tcp ${wait} ${who} ${[program, ...args].map(quoted).join(" ")}`,
        );
        assert.deepEqual(problems, []);
        const shared = { line: 1, name: String(port), address: "", port, socketType: "stream", protocol: "tcp" };
        assert.deepEqual(entries, [{ ...shared, wait: false, maxPerMinute, user, group, program, args }]);
      },
    ),
  );
});
