import { assertEquals } from "@std/assert";
import { commandParts } from "@/ui/words.ts";

Deno.test("commandParts ends a command with its clause, and joins two that are one line of a shell", () => {
  assertEquals(
    commandParts("compare: ceph auth get-key client.x; glance-direct doctor rbd.keyring"),
    [
      "compare:",
      "ceph auth get-key client.x; glance-direct doctor rbd.keyring",
    ],
  );
  assertEquals(commandParts("ceph -s; the limit is --stall-timeout"), [
    "ceph -s;",
    "the",
    "limit",
    "is",
    "--stall-timeout",
  ]);
  assertEquals(commandParts("let rbd read it"), ["let", "rbd", "read", "it"]);
});
