import { assertEquals } from "@std/assert";
import { item, plain, verbatim } from "@/manual/roff.ts";

Deno.test("plain keeps a dot at the head of a line from being a request", () => {
  assertEquals(plain(".SH x\n.y"), "\\&.SH x\n\\&.y");
});

Deno.test("plain escapes what roff would print as something else", () => {
  assertEquals(plain("a\\b -c 'd' \"e\""), "a\\eb \\-c \\(aqd\\(aq \\(dqe\\(dq");
});

Deno.test("plain names characters beyond ASCII by their code", () => {
  assertEquals(plain("…é"), "\\[u2026]\\[u00E9]");
});

Deno.test("item fills an empty body, or else the next item would become the body", () => {
  assertEquals(item("a", ""), ".TP\na\n\\&");
});

Deno.test("verbatim escapes each line", () => {
  assertEquals(verbatim([".a"]).split("\n").at(-3), "\\&.a");
});
