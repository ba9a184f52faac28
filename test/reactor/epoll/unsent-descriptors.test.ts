import assert from "node:assert/strict";
import { closeSync, fstatSync, openSync } from "node:fs";
import { test } from "node:test";
import { UnsentDescriptors } from "../../../src/reactor/epoll/unsent-descriptors.ts";
import { native, skip } from "./over-core.ts";

test("UnsentDescriptors, keeps duplicates and closes them", { skip }, () => {
  const unsent = new UnsentDescriptors(native);
  const made: number[] = [];
  const descriptors = new UnsentDescriptors({
    ...native,
    duplicateDescriptor: (fd: number) => {
      made.push(native.duplicateDescriptor(fd));
      return made.at(-1)!;
    },
  });
  const fd = openSync(process.execPath, "r");
  descriptors.add(fd);
  descriptors.add(fd);
  closeSync(fd);
  for (const duplicate of made) assert.ok(fstatSync(duplicate).isFile());
  descriptors.close();
  for (const duplicate of made) assert.throws(() => fstatSync(duplicate), { code: "EBADF" });
  assert.throws(() => unsent.add(100_000), { code: "EBADF" });
});
