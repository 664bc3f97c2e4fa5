import { StatusLine } from "@/ui/status_line.ts";
import { assert, assertEquals } from "@std/assert";
import { FakeTerminal } from "../../doubles/terminal.ts";

for (const isRich of [true, false]) {
  const kind = isRich ? "rich" : "plain";

  Deno.test(`StatusLine on a ${kind} terminal leaves nothing of a longer text before`, () => {
    const terminal = new FakeTerminal({ isRich });
    const line = new StatusLine(terminal);
    line.draw("a long text");
    line.draw("short");
    assertEquals(terminal.screen(), ["short"]);
    line.clear();
    assertEquals(terminal.screen(), [""]);
  });

  Deno.test(`StatusLine on a ${kind} terminal stays below what is written above it`, () => {
    const terminal = new FakeTerminal({ isRich });
    const line = new StatusLine(terminal);
    line.draw("[####>-----] 40%");
    line.above(() => terminal.err("warning\n"));
    assertEquals(terminal.screen(), ["warning", "[####>-----] 40%"]);
  });
}

Deno.test("StatusLine sends no escape sequence to a terminal that is not rich", () => {
  const terminal = new FakeTerminal({ isRich: false });
  const line = new StatusLine(terminal);
  line.draw("text");
  line.clear();
  assert(!terminal.writes.join("").includes("\x1b"));
});

Deno.test("StatusLine is cleared at its end, together with ^C", () => {
  const terminal = new FakeTerminal();
  const line = new StatusLine(terminal);
  line.draw("text");
  line.clear();
  terminal.err("^C");
  line.end();
  line.draw("again");
  assertEquals(terminal.screen(), [""]);
});

Deno.test("StatusLine writes nothing when there is nothing to clear", () => {
  const terminal = new FakeTerminal();
  new StatusLine(terminal).clear();
  assertEquals(terminal.writes, []);
});
