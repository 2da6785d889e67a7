// What it costs to judge a target's path: a plain one, one that has to be decoded, and one that is
// refused.

import { resolveTargetPath } from "../../lib/security/target_path.ts";

const PATHS = {
  "a short plain path": "/index.html",
  "a deep plain path": "/assets/2026/11/fonts/inter/inter-regular.woff2",
  "a path with escapes": "/caf%C3%A9/men%C3%BC%20du%20jour.html",
  "a path that climbs": "/assets/%2e%2e/%2e%2e/etc/passwd",
};

let accepted = 0; // kept, so that nothing is optimised away

for (const [name, path] of Object.entries(PATHS)) {
  Deno.bench(`resolveTargetPath judges ${name}`, () => {
    if (resolveTargetPath(path).ok) accepted++;
  });
}
