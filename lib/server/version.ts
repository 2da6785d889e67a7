/** Version of the program: that of `deno.json`, which a test keeps it equal to. */
export const VERSION = "0.1.0";
