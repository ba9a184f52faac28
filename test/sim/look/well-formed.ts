/** Whether a text is well-formed XML, as far as diagrams use XML; and what is in it. */
import assert from "node:assert/strict";

export interface XMLElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** What is in it, without its elements. */
  text: string;
  readonly children: XMLElement[];
}

const TOKEN =
  /<!DOCTYPE html>|<!\[CDATA\[(?<data>.*?)\]\]>|<(?<close>\/)?(?<name>[a-zA-Z][\w-]*)(?<attributes>(?:\s+[\w:-]+="[^"<]*")*)\s*(?<empty>\/)?>|(?<text>[^<]+)/gsy;
/** Section 2.2 of the recommendation: all that is a character. */
const CHARACTERS = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

/** Parses `markup`; fails where it is not well-formed. Returns the outermost element. */
export function parseXML(markup: string): XMLElement {
  assert.match(markup, CHARACTERS);
  const outside: XMLElement = { name: "", attributes: {}, text: "", children: [] };
  const open = [outside];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < markup.length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(markup)?.groups;
    assert.ok(
      found !== undefined || markup.startsWith("<!DOCTYPE html>", at),
      `not well-formed: ${markup.slice(at, at + 60)}`,
    );
    const { data, close, name, attributes = "", empty, text } = found ?? {};
    const inside = open.at(-1)!;
    if (data !== undefined) inside.text += data;
    else if (text !== undefined) inside.text += unescape(text);
    else if (close !== undefined) assert.equal(open.pop()!.name, name);
    else if (name !== undefined) {
      const pairs = [...attributes.matchAll(/([\w:-]+)="([^"]*)"/g)].map(
        ([, key, value]) => [key!, unescape(value!)] as const,
      );
      assert.equal(new Set(pairs.map(([key]) => key)).size, pairs.length, `an attribute twice: ${attributes}`);
      const element = { name, attributes: Object.fromEntries(pairs), text: "", children: [] };
      inside.children.push(element);
      if (empty === undefined) open.push(element);
    }
  }
  assert.equal(open.length, 1, `not closed: ${open.at(-1)!.name}`);
  assert.equal(outside.children.length, 1);
  return outside.children[0]!;
}

/** All elements in `root`, itself first. */
export function elementsIn(root: XMLElement): XMLElement[] {
  return [root, ...root.children.flatMap((child) => elementsIn(child))];
}

function unescape(text: string): string {
  const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  return text.replace(/&([^;\s]*;?)/g, (_, name: string) => {
    const character = entities[name.slice(0, -1)];
    assert.ok(name.endsWith(";") && character !== undefined, `not an entity: &${name}`);
    return character;
  });
}
