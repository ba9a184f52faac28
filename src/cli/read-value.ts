/** Reads the value of an option from its text. */
import type { Option, OptionValue } from "./option.ts";

/** The value, or what is wrong with it and what was expected, as it follows the name of the option. */
export type ReadValue = { readonly value: OptionValue } | { readonly problem: string };

/** Reads `text` as the value of `option`, which takes one. */
export function readValue(option: Option, text: string): ReadValue {
  switch (option.type) {
    case "integer":
      return readNumber(option, text, /^[+-]?\d+$/, "a whole number");
    case "number":
      return readNumber(option, text, /^[+-]?(\d+\.?\d*|\.\d+)$/, "a number");
    case "mode":
      if (/^[0-7]{1,4}$/.test(text)) return { value: Number.parseInt(text, 8) };
      return unexpected(text, "octal digits from 0 to 7777");
    case "choice":
      if (option.choices.includes(text)) return { value: text };
      return unexpected(text, `one of ${option.choices.join(", ")}`);
    case "text":
    case "path":
    case "endpoint":
    case "flag":
    default:
      return text === "" ? { problem: "it is empty, expected some text" } : { value: text };
  }
}

function readNumber(
  option: { readonly min?: number; readonly max?: number },
  text: string,
  digits: RegExp,
  kind: string,
): ReadValue {
  const { min = 0, max } = option;
  const value = Number(text);
  if (digits.test(text) && value >= min && value <= (max ?? Infinity)) return { value };
  const range = max === undefined ? `from ${min} on` : `from ${min} to ${max}`;
  return unexpected(text, `${kind} ${range}`);
}

function unexpected(text: string, expected: string): ReadValue {
  return { problem: `it is ${JSON.stringify(text)}, expected ${expected}` };
}
