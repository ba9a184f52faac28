import assert from "node:assert/strict";
import { test } from "node:test";
import { listText } from "../../src/cli/list-text.ts";
import { styleFor } from "../../src/cli/terminal.ts";

const style = styleFor({ write: () => {} }, {});
const services = [
  { name: "chat", summary: "A room", origin: "hawser" },
  { name: "motd", summary: "Says it again", origin: "motd 1.0.0 in /x" },
];

test("listText, has columns for eyes and tabs for programs", () => {
  assert.equal(listText(services, style, true), "chat  A room         hawser\nmotd  Says it again  motd 1.0.0 in /x\n");
  assert.equal(listText(services, style, false), "chat\tA room\thawser\nmotd\tSays it again\tmotd 1.0.0 in /x\n");
});
