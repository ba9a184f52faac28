import assert from "node:assert/strict";
import { test } from "node:test";
import { Application } from "../../src/application/application.ts";
import { NotedService } from "./noted-service.ts";

test("Application, has a name and says who it is to run as", () => {
  const application = new Application("echo", { uid: 1000, gid: "nogroup" });
  assert.equal(application.name, "echo");
  assert.equal(application.uid, 1000);
  assert.equal(application.gid, "nogroup");
  assert.equal(new Application("echo").uid, undefined);
});

test("Application, refuses to have no name", () => {
  assert.throws(() => new Application(""), /Cannot name an application '': expected some text/);
  assert.throws(() => new Application(undefined as never), TypeError);
});

test("Application, starts and stops its children", async () => {
  const notes: string[] = [];
  const application = new Application("echo");
  new NotedService("a", notes).setServiceParent(application);
  application.startService();
  await application.stopService();
  assert.deepEqual(notes, ["start a", "stop a"]);
});
