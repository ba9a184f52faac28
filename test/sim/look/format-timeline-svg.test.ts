import assert from "node:assert/strict";
import { test } from "node:test";
import { formatTimelineSVG } from "../../../src/sim/look/format-timeline-svg.ts";
import { cleanConnection, datagrams, troubles } from "./fixtures.ts";
import { elementsIn, parseXML } from "./well-formed.ts";

test("formatTimelineSVG, is a picture of everything, well-formed and alone", () => {
  const events = [...troubles(), ...cleanConnection(9), ...datagrams()];
  const picture = formatTimelineSVG(events);
  const root = parseXML(picture);
  assert.equal(root.name, "svg");
  assert.equal(root.attributes["xmlns"], "http://www.w3.org/2000/svg");
  const packets = elementsIn(root).filter(({ attributes }) => attributes["class"]?.startsWith("packet "));
  assert.equal(packets.length, events.filter(({ kind }) => kind === "sent").length);
  assert.ok(elementsIn(root).every(({ name }) => name !== "script"));
  assert.doesNotMatch(picture, /href|url\(|@import/);
  const heights = elementsIn(root).flatMap(({ attributes }) =>
    attributes["y"] === undefined ? [] : [Number(attributes["y"])],
  );
  assert.ok(Math.max(...heights) < Number(root.attributes["height"]));
});

test("formatTimelineSVG, has the title that it is given, or one of its own", () => {
  assert.equal(parseXML(formatTimelineSVG([], { title: "<Run 7 & 8>" })).children[0]!.text, "<Run 7 & 8>");
  assert.equal(parseXML(formatTimelineSVG([])).children[0]!.text, "Timeline");
});
