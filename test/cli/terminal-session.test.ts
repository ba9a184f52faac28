/** The command as a person uses it: in a terminal. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { peer } from "../support/peers.ts";
import { Terminal } from "../support/terminal.ts";
import { PackageFolder } from "./package-folder.ts";

const COUNTS = /^\d+ (?:workers, \d+ )?connections, in .*$/gm;

function counts(screen: string): string[] {
  return screen.match(COUNTS) ?? [];
}

describe("hawser in a terminal", { skip: peer("tmux").skip }, () => {
  for (const workers of ["", " --workers 2"]) {
    test(`hawser echo --stats${workers}, has a line that changes below its log, and leaves a fresh one after ctrl-C`, () =>
      Terminal.use(async (terminal) => {
        terminal.type(`hawser echo --stats${workers}; echo "code $?"`);
        const [, port] = await terminal.shows(/echo listens on 127\.0\.0\.1:(\d+)/);
        await terminal.shows(/^(2 workers, )?0 connections, in 0 B\/s, out 0 B\/s, lag \d+\.\d ms$/m);
        const socket = connect(Number(port), "127.0.0.1");
        await terminal.shows(/^(2 workers, )?1 connections/m);
        const sending = setInterval(() => socket.write(Buffer.alloc(5000)), 10);
        socket.resume();
        await terminal.shows(/1 connections, in [\d.]+ KiB\/s, out [\d.]+ KiB\/s/);
        clearInterval(sending);
        assert.equal(counts(terminal.screen()).length, 1);
        terminal.press("C-c");
        // The line goes on, for the connection does.
        await terminal.shows(/Waiting for 1 connections to end.*\n(.*\n)*.*1 connections, in /);
        assert.equal(counts(terminal.screen()).length, 1);
        socket.end();
        await terminal.shows(/^code 0$/m);
      }));
  }

  test("hawser echo --stats, fits into the terminal, however narrow that becomes", () =>
    Terminal.use(async (terminal) => {
      terminal.type("hawser echo --stats");
      await terminal.shows(/0 connections, in 0 B\/s, out 0 B\/s, lag/);
      terminal.resize(30);
      await terminal.shows(/^0 connections, in 0 B\/s, out *$/m);
      terminal.press("C-c");
      await terminal.shows(/^\$ *$/m);
    }));

  test("a second ctrl-C aborts what the first one waits for", () =>
    Terminal.use(async (terminal) => {
      terminal.type('hawser echo; echo "code $?"');
      const [, port] = await terminal.shows(/echo listens on 127\.0\.0\.1:(\d+)/);
      const socket = connect(Number(port), "127.0.0.1");
      socket.on("error", () => {});
      await terminal.shows(/Starting factory/);
      socket.write("here");
      await new Promise((resolve) => void socket.once("data", resolve));
      terminal.press("C-c");
      await terminal.shows(/Waiting for 1 connections/);
      terminal.press("C-c");
      await terminal.shows(/Aborting 1 connections\n(.*\n)*code 0$/m);
      socket.destroy();
    }));

  for (const args of ["chat", "chat --workers 1"]) {
    test(`hawser ${args}, stops when the terminal is closed`, async () => {
      const folder = new PackageFolder();
      const pidFile = `${folder.path}/x.pid`;
      await Terminal.use(async (terminal) => {
        terminal.type(`hawser ${args} --pidfile ${pidFile}`);
        await terminal.shows(/The chat is open/);
      });
      const signal = AbortSignal.timeout(20_000);
      while (existsSync(pidFile)) {
        assert.equal(signal.aborted, false, `process ${readFileSync(pidFile, "utf8")} goes on`);
        await setTimeout(20);
      }
    });
  }

  test("colours are for terminals alone", () =>
    Terminal.use(async (terminal) => {
      terminal.type("hawser caht; hawser caht 2>&1 | cat; echo done");
      await terminal.shows(/^done$/m);
      const lines = terminal
        .screen(0, true)
        .split("\n")
        .filter((line) => line.includes("did you mean chat"));
      assert.equal(lines.length, 2);
      assert.ok(lines[0]!.startsWith("\u001b[31mhawser:\u001b[39m caht: "), lines[0]);
      assert.match(lines[1]!, /^hawser: caht: /);
    }));

  test("people chat", { skip: peer("netcat").skip }, () =>
    Terminal.use(async (terminal) => {
      terminal.type("hawser chat");
      const [, command] = await terminal.shows(/The chat is open; try: (nc 127\.0\.0\.1 \d+)/);
      for (const [pane, name] of [
        [1, "Ada"],
        [2, "Bob"],
      ] as const) {
        terminal.split();
        terminal.type(command!, pane);
        await terminal.shows(/What's your name\?/, pane);
        terminal.type(name, pane);
        await terminal.shows(new RegExp(`Welcome, ${name}!`), pane);
      }
      terminal.type("Is anybody there?", 1);
      await terminal.shows(/^<Ada> Is anybody there\?$/m, 2);
      terminal.type("I am", 2);
      await terminal.shows(/^<Bob> I am$/m, 1);
      assert.doesNotMatch(terminal.screen(1), /<Ada>/);
    }),
  );

  test("zsh completes with the tab key", { skip: peer("zsh").skip }, () =>
    Terminal.use(async (terminal) => {
      terminal.type('autoload -Uz compinit; compinit -D; eval "$(hawser completion zsh)"; echo "ready"');
      await terminal.shows(/^ready$/m);
      terminal.write("hawser ec");
      terminal.press("Tab");
      await terminal.shows(/^% hawser echo *$/m);
      terminal.write("--st");
      terminal.press("Tab");
      await terminal.shows(/^% hawser echo --stats *$/m);
      terminal.write("--reactor no");
      terminal.press("Tab");
      await terminal.shows(/^% hawser echo --stats --reactor node *$/m);
      terminal.press("C-u");
      terminal.write("hawser di");
      terminal.press("Tab");
      await terminal.shows(/^% hawser discard *$/m);
    }, "PS1='%% ' zsh -f"),
  );

  test("fish completes with the tab key", { skip: peer("fish").skip }, () =>
    Terminal.use(async (terminal) => {
      terminal.type("hawser completion fish | source; clear; echo ready");
      await terminal.shows(/^ready$/m);
      terminal.write("hawser ec");
      terminal.press("Tab");
      await terminal.shows(/hawser echo *$/m);
      terminal.write("--reactor no");
      terminal.press("Tab");
      await terminal.shows(/hawser echo --reactor node *$/m);
    }, "fish --no-config"),
  );
});
