/** The programs of `examples/`, run as a user runs them. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { loadNativeCore, whyNotLoaded } from "../../src/reactor/epoll/native-core.ts";
import { Program } from "../support/program.ts";

const noCore = loadNativeCore() === null && `the native core does not load: ${whyNotLoaded()}`;
const folder = mkdtempSync(join(tmpdir(), "hawser-"));
after(() => rmSync(folder, { recursive: true }));

/** Runs `body` with a server that has said on which port it listens, and stops it. */
async function withServer(
  path: string,
  args: readonly string[],
  body: (port: number, server: Program) => Promise<void>,
): Promise<Program> {
  const server = new Program(path, args);
  try {
    const match = await server.prints(/127\.0\.0\.1'?,? (\d+)/);
    await body(Number(match[1]), server);
  } finally {
    assert.equal(await server.stop(), 0, server.stderr);
  }
  return server;
}

/** What a server sends to a client that sends `request` and no more. */
function talk(port: number, request = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.end(request));
    socket.on("data", (data) => (answer += data.toString()));
    socket.on("end", () => resolve(answer));
    socket.on("error", reject);
  });
}

/** A client that reads lines. */
class LineClient {
  readonly #socket;
  #text = "";
  #news: () => void = () => {};

  constructor(port: number) {
    this.#socket = connect(port, "127.0.0.1");
    this.#socket.on("data", (data) => {
      this.#text += data.toString();
      this.#news();
    });
  }

  send(line: string): void {
    this.#socket.write(`${line}\n`);
  }

  async line(): Promise<string> {
    while (!this.#text.includes("\n")) await new Promise<void>((resolve) => (this.#news = resolve));
    const end = this.#text.indexOf("\n");
    const line = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 1);
    return line;
  }

  close(): void {
    this.#socket.destroy();
  }
}

describe("examples/basics", () => {
  test("hello, is called when the reactor runs", async () => {
    const { stdout } = await Program.run("examples/basics/hello");
    assert.equal(
      stdout,
      "Starting the reactor.\nHello from the reactor loop!\nLately I feel like I'm stuck in a rut.\n",
    );
  });

  test("countdown, counts and stops", async () => {
    const { stdout } = await Program.run("examples/basics/countdown", ["0.01"]);
    assert.equal(stdout, "Start!\n5 ...\n4 ...\n3 ...\n2 ...\n1 ...\nStop!\n");
  });

  test("exception, is logged and the loop goes on", async () => {
    const program = await Program.run("examples/basics/exception");
    assert.equal(program.stdout, "Starting the reactor.\nBut I get up again.\n");
    assert.match(program.stderr, /I fall down/);
    assert.equal(await program.ended(), 0);
  });
});

describe("examples/services", () => {
  test("relay, hears what a client says, and stops on SIGTERM", async () => {
    const relay = await withServer("examples/services/relay", ["0"], async (port, server) => {
      const socket = connect(port, "127.0.0.1");
      socket.write("hello\r\n");
      await server.prints(/Heard: hello/);
      socket.end();
    });
    assert.match(relay.stdout, /^0 connections, 0 lines$/m);
    assert.match(relay.stdout, /Stopped\.\n$/);
  });
});

describe("examples/time", () => {
  test("call-later, calls what was not cancelled", async () => {
    const { stdout } = await Program.run("examples/time/call-later", ["0.02"]);
    assert.equal(stdout, "this will run 0.02 seconds after it was scheduled: hello, world\n");
  });

  test("defer-later, goes on with the result", async () => {
    const { stdout } = await Program.run("examples/time/defer-later", ["0.02"]);
    assert.equal(stdout, "This will run 0.02 seconds after it was scheduled: hello, world\n");
  });

  test("looping-call, ends well or with a failure", async () => {
    const well = await Program.run("examples/time/looping-call", ["0.01"]);
    assert.equal(well.stdout, "A new second has passed.\nA new second has passed.\nLoop done.\n");
    const badly = await Program.run("examples/time/looping-call", ["0.01", "fail"]);
    assert.match(badly.stdout, /passed\.\nA new second has passed\.\nError: Failure during loop execution\.\n$/);
  });
});

