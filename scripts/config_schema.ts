// Writes sluice.schema.json anew, from the table of options.
//
//   deno run --allow-write=sluice.schema.json scripts/config_schema.ts

import { schemaText } from "../lib/config.ts";

if (import.meta.main) {
  await Deno.writeTextFile(new URL("../sluice.schema.json", import.meta.url), `${schemaText()}\n`);
}
