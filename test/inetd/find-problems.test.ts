import assert from "node:assert/strict";
import { test } from "node:test";
import { checkEntry, findProblems, problemOf } from "../../src/inetd/find-problems.ts";
import { InetdConfigError } from "../../src/inetd/wire/errors.ts";
import { parseInetdConf } from "../../src/inetd/wire/parse-inetd-conf.ts";
import { ACCOUNTS, entryOf } from "./fixtures.ts";

test("findProblems, finds lines that are wrong, users whom there are not, and programs that cannot be run", () => {
  const conf = parseInetdConf(`1 stream tcp nowait me /bin/sh
2 stream tcp nowait nobdy /bin/sh
3 stream tcp nowait me
4 stream tcp nowait nobdy internal echo
5 stream tcp nowait other internal echo
6 stream tcp nowait me /no/such/program
7 stream tcp nowait me /bin
8 stream tcp nowait me /etc/passwd
9 stream tcp nowait me:other internal echo
`);
  assert.deepEqual(
    findProblems(conf, ACCOUNTS).map(({ message }) => message),
    [
      '2: there is no user "nobdy", expected a name in /etc/passwd, or a number',
      "3: it has 5 fields, expected at least 6: service, socket type, protocol, wait or nowait, user, program",
      '4: there is no user "nobdy", expected a name in /etc/passwd, or a number',
      "6: the program is /no/such/program, expected a file that may be executed",
      "7: the program is /bin, expected a file and no folder",
      "8: the program is /etc/passwd, expected a file that may be executed",
      '9: there is no group "other", expected a name in /etc/group, or a number',
    ].map((text) => `Cannot use inetd.conf:${text}`),
  );
});

test("problemOf, keeps the error that checkEntry throws", () => {
  const entry = entryOf("\n\n6 stream tcp nowait me /no/such/program");
  assert.throws(() => checkEntry(entry, ACCOUNTS), /expected a file that may be executed$/);
  const cause = new Error("it is wrong, expected it not to be");
  const problem = problemOf(parseInetdConf("", { file: "x" }), entry, cause);
  assert.ok(problem instanceof InetdConfigError);
  assert.deepEqual([problem.message, problem.cause], ["Cannot use x:3: it is wrong, expected it not to be", cause]);
});
