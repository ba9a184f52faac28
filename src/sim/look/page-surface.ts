/** What the program of a page needs of a browser. The compiler knows none here, and tests give it one of their own. */

export interface PageEvent {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly button: number;
  readonly clientX: number;
  readonly clientY: number;
  readonly deltaX: number;
  readonly deltaY: number;
  /** 0 for pixels, 1 for lines, 2 for pages. */
  readonly deltaMode: number;
  readonly pointerId: number;
  preventDefault(): void;
}

export interface PageElement {
  id: string;
  value: string;
  checked: boolean;
  readonly selected: boolean;
  className: string;
  type: string;
  textContent: string | null;
  innerHTML: string;
  /** Of a list to choose from. */
  readonly options: ArrayLike<PageElement>;
  addEventListener(type: string, listener: (event: PageEvent) => void, options?: { readonly passive: boolean }): void;
  setAttribute(name: string, value: string): void;
  append(...children: (PageElement | string)[]): void;
  replaceChildren(...children: (PageElement | string)[]): void;
  querySelectorAll(selector: string): ArrayLike<PageElement>;
  getBoundingClientRect(): {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
  setPointerCapture(pointer: number): void;
  focus(): void;
}

export interface PageDocument {
  getElementById(id: string): PageElement | null;
  createElement(name: string): PageElement;
}

export interface PageWindow {
  addEventListener(type: string, listener: (event: PageEvent) => void): void;
  requestAnimationFrame(draw: () => void): unknown;
}
