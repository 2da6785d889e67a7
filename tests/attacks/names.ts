// Files inside of the root that are not for everybody: hidden ones, links that lead out, and what
// is no file at all.

import { get, request } from "../integration/requests.ts";
import { ABSENT, type Attack, attacks, SERVED, type Verdict } from "./attack.ts";
import { PARTIAL, STORED } from "./site.ts";

const HIDDEN: Verdict = { status: 403, event: "hidden-file", after: "open" };
const LED_OUT: Verdict = { status: 403, event: "symlink", after: "open", needs: "links" };
const GZIP = "Accept-Encoding: gzip";
const BROTLI = "Accept-Encoding: br";

/** Names that begin with a dot. */
export const HIDDEN_FILES: readonly Attack[] = [
  ...attacks(HIDDEN, [
    ["the environment of a site (http-server)", get("/.env")],
    ["an encoded dot, guarded before decoding (caddy#7941)", get("/%2eenv")],
    ["a hidden file in upper case (caddy#7548)", get("/.ENV")],
    ["a repository (serve, http-server)", get("/.git/config")],
    ["a repository's head", get("/.git/HEAD")],
    ["a repository with a joiner in its name (CVE-2014-9390)", get("/.g%e2%80%8cit/config")],
    ["a hidden file behind an invisible character", get("/%e2%80%8b.env")],
    ["rules of Apache", get("/.htaccess")],
    ["passwords below a folder", get("/sub/.htpasswd")],
    ["a hidden folder", get("/.hidden/page.html")],
    ["a hidden file in the well-known folder", get("/.well-known/.htpasswd")],
    ["a well-known folder that is not at the top", get("/sub/.well-known/page.html")],
    ["a folder of keys that is not there", get("/.ssh/id_rsa")],
    ["two dots and a name", get("/..env")],
    ["an upload under way", get(`/uploads/${PARTIAL}`)],
    ["a hidden file with HEAD", request("HEAD", "/.env")],
    ["a hidden file, if it exists", get("/.env", "If-None-Match: *")],
    ["a hidden file, a range of it", get("/.env", "Range: bytes=0-3")],
    ["a hidden file by its code", get("/.env", GZIP)],
    ["a hidden file with a query", get("/.env?.html")],
    ["a hidden file in absolute form", get("http://localhost/.env")],
    ["a hidden file behind slashes", get("//.env")],
  ]),
  ...attacks(SERVED, [
    ["the well-known folder (http-server#441)", get("/.well-known/security.txt")],
  ]),
];

/** Links, and things that are no files. */
export const LINKS: readonly Attack[] = [
  ...attacks(LED_OUT, [
    ["a link out of the root (dufs#670 symlinks)", get("/out.html")],
    ["a link to a link (miniserve#1495)", get("/chain.html")],
    ["a folder that is a link (dufs#670 symlinks)", get("/outdir/page.html")],
    [
      "a link that is not the last part of the path (static-web-server#639)",
      get("/outdir/deep/page.html"),
    ],
    ["a link nested in a link (miniserve#781)", get("/sub/nested/page.html")],
    ["an index file behind a linked folder (dufs#670 symlinks)", get("/outdir/")],
    ["an index file that is a link (pathosDev/actor-ts#575)", get("/linkindex/")],
    ["a link to a sibling (CVE-2025-58751 sibling prefix)", get("/sibling/file.html")],
    ["a link to the parent", get("/up/secret.html")],
    ["a link to the parent, and back in", get("/up/outside/page.html")],
    ["a link to a system file, past the permissions (deno#2318)", get("/passwd.html")],
    ["a link to the environment, past the permissions (denoland/docs#2958)", get("/environ.html")],
    ["a link with HEAD", request("HEAD", "/out.html")],
    ["a link, if it exists", get("/out.html", "If-None-Match: *")],
    ["a link, a range of it", get("/out.html", "Range: bytes=0-9")],
    ["a link out of the uploads (miniserve#518)", get("/uploads/link.json")],
    ["a link out of the uploads into the root", get("/uploads/root.json")],
    ["a link into the uploads (CVE-2025-58751 sibling prefix)", get("/partial.html")],
    [
      "a linked folder of uploads (CVE-2025-58751 sibling prefix)",
      get(`/uploaded/${STORED}`),
    ],
    ["a gzipped sibling that is a link (dufs#670 symlinks, .gz)", get("/coded.html", GZIP)],
    ["a brotli sibling that is a link (dufs#670 symlinks, .br)", get("/brotli.html", BROTLI)],
    ["a gzipped sibling that is a link, asked for by name", get("/coded.html.gz")],
    ["a brotli sibling that is a link, asked for by name", get("/brotli.html.br")],
  ]),
  ...attacks({ ...SERVED, needs: "links" }, [
    ["a plain file beside a linked sibling", get("/coded.html")],
    ["a link that stays inside", get("/inside.bin")],
  ]),
  ...attacks({ ...ABSENT, needs: "links" }, [
    ["a link to itself", get("/loop.html")],
    ["a link to nowhere", get("/nowhere.html")],
  ]),
  ...attacks({
    ...LED_OUT,
    event: "hidden-file",
  }, [
    ["a link to a hidden file", get("/env.html")],
  ]),
  ...attacks({ ...ABSENT, needs: "pipe" }, [
    ["a pipe, which never ends", get("/special/pipe.html")],
    ["a pipe with HEAD", request("HEAD", "/special/pipe.html")],
  ]),
  ...attacks({ ...ABSENT, needs: "device" }, [
    ["a device, which never ends", get("/special/zero.html")],
  ]),
  ...attacks({ ...ABSENT, needs: "socket" }, [
    ["a socket", get("/special/socket.html")],
  ]),
];
