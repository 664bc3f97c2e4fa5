/**
 * Real children behind real wrappers, as in ceph/ceph.automation#45 and TheJJ/ceph-balancer#27:
 * whatever they leave behind, no wait lasts longer than the child.
 *
 * @module
 */
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import type { Child } from "@/context.ts";
import { ToolError } from "@/errors.ts";
import { processesWith } from "@/system/processes.ts";
import { quickClock, Wrappers } from "../../doubles/wrapper.ts";

const processes = processesWith(quickClock);

/** Longer than any test may take. */
const LONG = "sleep 60";

const STOPPED = new Error("the test has seen enough");

async function textOf(child: Child): Promise<string> {
  return await new Response(child.stdout).text();
}

/** Scripts that go on until they are ended; each says so first. */
const HANGING: Readonly<Record<string, string>> = {
  "does not exec what it runs": `${LONG} & echo $! >> $LEFT; echo; wait`,
  "ignores SIGTERM": `trap '' TERM; ${LONG} & echo $! >> $LEFT; echo; while :; do wait; done`,
  "starts another session": `setsid ${LONG} & echo $! >> $LEFT; echo; wait`,
  "execs it": `echo $$ >> $LEFT; echo; exec ${LONG}`,
};

for (const [what, text] of Object.entries(HANGING)) {
  Deno.test(`spawn() does not wait for a grandchild when it ends a wrapper that ${what}`, async () => {
    await using wrappers = new Wrappers();
    const stop = new AbortController();
    const child = processes.spawn([wrappers.write("rbd", text)], { signal: stop.signal });
    // The first byte says that the script has done what comes before.
    const reader = child.stdout.getReader();
    await reader.read();
    stop.abort(STOPPED);
    const { signal } = await child.status;
    assertEquals(signal, what === "ignores SIGTERM" ? "SIGKILL" : "SIGTERM");
    assertEquals((await reader.read()).done, true);
  });
}

Deno.test("spawn() does not wait for a program that it may not end, such as 'exec sudo' in a wrapper", async () => {
  // The runtime learns of the end a moment after the kernel.
  let ended: Promise<Deno.CommandStatus> | undefined;
  {
    await using wrappers = new Wrappers();
    const child = processes.spawn([wrappers.write("rbd", `echo $$ >> $LEFT; echo; exec ${LONG}`)]);
    const reader = child.stdout.getReader();
    await reader.read();
    const { kill } = Deno.ChildProcess.prototype;
    Deno.ChildProcess.prototype.kill = function () {
      ended = this.status;
      throw new Deno.errors.PermissionDenied("Operation not permitted (os error 1)");
    };
    try {
      child.kill();
      assertEquals(await child.status, { code: 137, signal: "SIGKILL" });
      assertEquals((await reader.read()).done, true);
    } finally {
      Deno.ChildProcess.prototype.kill = kill;
    }
    assert(wrappers.isAnythingLeft, "the test has tested something");
  }
  assertEquals((await ended)?.success, false);
});

/** Scripts that exit 0 and leave a child behind with a pipe of theirs; the other pipe is closed to it. */
const LEAVING: Readonly<Record<string, string>> = {
  "standard error": `echo data; ${LONG} >&- & echo $! >> $LEFT; echo word >&2; exit 0`,
  "standard output": `echo data; ${LONG} 2>&- & echo $! >> $LEFT; echo word >&2; exit 0`,
  "both": `echo data; ${LONG} & echo $! >> $LEFT; echo word >&2; exit 0`,
};

for (const [pipe, text] of Object.entries(LEAVING)) {
  Deno.test(`spawn() delivers the data and status 0 if a grandchild holds ${pipe}`, async () => {
    await using wrappers = new Wrappers();
    await using child = processes.spawn([wrappers.write("rbd", text)]);
    assertEquals(await textOf(child), "data\n");
    assertEquals(await child.status, { code: 0, signal: null });
    assertEquals(child.stderrTail(), "word");
    assert(wrappers.isAnythingLeft, "the test has tested something");
  });
}

Deno.test("spawn() delivers everything in the pipe to a slow reader, long after the end", async () => {
  await using wrappers = new Wrappers();
  const text = `head -c 60000 /dev/zero; ${LONG} 2>&- & echo $! >> $LEFT`;
  await using child = processes.spawn([wrappers.write("rbd", text)]);
  await child.status;
  for (let turn = 0; turn < 5; turn++) await quickClock.sleep(1000);
  assertEquals((await textOf(child)).length, 60_000);
});

Deno.test("spawn() does not report a buffer as filled if it was lost with the read", async () => {
  await using wrappers = new Wrappers();
  const text = `echo data; ${LONG} & echo $! >> $LEFT`;
  await using child = processes.spawn([wrappers.write("rbd", text)]);
  const reader = child.stdout.getReader({ mode: "byob" });
  const { value } = await reader.read(new Uint8Array(10));
  assertEquals(value?.length, 5);
  const rest = new Uint8Array(value!.buffer, 5, 5);
  const error = await assertRejects(() => reader.read(rest), ToolError);
  assertEquals(error.code, "temporary");
});

Deno.test("spawn() keeps what a child says before it ends, and starts it with an empty environment", async () => {
  await using wrappers = new Wrappers();
  const path = wrappers.write("rbd", `env | cut -d= -f1 | sort >&2; exit 3`);
  await using child = processes.spawn([path]);
  assertEquals(await textOf(child), "");
  assertEquals(await child.status, { code: 3, signal: null });
  // What a shell sets by itself.
  const names = child.stderrTail().split("\n").filter((name) =>
    !["PWD", "SHLVL", "_"].includes(name)
  );
  assertEquals(names, ["LC_ALL"]);
});

Deno.test("stderrTail() shows no key, also where the tail begins in the middle of one", async () => {
  const key = "AQBxyzxyAAAAABAAxyzxyzxyzxyzxyzxyzxyzw==";
  await using wrappers = new Wrappers();
  const line = `printf 'rbd: text type=key val=${key}: Malformed input'`;
  const text = `for each in $(seq 1 400); do ${line}; done >&2`;
  await using child = processes.spawn([wrappers.write("rbd", text)]);
  await child.stdout.cancel();
  await child.status;
  const tail = child.stderrTail();
  assertStringIncludes(tail, "rbd: text type=key val=***: Malformed input");
  assertEquals(tail.length <= 4096, true);
  for (let at = 0; at + 10 <= key.length; at++) {
    assert(!tail.includes(key.slice(at, at + 10)), key.slice(at, at + 10));
  }
});

for (
  const [packages, hints] of [
    [{ deb: "qemu-utils", rpm: "qemu-img" }, [
      "apt-get install qemu-utils, or dnf install qemu-img",
    ]],
    [undefined, []],
  ] as const
) {
  Deno.test(`spawn() of a missing program hints at ${packages?.deb ?? "nothing it does not know"}`, () => {
    const options = packages === undefined ? {} : { packages };
    const start = () => processes.spawn(["/nonexistent/program"], options);
    const error = assertThrows(start, ToolError, "'/nonexistent/program': it is not installed");
    assertEquals(error.hints, hints);
  });
}
