import { fromFileUrl } from "@std/path";

/** The folder of the site that comes with the program: in its source tree, or inside its binary. */
export function siteFolder(): string {
  return fromFileUrl(new URL("../../resources/", import.meta.url));
}
