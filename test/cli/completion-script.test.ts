/** The scripts in the shells that are installed, with the real command. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { COMPLETION_SCRIPTS } from "../../src/cli/completion-script.ts";

const bin = fileURLToPath(new URL("../../../bin", import.meta.url));

function shell(name: string, script: string): string | undefined {
  const env = { ...process.env, PATH: `${bin}:${process.env["PATH"] ?? ""}` };
  const { stdout, stderr, error } = spawnSync(name, ["-c", script], { env, encoding: "utf8" });
  if (error !== undefined) return undefined;
  assert.equal(stderr, "");
  return stdout;
}

test("bash, completes services, options and values", (t) => {
  const complete = (...words: string[]): string =>
    `COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}; _hawser; echo "\${COMPREPLY[*]}"\n`;
  const script = `${COMPLETION_SCRIPTS.bash}${complete("hawser", "chat")}${complete("hawser", "chat", "--reactor", "")}${complete("hawser", "chat", "--log-f")}complete -p hawser`;
  const answer = shell("bash", script);
  if (answer === undefined) return t.skip("bash is not installed");
  assert.equal(answer, "chat\nepoll node\n--log-format --log-file\ncomplete -F _hawser hawser\n");
});

test("fish, completes services, options and values", (t) => {
  const complete = (words: string): string => `complete -C '${words}'\n`;
  const script = `${COMPLETION_SCRIPTS.fish}${complete("hawser chat")}${complete("hawser chat --reactor ")}`;
  const answer = shell("fish", script);
  if (answer === undefined) return t.skip("fish is not installed");
  assert.match(answer, /^chat\tA chat room.*\nepoll\nnode\n$/);
});

test("zsh, takes the script", (t) => {
  const answer = shell("zsh", `autoload -Uz compinit; compinit -D; ${COMPLETION_SCRIPTS.zsh}echo \${_comps[hawser]}`);
  if (answer === undefined) return t.skip("zsh is not installed");
  assert.equal(answer, "_hawser\n");
});
