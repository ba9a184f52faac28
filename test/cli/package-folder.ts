/** A folder with packages that offer services, for tests. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export const MOTD = `export default {
  name: "motd",
  summary: "Says it",
  example: { command: "hawser motd", does: "says it" },
  options: { text: { type: "text", help: "what it says", default: "Hello" } },
  make: (options) => ({
    startService() {
      console.log(options.text);
      this.timer = setInterval(() => {}, 1000);
    },
    stopService() {
      clearInterval(this.timer);
      console.log("Bye");
    },
  }),
};
`;

/** It is removed when the process ends. */
export class PackageFolder {
  readonly path: string = mkdtempSync(join(tmpdir(), "hawser-"));

  constructor() {
    process.on("exit", () => rmSync(this.path, { recursive: true, force: true }));
  }

  write(path: string, content: string | object): void {
    const file = join(this.path, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  }

  /** A package that offers the service `motd`. */
  writeMotd(folder: string, name: string): void {
    const services = { motd: { summary: "Says it", module: "./motd.js" } };
    this.write(`${folder}/package.json`, { name, version: "1.2.3", type: "module", hawser: { services } });
    this.write(`${folder}/motd.js`, MOTD);
  }
}
