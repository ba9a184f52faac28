/** Values and functions as source text, for programs that are printed. */
import { inspect } from "node:util";

const LINE_WIDTH = 100;
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/**
 * Plain data as a literal. What is none, such as a function inside of it, becomes a comment that says what was there.
 *
 * @param indent what its further lines begin with
 */
export function codeOf(value: unknown, indent: string = ""): string {
  if (typeof value === "string") return textCode(value);
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "bigint") return `${value}n`;
  if (value === null || value === undefined || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) {
    return enclosed(
      "[",
      value.map((item) => (inner: string) => codeOf(item, inner)),
      "]",
      indent,
    );
  }
  if (!isPlain(value)) return `undefined /* ${comment(inspect(value, { depth: 0 }))} */`;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  const parts = entries.map(
    ([name, item]) =>
      (inner: string) =>
        `${IDENTIFIER.test(name) ? name : textCode(name)}: ${codeOf(item, inner)}`,
  );
  return enclosed("{", parts, "}", indent);
}

/** Line ends that JSON knows nothing of are allowed in texts, but editors break lines at them. */
function textCode(text: string): string {
  return JSON.stringify(text).replace(/[\u2028\u2029]/g, (end) => (end === "\u2028" ? "\\u2028" : "\\u2029"));
}

/** In a line where it fits, else a line each. */
function enclosed(open: string, parts: readonly ((indent: string) => string)[], close: string, indent: string): string {
  if (parts.length === 0) return open + close;
  const inner = `${indent}  `;
  const texts = parts.map((part) => part(inner));
  const space = open === "{" ? " " : "";
  const line = `${open}${space}${texts.join(", ")}${space}${close}`;
  if (!line.includes("\n") && indent.length + line.length <= LINE_WIDTH) return line;
  return `${open}\n${texts.map((text) => `${inner}${text},\n`).join("")}${indent}${close}`;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A text that ends neither the comment nor the line. */
export function comment(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").replaceAll("*/", "* /");
}

/** The text of a function as an expression; methods have to be taken out of an object. */
export function functionCode(f: Function): string {
  const text = Function.prototype.toString.call(f);
  if (isExpression(`(${text})`)) return text;
  return isExpression(`({ ${text} })`)
    ? `({ ${text} })[${JSON.stringify(f.name)}]`
    : `undefined /* ${comment(text)} */`;
}

function isExpression(text: string): boolean {
  const { Script } = process.getBuiltinModule("node:vm");
  try {
    return new Script(text) instanceof Script;
  } catch {
    return false;
  }
}
