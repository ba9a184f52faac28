/** A Failure carries what was thrown: what it is, what it says, and how to throw it again. */
import { Failure, execute } from "hawser/deferred";

class NotFoundError extends Error {
  override readonly name = "NotFoundError";
  readonly title: string;

  constructor(title: string, options?: ErrorOptions) {
    super(`There is no poem called "${title}"`, options);
    this.title = title;
  }
}

const failure = new Failure(new NotFoundError("The Raven", { cause: new RangeError("Page 7 of 6") }));

console.log("Message:", failure.getErrorMessage());
console.log("Is it one of these?", failure.check(TypeError, RangeError)?.name ?? "no");
console.log("Or one of these?", failure.check(TypeError, NotFoundError)?.name ?? "no");
console.log("In short:");
failure.printTraceback(process.stdout, { detail: "brief" });

try {
  failure.raiseException();
} catch (error) {
  console.log("It is the same error again:", error === failure.value);
}

// In a chain, `trap` says which failures an errback is for; the others pass.
function find(title: string): string {
  if (title === "") throw new TypeError("A poem needs a title");
  throw new NotFoundError(title);
}

for (const title of ["The Raven", ""]) {
  execute(find, title)
    .addErrback((lost) => `Try another one than ${lost.trapValue(NotFoundError).title}`)
    .addErrback((other) => `Something else: ${other.getErrorMessage()}`)
    .addCallback((answer) => console.log(answer));
}
