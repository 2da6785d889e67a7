/**
 * The operator's own pages for errors: `404.html`, and `50x.html` for whatever is our fault. They are
 * for people; a program gets its line of text.
 *
 * @module
 */

import type { Request } from "../http/request.ts";
import type { Answer } from "../http/response.ts";
import { Catalogue } from "./catalogue.ts";
import { fromFile, fromMemory } from "./file_answer.ts";
import type { Folder } from "./folder.ts";
import type { Moment } from "./moment.ts";
import { isNavigation } from "./navigation.ts";
import { pageFields, type Presentation } from "./representation.ts";

/** Octets of a page: whoever asks for what is not there shall not get much more than asked. */
const PAGE_BYTES_MAX = 1024 * 1024;

function pageName(status: number): string | undefined {
  if (status === 404) return "404.html";
  return status >= 500 && status <= 599 ? "50x.html" : undefined;
}

/** The error pages in one folder. */
export class ErrorPages {
  readonly #folder: Folder;
  readonly #presentation: Presentation;
  readonly #catalogue: Catalogue;

  /** Takes pages from `folder`, if there are any; they may come and go. */
  constructor(folder: Folder, presentation: Presentation) {
    this.#folder = folder;
    this.#presentation = presentation;
    this.#catalogue = new Catalogue(folder, presentation);
  }

  /**
   * The answer to a request that failed with `status`.
   *
   * @param fields Finished field lines that the error carries anyway.
   * @returns `undefined` when there is no page for it, or it cannot be had: a page that fails is no
   * error of its own.
   */
  answer(request: Request, status: number, fields: string, moment: Moment): Answer | undefined {
    const name = pageName(status);
    if (name === undefined || !isNavigation(request)) return undefined;
    try {
      const page = this.#open(this.#folder.pathOf([name]), moment);
      return page && {
        status,
        fields: fields + pageFields(`/${name}`, this.#presentation),
        content: page.content,
      };
    } catch {
      return undefined;
    }
  }

  /** Lets go of everything: it is not asked again. */
  close(): void {
    this.#catalogue.close();
  }

  /** Lets go of what nobody asked for lately. */
  tidy(moment: Moment): void {
    this.#catalogue.tidy(moment);
  }

  #open(path: string, moment: Moment): Answer | undefined {
    const known = this.#catalogue.find(path, moment);
    if (known === undefined || known === "folder") return undefined;
    if (known.state.sizeBytes > PAGE_BYTES_MAX) return undefined;
    if (known.content !== undefined) return fromMemory(known, known.content, undefined);
    const opened = this.#catalogue.open(path, known, moment);
    return opened && fromFile(opened, undefined);
  }
}
