// A site: lists of folders, addresses without extensions, and old addresses that lead to new ones.

import { get } from "../../tests/integration/requests.ts";
import { guarded } from "./protection.ts";
import type { Chapter } from "./step.ts";

const FLAGS = ["--listing", "on", "--clean-urls", "on", "--redirect", "/old=301 /new"];

const site = guarded(
  "for people and programs",
  FLAGS,
  "list.css listed, /page is 200, /old is 301 to /new",
  async (server) => {
    using client = await server.connect();
    const list = await client.ask(get("/plain/", "Accept: application/json"));
    const names = JSON.parse(list.text).entries.map(({ name }: { name: string }) => name);
    const page = await client.ask(get("/page"));
    const old = await client.ask(get("/old"));
    return `${names.join(", ")} listed, /page is ${page.status}, /old is ${old.status} to ` +
      `${old.fields.get("location")}`;
  },
);

/** The chapter. */
export const A_SITE: Chapter = { title: "A site", steps: [site] };
