import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { TopClients } from "../../lib/telemetry/top_clients.ts";

function counted(clients: readonly string[], rows: number): TopClients {
  const top = new TopClients(rows);
  clients.forEach((client, at) => top.add(client, at));
  return top;
}

const ROWS: [what: string, clients: string, list: [string, number, number, number][]][] = [
  ["counts nobody", "", []],
  ["counts exactly while there is room", "abacab", [["a", 3, 0, 4], ["b", 2, 0, 5], [
    "c",
    1,
    0,
    3,
  ]]],
  ["keeps the order of their coming among equals", "ba", [["b", 1, 0, 0], ["a", 1, 0, 1]]],
  ["gives a newcomer the row and the count of the least", "aabbcd", [
    ["a", 2, 0, 1],
    ["b", 2, 0, 3],
    ["d", 2, 1, 5],
  ]],
  ["counts a client that comes again from its row's count", "aaabbcdc", [
    ["a", 3, 0, 2],
    ["c", 3, 2, 7],
    ["d", 2, 1, 6],
  ]],
];
for (const [what, clients, list] of ROWS) {
  Deno.test(`TopClients ${what}`, () => {
    const rows = counted([...clients], 3).list();
    assertEquals(
      rows.map(({ client, count, overcount, lastMs }) => [client, count, overcount, lastMs]),
      list.toSorted((a, b) => b[1] - a[1]),
    );
  });
}

Deno.test("TopClients counts an empty address like any other", () => {
  const list = counted(["", "a", "", "b", ""], 2).list();
  assertEquals(list.map(({ client, count }) => [client, count]), [["", 3], ["b", 2]]);
});

Deno.test("TopClients never counts too few, nor too many by more than it says, nor misses many", () => {
  const clients = fc.array(fc.constantFrom(..."abcdefghijklmnop", "__proto__"), { maxLength: 400 });
  fc.assert(fc.property(clients, fc.integer({ min: 1, max: 8 }), (clients, rows) => {
    const list = counted(clients, rows).list();
    const exact = new Map<string, number>();
    for (const client of clients) exact.set(client, (exact.get(client) ?? 0) + 1);
    assert(list.length <= rows);
    assertEquals(new Set(list.map(({ client }) => client)).size, list.length);
    assertEquals(list.reduce((sum, { count }) => sum + count, 0), clients.length);
    for (const { client, count, overcount } of list) {
      const truly = exact.get(client) ?? 0;
      assert(count >= truly && count - overcount <= truly);
    }
    for (const [client, truly] of exact) {
      if (truly > clients.length / rows) assert(list.some((row) => row.client === client));
    }
  }));
});

Deno.test("a list of TopClients stays as it is when more is counted", () => {
  const top = counted(["a"], 1);
  const list = top.list();
  top.add("b", 1);
  assertEquals(list, [{ client: "a", count: 1, overcount: 0, lastMs: 0 }]);
});
