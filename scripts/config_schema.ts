// Writes resources/sluice.schema.json anew, from the table of options.
//
//   deno run --allow-write=resources/sluice.schema.json scripts/config_schema.ts

import { schemaText } from "../lib/config.ts";

if (import.meta.main) {
  await Deno.writeTextFile(
    new URL("../resources/sluice.schema.json", import.meta.url),
    `${schemaText()}\n`,
  );
}
