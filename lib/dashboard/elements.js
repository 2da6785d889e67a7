// Elements of the page: made, changed only where something changed, and kept in place while lists
// around them move, so that focus and selection survive the next second.

import { piecesOf } from "./visible_text.js";

/** The elements of the page that have an id. */
export const page = Object.fromEntries(
  [...document.querySelectorAll("[id]")].map((element) => [element.id, element]),
);

/** Makes an element with attributes and children; strings become text. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Sets a text, and touches nothing if it is the same. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Sets an attribute, and touches nothing if it is the same. */
export function mark(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** Text from outside, in an element that keeps its direction to itself. */
export function foreign(text) {
  const pieces = piecesOf(text).map(({ text, isNamed }) =>
    isNamed ? make("span", { class: "named" }, text) : text
  );
  return make("bdi", { dir: "ltr", class: "foreign" }, ...pieces);
}

/** Children of one parent, each known by a key. */
export class KeyedList {
  #parent;
  #create;
  #update;
  #nodes = new Map();

  /** `create(item)` gives `{ element, ... }`; `update(node, item)` brings it up to date. */
  constructor(parent, create, update = () => {}) {
    this.#parent = parent;
    this.#create = create;
    this.#update = update;
  }

  /** Shows these items in this order. */
  show(items, keyOf) {
    const nodes = new Map();
    for (const item of items) {
      const key = keyOf(item);
      if (nodes.has(key)) continue;
      const node = this.#nodes.get(key) ?? this.#create(item);
      this.#update(node, item);
      nodes.set(key, node);
    }
    for (const [key, { element }] of this.#nodes) if (!nodes.has(key)) element.remove();
    this.#nodes = nodes;
    this.#arrange();
  }

  #arrange() {
    let place = this.#parent.firstElementChild;
    for (const { element } of this.#nodes.values()) {
      if (element === place) {
        place = place.nextElementSibling;
        continue;
      }
      const focused = element.contains(document.activeElement) ? document.activeElement : null;
      this.#parent.insertBefore(element, place);
      focused?.focus({ preventScroll: true }); // moving an element takes the focus from it
    }
  }
}

/** Rows of a table: a header cell and figures, by key. */
export class FigureRows {
  #list;

  constructor(body) {
    this.#list = new KeyedList(body, ({ name, figures }) => {
      const cells = figures.map(() => make("td", { class: "number" }));
      const element = make("tr", {}, make("th", { scope: "row" }, name), ...cells);
      return { element, cells };
    }, ({ cells, element }, { figures, tone = "" }) => {
      mark(element, "data-tone", tone);
      for (const [index, cell] of cells.entries()) write(cell, figures[index]);
    });
  }

  /** Shows rows of `{ name, figures, tone? }`. */
  show(rows) {
    this.#list.show(rows, ({ name }) => name);
  }
}
