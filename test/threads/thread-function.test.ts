import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ThreadFunctionError } from "../../src/threads/errors.ts";
import { definitionOf, explain, functionOf, programFolder } from "../../src/threads/thread-function.ts";
import type { Callable, Definition } from "../../src/threads/thread-function.ts";

const folder = programFolder();

function refused(f: unknown, message: RegExp): void {
  assert.throws(
    () => definitionOf(f),
    (error) => {
      assert.ok(error instanceof ThreadFunctionError, String(error));
      assert.match(error.message, message);
      assert.match(error.message, /expected a function that stands alone or \{ module, export \}$/);
      return true;
    },
  );
}

function remade(f: unknown): Callable {
  return functionOf(definitionOf(f), folder) as Callable;
}

describe("definitionOf", () => {
  test("knows a function again, by identity and by text", () => {
    const make = (): ((n: number) => number) => (n) => n + 1;
    const first = definitionOf(make());
    assert.equal(definitionOf(make()), first);
    const f = make();
    assert.equal(definitionOf(f), definitionOf(f));
    assert.notEqual(definitionOf((n: number) => n + 2).id, first.id);
  });

  test("knows a function of a module again, however it is named", () => {
    const url = import.meta.url;
    const first = definitionOf({ module: url, export: "f" });
    for (const module of [new URL(url), fileURLToPath(url)]) {
      assert.equal(definitionOf({ module, export: "f" }), first);
    }
    assert.notEqual(definitionOf({ module: url }), first);
    assert.equal(definitionOf({ module: url }).export, "default");
  });

  test("takes URLs and names of packages", () => {
    for (const module of [
      "hawser",
      "hawser/threads",
      "@scope/name",
      "@scope/name/sub",
      "node:fs",
      "data:text/javascript,",
    ]) {
      assert.equal(definitionOf({ module, export: "f" }).module, module);
    }
  });

  test("refuses what does not say relative to what", () => {
    for (const module of ["./file.js", "../file.js", "#internal", "https://example.com/x.js", "", "@scope"]) {
      assert.throws(
        () => definitionOf({ module }),
        (error) =>
          error instanceof ThreadFunctionError && /does not say relative to what, expected/.test(error.message),
        module,
      );
    }
  });

  test("refuses what is no function", () => {
    for (const f of [undefined, null, 7, "f", {}, { module: 7 }, { module: "m", export: 7 }]) {
      assert.throws(() => definitionOf(f), /^TypeError: Cannot run .* in another thread: expected a function or/);
    }
  });

  test("refuses functions whose text does not make them", () => {
    const object = {
      method() {},
      async later() {},
      get property(): number {
        return 1;
      },
    };
    const { method, later } = object as unknown as Record<string, () => unknown>;
    refused(method, /^Cannot run method in another thread: its text alone is no function/);
    refused(later, /^Cannot run later in another thread: its text alone is no function/);
    const getter: unknown = Reflect.get(Object.getOwnPropertyDescriptor(object, "property")!, "get");
    refused(getter, /its text alone is no function/);
    refused(() => import.meta.url, /its text alone is no function, as with methods and with `import\.meta`/);
    class Poem {
      title = "";
    }
    refused(Poem, /^Cannot run Poem in another thread: it is a class/);
    refused(Math.max, /^Cannot run max in another thread: it is a part of the runtime/);
    refused(console.log.bind(console), /it is bound to an object of this thread/);
    refused(function* () {}, /it is a generator/);
    refused(async function* () {}, /it is a generator/);
    refused(() => import("./errors.test.ts"), /it imports "\.\/errors\.test\.js", and its text does not say relative/);
  });

  test("forgets the oldest of very many", () => {
    const f = (): string => "the oldest";
    const first = definitionOf({ module: "oldest-of-many" });
    const known = definitionOf(f);
    for (let n = 0; n < 1000; n++) definitionOf({ module: `package-${n}` });
    assert.notEqual(definitionOf({ module: "oldest-of-many" }).id, first.id);
    assert.equal(definitionOf(f), known, "an object that is still there is known by itself");
  });
});

describe("functionOf", () => {
  test("makes functions of all kinds, in strict mode", async () => {
    assert.equal(remade((a: number, b = 2) => a * b)(3), 6);
    assert.equal(
      remade(function named(n: number): number {
        return n < 2 ? 1 : n * named(n - 1);
      })(5),
      120,
    );
    assert.equal(await remade(async (n: number) => n)(1), 1);
    assert.equal(remade(function (this: unknown) { return this; })(), undefined); // prettier-ignore
    assert.equal(remade((/* a comment */) => "with a comment" // at the end
    )(), "with a comment"); // prettier-ignore
  });

  test("makes functions that import and require as the program does", async () => {
    const basename = await remade(async (path: string) => (await import("node:path")).basename(path))("/a/b");
    assert.equal(basename, "b");
    assert.equal(typeof (await remade(async () => (await import("hawser/threads")).ThreadPool)()), "function");
    const required = remade(() => require("node:path").sep as unknown)();
    assert.equal(required, join("a", "b")[1]);
  });

  test("imports functions of modules", async () => {
    const url = pathToFileURL(join(import.meta.dirname, "module-functions.js")).href;
    const add = await functionOf(definitionOf({ module: url, export: "add" }), folder);
    assert.equal(add(1, 2), "3 in the main thread");
    await assert.rejects(
      async () => functionOf(definitionOf({ module: url, export: "notAFunction" }), folder),
      (error) => {
        assert.ok(error instanceof ThreadFunctionError);
        assert.match(
          error.message,
          /^Cannot run notAFunction of file:.* in another thread: it is 7, expected a function$/,
        );
        return true;
      },
    );
  });
});

describe("programFolder", () => {
  test("is that of the main module, through links, or the working directory", () => {
    const main = process.argv[1];
    try {
      process.argv[1] = "/no/such/main.js";
      assert.equal(programFolder(), "/no/such");
      process.argv.length = 1;
      assert.equal(programFolder(), process.cwd());
    } finally {
      process.argv[1] = main!;
    }
    assert.equal(programFolder(), folder);
  });
});

describe("explain", () => {
  function thrownBy(f: () => unknown): [unknown, Definition] {
    const definition = definitionOf(f);
    try {
      (functionOf(definition, folder) as Callable)();
    } catch (error) {
      return [error, definition];
    }
    return assert.fail("it did not throw");
  }

  test("names the variable of the scope that was left", () => {
    const outside = 1;
    let written = 0;
    const [read, reader] = thrownBy(() => outside);
    assert.match((explain(read, reader, folder) as Error).message, /^Cannot use "outside" in anonymous: it belongs/);
    const [write, writer] = thrownBy(function count() {
      written = 1;
    });
    assert.match((explain(write, writer, folder) as Error).message, /^Cannot use "written" in count: /);
    assert.equal(written, 0);
  });

  test("leaves all other errors as they are", () => {
    const [error, definition] = thrownBy(() => {
      throw new RangeError("too far");
    });
    assert.equal(explain(error, definition, folder), error);
    const elsewhere = new ReferenceError("x is not defined");
    assert.equal(explain(elsewhere, definition, folder), elsewhere, "thrown by another function");
    elsewhere.stack = undefined as never;
    assert.equal(explain(elsewhere, definition, folder), elsewhere);
    const [early, tooEarly] = thrownBy(() => {
      const see = (): number => later;
      const seen = see();
      const later = 1;
      return seen;
    });
    assert.equal(explain(early, tooEarly, folder), early, "a name of its own");
    const module = definitionOf({ module: "hawser" });
    assert.equal(explain(elsewhere, module, folder), elsewhere);
  });
});
