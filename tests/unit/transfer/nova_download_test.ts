/**
 * Waiting for nova's own download, and no longer than it makes progress.
 *
 * @module
 */
import { join } from "node:path";
import { assertEquals, assertRejects } from "@std/assert";
import { waitForNova } from "@/transfer/nova_download.ts";
import { systemFiles } from "@/system/files.ts";
import { FakeClock, settle } from "../../doubles/clock.ts";
import { withFiles } from "../../doubles/folder.ts";

const NAME = "da39a3ee5e6b4b0d3255bfef95601890afd80709";
const HOUR = 3_600_000;

interface Waiting {
  readonly path: string;
  readonly clock: FakeClock;
  readonly logged: string[];
  readonly stop: AbortController;
  /** Whether it continues. */
  readonly isOver: () => boolean;
  readonly done: Promise<void>;
}

/** Waits in a cache with these files, which were written at the epoch; it is `now` ms later. */
function waiting(
  files: Readonly<Record<string, string>>,
  test: (waiting: Waiting) => Promise<void>,
  { now = 1000, timeout = HOUR } = {},
): Promise<void> {
  return withFiles(files, async (folder) => {
    for (const name of Object.keys(files)) await Deno.utime(join(folder, name), 0, 0);
    const [clock, logged, stop] = [new FakeClock({ now }), [] as string[], new AbortController()];
    const path = join(folder, NAME);
    const log = (level: string, text: string) => void logged.push(`${level}: ${text}`);
    let over = false;
    const done = waitForNova({ clock, files: systemFiles, log }, path, timeout, stop.signal)
      .finally(() => over = true);
    done.catch(() => {});
    await settle();
    await test({ path, clock, logged, stop, done, isOver: () => over });
    await done.catch(() => {});
    assertEquals(clock.sleeping, 0);
  });
}

/** Lets so many seconds pass, half a second at a time. */
async function pass(clock: FakeClock, seconds: number): Promise<void> {
  for (let turn = 0; turn < seconds * 2; turn++) await clock.advance(500);
}

Deno.test("waitForNova() continues at once where nova has nothing", () =>
  waiting({}, async ({ isOver, logged }) => {
    await settle();
    assertEquals([isOver(), logged], [true, []]);
  }));

Deno.test("waitForNova() continues at once where nova left something long ago", () =>
  waiting({ [`${NAME}.part`]: "half" }, async ({ isOver, logged }) => {
    await settle();
    assertEquals([isOver(), logged], [true, []]);
  }, { now: 30_001 }));

Deno.test("waitForNova() waits for as long as the download and the conversion go on", () =>
  waiting({ [`${NAME}.part`]: "" }, async ({ clock, isOver, logged, path }) => {
    for (const name of [`${path}.part`, `${path}.converted`]) {
      for (let size = 1; size < 5; size++) {
        await Deno.writeTextFile(name, "x".repeat(size));
        await pass(clock, 20);
        assertEquals(isOver(), false);
      }
    }
    await Deno.remove(`${path}.part`);
    await Deno.rename(`${path}.converted`, path);
    await pass(clock, 0.5);
    assertEquals(isOver(), true);
    assertEquals(logged, [`info: waiting for nova, which makes '${path}' itself`]);
  }));

Deno.test("waitForNova() continues when nova gives up", () =>
  waiting({ [`${NAME}.part`]: "" }, async ({ clock, isOver, path }) => {
    await Deno.remove(`${path}.part`);
    await pass(clock, 0.5);
    assertEquals(isOver(), true);
  }));

Deno.test("waitForNova() stops waiting for a file that has not changed for half a minute, and says so", () =>
  waiting({ [`${NAME}.part`]: "" }, async ({ clock, isOver, logged, path }) => {
    await pass(clock, 29.5);
    assertEquals(isOver(), false);
    await pass(clock, 0.5);
    assertEquals(isOver(), true);
    assertEquals(
      logged.at(-1),
      `warning: nova does not continue with '${path}': continuing without it`,
    );
    assertEquals(systemFiles.list(join(path, "..")), [`${NAME}.part`], "it is nova's");
  }));

Deno.test("waitForNova() waits no longer than its limit, even if nova's file grows", () =>
  waiting({ [`${NAME}.part`]: "" }, async ({ clock, isOver, logged, path }) => {
    for (let second = 1; second <= 60; second++) {
      assertEquals(isOver(), false);
      await Deno.writeTextFile(`${path}.part`, "x".repeat(second));
      await pass(clock, 1);
    }
    assertEquals(isOver(), true);
    assertEquals(
      logged.at(-1),
      `warning: nova takes more than 60 s for '${path}': no longer waiting`,
    );
  }, { timeout: 60_000 }));

Deno.test("waitForNova() ends with the signal", () =>
  waiting({ [`${NAME}.part`]: "" }, async ({ done, stop }) => {
    stop.abort(new Error("stopped"));
    await assertRejects(() => done, Error, "stopped");
  }));
