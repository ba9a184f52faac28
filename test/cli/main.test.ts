import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { main } from "../../src/cli/main.ts";
import { PackageFolder } from "./package-folder.ts";

/** What the command says to `argv`: its exit code, and what it writes. */
async function say(
  argv: readonly string[],
  folder: string = "/",
  isTTY: boolean = false,
): Promise<[number, string, string]> {
  let out = "";
  let err = "";
  const code = await main(argv, {
    stdout: { write: (text) => (out += text), isTTY, columns: 100 },
    stderr: { write: (text) => (err += text), isTTY },
    env: {},
    folder,
  });
  // What sets colours is made readable.
  const [seen = "", seenError = ""] = [out, err].map((text) =>
    text.replaceAll("\u001b[", "<").replaceAll(/<(\d+)m/g, "<$1>"),
  );
  return [code, seen, seenError];
}

describe("main", () => {
  test("answers questions, whatever stands beside them", async () => {
    assert.match((await say(["--version"]))[1], /^hawser \d+\.\d+\.\d+, Node v/);
    assert.match((await say(["-h"]))[1], /^Usage: hawser SERVICE/);
    assert.match(
      (await say(["chat", "--help"]))[1],
      /^Usage: hawser chat .*--max-users.*--log-level.*hawser chat --listen/s,
    );
    assert.equal((await say(["--help", "chat"]))[1], (await say(["chat", "-h", "--max-users", "3"]))[1]);
    assert.match((await say(["run", "--help"]))[1], /^Usage: hawser run FILE \[OPTION \.\.\.\] \[-- ARGUMENT/);
    assert.doesNotMatch((await say(["completion", "--help"]))[1], /--log-level/);
    assert.match((await say(["--list"]))[1], /^chat\tA chat room[^\t]*\thawser$/m);
  });

  test("lists the services of packages, and warns of broken ones", async () => {
    const folder = new PackageFolder();
    folder.writeMotd("node_modules/motd", "motd");
    folder.write("node_modules/broken/package.json", { hawser: 1 });
    const [code, out, err] = await say(["--list"], folder.path);
    assert.equal(code, 0);
    assert.ok(out.endsWith(`motd\tSays it\tmotd 1.2.3 in ${folder.path}/node_modules/motd\n`));
    assert.match(err, /^hawser: warning: broken: .*\n$/);
    assert.match((await say(["motd", "--help"], folder.path))[1], /--text TEXT {2,}what it says \(default: Hello\)/);
  });

  test("uses colours on a terminal", async () => {
    assert.match((await say(["--list"], "/", true))[1], /<1>chat/);
    assert.match((await say(["caht"], "/", true))[2], /^<31>hawser:<39> caht: /);
  });

  test("complains in one line that names what is wrong, and ends with 2", async () => {
    const cases: [string[], string][] = [
      [[], "a service is missing, expected one of those that hawser --list shows; see hawser --help"],
      [["caht"], "caht: there is no such service; did you mean chat?"],
      [["--lits"], "--lits: there is no such option; did you mean --list?"],
      [["chat", "--max-user", "3"], "chat: --max-user: there is no such option; did you mean --max-users?"],
      [["chat", "--max-users", "0"], 'chat: --max-users: it is "0", expected a whole number from 1 to 100000'],
      [["chat", "now"], 'chat: "now" is no option, expected options alone'],
      [["chat", "--", "now"], 'chat: "now" is no option, expected options alone'],
      [["--umask", "7", "chat", "--umask", "7"], "chat: --umask: it is given twice, expected it once"],
      [
        ["--listen", "tcp:1", "run", "x"],
        "run: x: --listen: it says what workers share, expected --workers NUMBER beside it",
      ],
      [["--drain", "1", "run", "x"], "run: --drain: run has no such option, expected one of those that --help lists"],
      [["run"], "run: FILE is missing, expected a module"],
      [
        ["run", "a", "b"],
        'run: "b" is one too many, expected one FILE; what is for the module itself stands behind a --',
      ],
      [["completion"], "completion: SHELL is missing, expected bash, zsh, fish"],
      [["completion", "bsh"], 'completion: SHELL is "bsh", expected one of bash, zsh, fish; did you mean bash?'],
    ];
    for (const [argv, message] of cases) assert.deepEqual(await say(argv), [2, "", `hawser: ${message}\n`]);
  });

  test("prints completions, and completes words", async () => {
    assert.match((await say(["completion", "zsh"]))[1], /^#compdef hawser\n/);
    assert.deepEqual(await say(["completion", "words", "--", "chat", "--max"]), [
      0,
      "--max-users\thow many may be in the room\n",
      "",
    ]);
    assert.equal((await say(["completion", "words", "--", "run", ""]))[1], "\n");
    assert.match((await say(["completion", "words", "--", "run", "--re"]))[1], /^--reactor\t/);
    assert.equal((await say(["completion", "words", "--", "nothing", "--re"]))[1], "");
  });
});
