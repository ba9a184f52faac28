/** As much of a browser as the program of a page needs. */
import type { PageDocument, PageElement, PageEvent, PageWindow } from "../../../src/sim/look/page-surface.ts";
import { elementsIn, parseXML } from "./well-formed.ts";
import type { XMLElement } from "./well-formed.ts";

export class FakeElement implements PageElement {
  readonly name: string;
  readonly attributes: Record<string, string>;
  id: string;
  value: string;
  checked: boolean;
  selected = false;
  className = "";
  type = "";
  textContent: string;
  innerHTML = "";
  children: (FakeElement | string)[] = [];
  isFocused = false;
  /** In the page, as the browser has laid it out. */
  height = 640;
  readonly #listeners = new Map<string, ((event: PageEvent) => void)[]>();

  constructor(name: string, attributes: Record<string, string> = {}, text = "") {
    this.name = name;
    this.attributes = { ...attributes };
    this.id = attributes["id"] ?? "";
    this.value = attributes["value"] ?? "";
    this.checked = attributes["checked"] !== undefined;
    this.textContent = text;
  }

  static of(element: XMLElement): FakeElement {
    const made = new FakeElement(element.name, element.attributes, element.text);
    made.children = element.children.map((child) => FakeElement.of(child));
    if (made.name === "select" && element.attributes["multiple"] === undefined)
      made.value = made.options[0]?.value ?? "";
    return made;
  }

  get options(): FakeElement[] {
    return this.all().filter(({ name }) => name === "option");
  }

  addEventListener(type: string, listener: (event: PageEvent) => void): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  setAttribute(name: string, value: string): void {
    this.attributes[name] = value;
  }

  append(...children: (FakeElement | string)[]): void {
    this.children.push(...children);
  }

  replaceChildren(...children: (FakeElement | string)[]): void {
    this.children = children;
  }

  querySelectorAll(selector: string): FakeElement[] {
    return this.all().filter(({ name }) => name === selector);
  }

  getBoundingClientRect(): { left: number; top: number; width: number; height: number } {
    return { left: 10, top: 100, width: 1000, height: this.height };
  }

  setPointerCapture(): void {}

  focus(): void {
    this.isFocused = true;
  }

  /** Lets an event happen; `true` where the browser is to do nothing of its own. */
  fire(type: string, event: Partial<PageEvent> = {}): boolean {
    let isPrevented = false;
    const complete = {
      key: "",
      ctrlKey: false,
      metaKey: false,
      altKey: false,
      shiftKey: false,
      button: 0,
      clientX: 0,
      clientY: 0,
      deltaX: 0,
      deltaY: 0,
      deltaMode: 0,
      pointerId: 1,
      preventDefault: () => (isPrevented = true),
      ...event,
    };
    for (const listener of this.#listeners.get(type) ?? []) listener(complete);
    return isPrevented;
  }

  /** This and all elements in it. */
  all(): FakeElement[] {
    return [this, ...this.children.flatMap((child) => (typeof child === "string" ? [] : child.all()))];
  }

  /** All text in it. */
  allText(): string {
    return this.all()
      .map(({ textContent }) => textContent)
      .join(" ");
  }
}

/** A page that was loaded, whose program has not run. */
export class FakePage {
  readonly root: FakeElement;
  /** What is inside of script elements that are programs. */
  readonly scripts: string[];
  readonly document: PageDocument;
  readonly window: PageWindow;
  readonly #frames: (() => void)[] = [];
  readonly #view = new FakeElement("window");

  constructor(markup: string) {
    const parsed = parseXML(markup);
    this.root = FakeElement.of(parsed);
    this.scripts = elementsIn(parsed)
      .filter(({ name, attributes }) => name === "script" && attributes["type"] === undefined)
      .map(({ text }) => text);
    const { root } = this;
    this.document = {
      getElementById: (id) => root.all().find((element) => element.id === id) ?? null,
      createElement: (name) => new FakeElement(name),
    };
    this.window = {
      addEventListener: (type, listener) => this.#view.addEventListener(type, listener),
      requestAnimationFrame: (draw) => this.#frames.push(draw),
    };
  }

  find(id: string): FakeElement {
    return this.document.getElementById(id) as FakeElement;
  }

  resize(): void {
    this.#view.fire("resize");
  }

  /** Draws what waits to be drawn; answers how often. */
  draw(): number {
    const frames = this.#frames.splice(0);
    for (const frame of frames) frame();
    return frames.length;
  }

  /** What the diagram shows. */
  drawing(): XMLElement[] {
    return elementsIn(parseXML(`<g>${this.find("drawing").innerHTML}</g>`));
  }

  /** The classes of all groups in the diagram that have `name` among them. */
  groups(name: string): string[] {
    return this.drawing()
      .filter((element) => element.name === "g")
      .map(({ attributes }) => attributes["class"] ?? "")
      .filter((classes) => classes.split(" ").includes(name));
  }
}
