/**
 * Runs a program to its end and keeps what it printed.
 *
 * Nothing is thrown for a program that fails or is missing: the exit code says it. Stdin is closed, so that no program
 * can wait for an answer; colours are off, because the output is read by scripts; and the program is not told that a test
 * runner or a coverage run is around us, because it is no part of either.
 */
import { spawn } from "node:child_process";

/**
 * @typedef {object} Outcome
 * @property {number} code the exit code; 127 when the program could not be started, 128 when a signal ended it
 * @property {string} stdout
 * @property {string} output stdout and stderr in the order in which they arrived
 */

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string }} [options]
 * @returns {Promise<Outcome>}
 */
export function runCommand(command, args, { cwd } = {}) {
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, NO_COLOR: "1" };
  for (const name of ["FORCE_COLOR", "NODE_TEST_CONTEXT", "NODE_V8_COVERAGE"]) delete env[name];
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
    child.on("error", (error) => resolve({ code: 127, stdout, output: output + error.message }));
    child.on("close", (code) => resolve({ code: code ?? 128, stdout, output }));
  });
}
