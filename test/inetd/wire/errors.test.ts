import assert from "node:assert/strict";
import { test } from "node:test";
import { HawserError } from "../../../src/errors.ts";
import { InetdConfigError } from "../../../src/inetd/wire/errors.ts";

test("InetdConfigError, names the file and the line", () => {
  const cause = new Error("why");
  const error = new InetdConfigError({ file: "/etc/inetd.conf", line: 3 }, "it is wrong, expected it not to be", {
    cause,
  });
  assert.ok(error instanceof HawserError);
  assert.equal(error.message, "Cannot use /etc/inetd.conf:3: it is wrong, expected it not to be");
  assert.deepEqual([error.name, error.code], ["InetdConfigError", "ERR_INETD_CONFIG"]);
  assert.deepEqual([error.file, error.line, error.cause], ["/etc/inetd.conf", 3, cause]);
});
