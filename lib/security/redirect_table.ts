/**
 * Does this path lead somewhere else by the operator's word? Text in, verdict out. The host of a
 * location is always the operator's or none at all: what a client asked for can only become a part
 * of a path.
 *
 * @module
 */

/** A redirect as the operator wrote it. */
export interface Redirect {
  /** A decoded path with at most one `*`, which stands for any text. */
  readonly from: string;
  /** Status of the answer. */
  readonly status: 301 | 302 | 303 | 307 | 308;
  /** An encoded path or an http(s) URL; its `*`, if any, is what the other one stood for. */
  readonly to: string;
}

/** Where a path leads. */
export interface Redirection {
  /** Status of the answer. */
  readonly status: Redirect["status"];
  /** A path of ours, or a URL whose host the operator wrote; in ASCII. */
  readonly location: string;
}

/** Browsers give up after so many redirects in a row. */
const HOPS_MAX = 20;

/** What a `*` is tried with when a circle is looked for. */
const SAMPLE = "x";

/** A redirect with a `*`, taken apart. */
interface Pattern {
  readonly place: number;
  readonly prefix: string;
  readonly suffix: string;
}

/** All redirects of a server. An earlier one wins over a later one. */
export class RedirectTable {
  readonly #redirects: readonly Redirect[];
  readonly #exact = new Map<string, number>();
  readonly #patterns: Pattern[] = [];

  /** Takes redirects whose form was checked. */
  constructor(redirects: readonly Redirect[]) {
    this.#redirects = redirects;
    for (const [place, { from }] of redirects.entries()) {
      const [prefix = "", suffix] = from.split("*");
      if (suffix !== undefined) this.#patterns.push({ place, prefix, suffix });
      else if (!this.#exact.has(from)) this.#exact.set(from, place);
    }
  }

  /**
   * Where `path` leads, if anywhere.
   *
   * @param path A judged and decoded path: none of its segments is empty, `.` or `..`.
   *
   * @example Usage
   * ```ts
   * import { assertEquals } from "@std/assert";
   *
   * const table = new RedirectTable([{ from: "/old/*", status: 301, to: "/new/*" }]);
   * assertEquals(table.find("/old/a b"), { status: 301, location: "/new/a%20b" });
   * assertEquals(table.find("/older"), undefined);
   * ```
   */
  find(path: string): Redirection | undefined {
    const exact = this.#exact.get(path) ?? Infinity;
    const pattern = this.#patterns.find(({ place, prefix, suffix }) =>
      place < exact && path.length >= prefix.length + suffix.length &&
      path.startsWith(prefix) && path.endsWith(suffix)
    );
    const redirect = this.#redirects[pattern?.place ?? exact];
    if (redirect === undefined) return undefined;
    const captured = pattern === undefined
      ? ""
      : path.slice(pattern.prefix.length, path.length - pattern.suffix.length);
    return { status: redirect.status, location: locationOf(redirect, captured) };
  }

  /**
   * A redirect that leads on and on among our own paths, if there is one. A `*` is tried with one
   * text, so a circle that takes a special one is not found.
   */
  get circle(): Redirect | undefined {
    return this.#redirects.find((redirect) => this.#isEndless(redirect));
  }

  #isEndless(redirect: Redirect): boolean {
    let location = locationOf(redirect, SAMPLE);
    for (let hop = 0; hop < HOPS_MAX; hop++) {
      if (!location.startsWith("/")) return false;
      const [path = ""] = location.split(/[?#]/, 1);
      const next = this.find(decodeURIComponent(path));
      if (next === undefined) return false;
      location = next.location;
    }
    return true;
  }
}

/** Two slashes at the start would make the first segment a host to a browser (CVE-2021-28861). */
function locationOf({ to }: Redirect, captured: string): string {
  const escaped = captured.split("/").map(encodeURIComponent).join("/");
  const location = to.replace("*", () => escaped);
  return location.replace(/^\/{2,}/, "/");
}
