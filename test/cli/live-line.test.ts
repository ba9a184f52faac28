import assert from "node:assert/strict";
import { test } from "node:test";
import { LiveLine } from "../../src/cli/live-line.ts";

test("LiveLine, is written over, keeps below what else is written, and leaves a fresh line", () => {
  let text = "";
  const output = { columns: 10, write: (more: string) => (text += more.replaceAll("\u001b", "ESC")) };
  const line = new LiveLine(output);
  line.write("log 1\n");
  line.show("one");
  line.write("log 2\n");
  output.columns = 4;
  line.show("three");
  output.columns = 0;
  line.show("four");
  line.end();
  line.end();
  line.write("log 3\n");
  const clear = "\rESC[K";
  assert.equal(text, `log 1\n${clear}one${clear}log 2\none${clear}thr${clear}four\nlog 3\n`);
});
