/** The process of the command. */
import { ExitCode } from "./exit-code.ts";
import { main } from "./main.ts";

// Who reads what is said may have had enough: `hawser --list | head -1`. That is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? ExitCode.fine : ExitCode.failed);
});
// There is nobody to tell.
process.stderr.on("error", () => {});

const code = await main(process.argv.slice(2));
process.exitCode = code;
// What a program has left behind, such as a timer, does not keep it alive; what it has said is said first.
process.stdout.write("", () => process.exit(code));