describe("examples/poetry", () => {
  const poem = "I met a traveller from an antique land,\nWho said: two vast and trunkless legs of stone\n";
  const file = join(folder, "ozymandias.txt");
  writeFileSync(file, poem);

  async function servingPoems(body: (ports: string[]) => Promise<void>): Promise<void> {
    await withServer("examples/poetry/slow-server", [file, "0", "0.001", "10"], async (first) => {
      await withServer("examples/poetry/slow-server", [file, "0", "0.003", "20"], async (second) => {
        await body([String(first), `127.0.0.1:${second}`]);
      });
    });
  }

  test("client-2, fetches poems side by side and tells of each task", async () => {
    await servingPoems(async (ports) => {
      const { stdout } = await Program.run("examples/poetry/client-2", ports);
      for (const task of [1, 2]) {
        assert.match(
          stdout,
          new RegExp(`Task ${task}: got \\d+ bytes of poetry from IPv4Address\\(TCP, '127\\.0\\.0\\.1'`),
        );
        assert.match(stdout, new RegExp(`Task ${task}: ${poem.length} bytes of poetry\n`));
      }
      assert.match(stdout, /Got 2 poems in \d+\.\d seconds\n$/);
    });
  });

  test("client-1, watches sockets of its own", { skip: noCore }, async () => {
    await servingPoems(async (ports) => {
      const program = new Program("examples/poetry/client-1", ports, { HAWSER_REACTOR: "epoll" });
      assert.equal(await program.ended(), 0, program.stderr);
      for (const task of [1, 2]) {
        assert.match(program.stdout, new RegExp(`Task ${task}: got \\d+ bytes of poetry from 127\\.0\\.0\\.1:\\d+\n`));
        assert.match(program.stdout, new RegExp(`Task ${task} finished\n`));
        assert.match(program.stdout, new RegExp(`Task ${task}: ${poem.length} bytes of poetry\n`));
      }
      assert.match(program.stdout, /Got 2 poems in \d+\.\d seconds\n$/);
    });
    const alone = new Program("examples/poetry/client-1", ["1"], { HAWSER_REACTOR: "epoll" });
    assert.equal(await alone.ended(), 0);
    assert.match(alone.stderr, /^Task 1 failed: .*ECONNREFUSED/);
  });

  test("client-1, on the node reactor, says what it needs", { skip: noCore }, async () => {
    const program = new Program("examples/poetry/client-1", ["1"], { HAWSER_REACTOR: "node" });
    assert.equal(await program.ended(), 1);
    assert.match(program.stderr, /^Cannot addReader: the node reactor has no means for it, use the epoll reactor\n$/);
  });

  for (const client of ["client-3", "client-4"]) {
    test(`${client}, prints the poems, and says which could not be had`, async () => {
      await servingPoems(async (ports) => {
        const program = await Program.run(`examples/poetry/${client}`, [...ports, "1"]);
        assert.equal(program.stdout, `${poem}\n${poem}\n`);
        assert.match(program.stderr, /^Poem failed: .*ECONNREFUSED/);
      });
    });
  }

  test("the clients, refuse what is no port", async () => {
    const program = await Program.run("examples/poetry/client-4", ["here:there"]);
    assert.equal(await program.ended(), 2);
    assert.match(program.stderr, /^Cannot fetch a poem from "here:there": expected \[host:\]port/);
  });
});

describe("examples/quotes", () => {
  for (const [program, quote] of [
    ["protocol-attribute", "configurable quote"],
    ["build-protocol", "An apple a day keeps the doctor away"],
    ["for-protocol", "An apple a day keeps the doctor away"],
  ] as const) {
    test(`${program}, sends the quote and closes`, async () => {
      await withServer(`examples/quotes/${program}`, ["0"], async (port) => {
        assert.equal(await talk(port), `${quote}\r\n`);
      });
    });
  }
});

describe("examples/log-lines", () => {
  test("server, appends each line to a file that it closes in the end", async () => {
    const file = join(folder, "lines.log");
    const server = await withServer("examples/log-lines/server", [file], async (port) => {
      await talk(port, "first\r\nsecond\r\nnot a line");
    });
    assert.equal(readFileSync(file, "utf8"), "first\nsecond\n");
    assert.match(server.stdout, /The log is closed\n$/);
  });
});

