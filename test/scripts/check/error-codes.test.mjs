import assert from "node:assert/strict";
import { test } from "node:test";
import { compareErrorCodes } from "../../../scripts/check/error-codes.mjs";
import { repositoryRoot } from "../../../scripts/lib/files.mjs";
import { addFiles, temporaryTree } from "../temporary-tree.mjs";

const errors = `export class LostError extends HawserError {
  override readonly name: string = "LostError";
  readonly code: string = "ERR_LOST";
}
export class GoneError extends LostError {
  override readonly code: string = "ERR_GONE";
}
if (error.code === "ERR_OF_NODE") throw error;
// readonly code: string = "ERR_IN_A_COMMENT";
`;
const head = "# Errors\n\n| code | class | meaning and what to do |\n|---|---|---|\n";
const lost = "| `ERR_LOST` | `LostError` | It was lost. Look for it |\n";
const gone = "| ERR_GONE | GoneError | It is gone. Make another |\n";

test("compareErrorCodes, finds nothing, when every code has its line", (t) => {
  const root = temporaryTree(t, { "src/errors.ts": errors, "docs/errors.md": head + lost + gone });
  assert.deepEqual(compareErrorCodes(root), []);
});

test("compareErrorCodes, names what is missing, stale, repeated or unexplained", (t) => {
  const root = temporaryTree(t, { "src/errors.ts": errors });
  assert.deepEqual(compareErrorCodes(root), [
    "docs/errors.md lacks ERR_LOST LostError, declared in src/errors.ts",
    "docs/errors.md lacks ERR_GONE GoneError, declared in src/errors.ts",
  ]);
  addFiles(root, {
    "docs/errors.md": `${head}${lost}${lost}| ERR_GONE | GoneError | |\n| ERR_OLD | OldError | Old |\n`,
  });
  assert.deepEqual(compareErrorCodes(root), [
    "docs/errors.md says ERR_LOST LostError twice",
    "docs/errors.md does not say what ERR_GONE GoneError means",
    "docs/errors.md is stale: no class in src declares ERR_OLD OldError",
  ]);
  addFiles(root, { "docs/errors.md": head + lost + gone.replace("GoneError", "LostError") });
  assert.deepEqual(compareErrorCodes(root), [
    "docs/errors.md is stale: no class in src declares ERR_GONE LostError",
    "docs/errors.md lacks ERR_GONE GoneError, declared in src/errors.ts",
  ]);
});

test("compareErrorCodes, finds nothing, in this repository", () => {
  assert.deepEqual(compareErrorCodes(repositoryRoot), []);
});
