/** `delete`, `version` and `flush_all`: a line each, and one for the answer. */
import type { Command } from "./command.ts";
import { commandLine, unexpected, wordResult } from "./command.ts";
import type { Key } from "./key.ts";
import { keyText } from "./key.ts";

/** The result is whether there was a value. Throws `ClientError` for a key that cannot be one. */
export function deleteCommand(key: Key): Command<boolean> {
  return {
    bytes: [commandLine(`delete ${keyText(key)}`)],
    take: wordResult("delete", { DELETED: true, NOT_FOUND: false }),
  };
}

export function flushCommand(): Command<boolean> {
  return { bytes: [commandLine("flush_all")], take: wordResult("flush_all", { OK: true }) };
}

export function versionCommand(): Command<string> {
  return {
    bytes: [commandLine("version")],
    take(reply) {
      if (reply.kind !== "version") throw unexpected("version", reply);
      return { result: reply.version };
    },
  };
}