describe("examples/chat", () => {
  test("server, passes lines on to everybody else", async () => {
    await withServer("examples/chat/server", [], async (port) => {
      const [ada, bob] = [new LineClient(port), new LineClient(port)];
      for (const [client, name] of [
        [ada, "Ada"],
        [bob, "Bob"],
      ] as const) {
        assert.equal(await client.line(), "What's your name?");
        client.send(name);
        assert.equal(await client.line(), `Welcome, ${name}!`);
      }
      ada.send("hello, Bob");
      assert.equal(await bob.line(), "<Ada> hello, Bob");
      bob.send("hello, Ada");
      assert.equal(await ada.line(), "<Bob> hello, Ada");
      const eve = new LineClient(port);
      assert.equal(await eve.line(), "What's your name?");
      eve.send("Ada");
      assert.equal(await eve.line(), "Name taken, please choose another.");
      for (const client of [ada, bob, eve]) client.close();
    });
  });

  test("server, on a port in use, says so and ends with 1", async () => {
    await withServer("examples/chat/server", [], async (port) => {
      const second = await Program.run("examples/chat/server", [String(port)]);
      assert.equal(await second.ended(), 1);
      assert.match(second.stderr, /^Cannot listen on 127\.0\.0\.1:\d+: .*EADDRINUSE/);
    });
  });
});

describe("examples/echo", () => {
  test("client and server, talk to each other", async () => {
    await withServer("examples/echo/server", ["0"], async (port) => {
      const { stdout } = await Program.run("examples/echo/client", [String(port)]);
      assert.equal(stdout, "Started to connect.\nConnected.\nServer said: Hello, world!\nConnection lost.\n");
    });
  });

  test("client, without a server, says that the connection failed", async () => {
    const { stdout } = await Program.run("examples/echo/client", ["1"]);
    assert.equal(stdout, "Started to connect.\nConnection failed.\n");
  });
});

describe("examples/headlines", () => {
  test("retriever, prints the headline, or the reason why not", async () => {
    const short = await Program.run("examples/headlines/retriever");
    assert.equal(short.stdout, "<h1>Breaking News: Hawser Takes Us to the Moon!</h1>\n");
    const long = await Program.run("examples/headlines/retriever", ["1234567890".repeat(6)]);
    assert.equal(long.stdout, "");
    assert.match(long.stderr, /^The headline "(1234567890){6}" is too long!\n$/);
  });
});

describe("examples/process", () => {
  test("word-count, feeds a child and reads what it says", async () => {
    const program = await Program.run("examples/process/word-count");
    assert.equal(program.stdout, "Sending 40 characters to the process\n4 lines, 8 words, 40 characters\n");
    assert.equal(await program.ended(), 0, program.stderr);
  });

  test("word-count, shows what the child complains about", async () => {
    const program = await Program.run("examples/process/word-count", ["text", "--no-such-option"]);
    assert.match(program.stderr, /^wc complains: wc: [^]*\nThe process ended with exit code 1\n$/);
  });

  test("output, answers outputs and exit codes, and errors by name", async () => {
    const program = await Program.run("examples/process/output");
    assert.deepEqual(program.stdout.trimEnd().split("\n"), [
      "hello from a child",
      "sh ended with 7",
      "LOUDER, done, 0",
      "The process ended by signal 15",
      'Cannot start the process "no-such-program": ENOENT, expected a file that is there, and its interpreter',
      "sleep took too long, and was killed",
    ]);
    assert.equal(await program.ended(), 0, program.stderr);
  });

  test("endpoint, runs any protocol over a child", async () => {
    const program = await Program.run("examples/process/endpoint", ["c", "a", "b"]);
    assert.equal(program.stdout, "a\nb\nc\n", program.stderr);
    assert.equal(await program.ended(), 0);
  });
});

describe("examples/memcache", () => {
  test("client, with the server beside it", async () => {
    await withServer("examples/memcache/server", ["0"], async (port) => {
      const { stdout, stderr } = await Program.run("examples/memcache/client", [String(port)]);
      assert.equal(
        stdout,
        [
          "stored: true appended: true",
          "found: Hello, world!",
          "changed: true",
          "changed again: false",
          "visits: 42",
          "greeting: Good bye!",
          "visits: 42",
          "nothing: not there",
          "",
        ].join("\n"),
        stderr,
      );
    });
  });
});
