/**
 * What every scheme handler must do, whatever its peer does: the same tests for each of them, on
 * the embedded lab and on real Ceph.
 *
 * @module
 */
import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import {
  altered,
  dense,
  type ImageContent,
  noise,
  resized,
  sparse,
} from "@lab/embedded/content.ts";
import { placeOf, type TransferFault } from "@lab/embedded/fault.ts";
import { ToolError } from "@/errors.ts";
import type { Source } from "@/sources/source.ts";
import { SEGMENT_SIZE } from "@/bytes/segment.ts";
import { collectGarbage } from "../doubles/garbage.ts";
import { openOptions, receive } from "./received.ts";

/** The peer of one handler, and the handler in front of it. */
export interface HandlerLab extends AsyncDisposable {
  /** Stores an image where the handler finds it. */
  place(content: ImageContent, fault?: TransferFault): Source | Promise<Source>;
  /** A source of an image that the peer does not have. */
  absent(): Source;
  /** Resolves when a transfer has reached the peer. */
  reached(): Promise<void>;
  /** Resolves when nothing of a transfer is left at the peer; throws if that does not come. */
  idle(): void | Promise<void>;
}

/** What a handler's lab can do. */
export interface HandlerTraits {
  /** Starts the peer. */
  readonly lab: () => HandlerLab | Promise<HandlerLab>;
  /** Whether holes arrive as such, so that an image of many GiB costs nothing. */
  readonly holes: boolean;
  /**
   * Tests that are left out, and why: what this peer cannot be made to do, or what takes too long.
   * @default {{}}
   */
  readonly leftOut?: Readonly<Partial<Record<Optional, string>>>;
}

/** Tests that a lab may leave out. */
export type Optional = TransferFault["kind"] | "borders";

const MIB = 1 << 20;
const OBJECT = 8 * MIB;

/** Runs the suite. */
export function handlerSuite(name: string, traits: HandlerTraits): void {
  const test = (criterion: string, run: (lab: HandlerLab) => Promise<void>) =>
    Deno.test(`${name}: ${criterion}`, async () => {
      await using lab = await traits.lab();
      await run(lab);
      await lab.idle();
    });
  contentTests(test, traits);
  lieTests(test);
  for (const [what, tests] of Object.entries(OPTIONAL) as [Optional, typeof bordersTest][]) {
    if (traits.leftOut?.[what] === undefined) tests(test, traits);
  }
  endTests(test);
}

/** Every kind of fault has its tests: the compiler sees to it. */
const OPTIONAL: Readonly<Record<Optional, (test: Test, traits: HandlerTraits) => void>> = {
  borders: bordersTest,
  silent: silenceTests,
  hang: hangTests,
  cut: cutTests,
  trickle: trickleTests,
};

type Test = (criterion: string, run: (lab: HandlerLab) => Promise<void>) => void;

function contentTests(test: Test, traits: HandlerTraits): void {
  for (const size of [0, 1, 4097, SEGMENT_SIZE, SEGMENT_SIZE + 1, OBJECT, OBJECT + 12_345]) {
    test(`delivers an image of ${size} bytes whole`, async (lab) => {
      const content = dense(noise(size, size));
      assertEquals((await receive(await lab.place(content), content)).length, size);
    });
  }
  const size = 3 * OBJECT + 777;
  const shapes: Readonly<Record<string, ImageContent>> = {
    "at the start": sparse(size, { [OBJECT + 5]: size - OBJECT - 5 }),
    "in the middle": sparse(size, { 0: 4096, [2 * OBJECT + 1]: OBJECT + 776 }),
    "at the end": sparse(size, { 0: OBJECT - 1 }),
    "everywhere": sparse(size, {}),
    "inside an object": sparse(size, { 0: 10, [MIB]: 10, [size - 1]: 1 }),
  };
  for (const [place, content] of Object.entries(shapes)) {
    test(`delivers an image with a hole ${place}`, async (lab) => {
      const { length, holes } = await receive(await lab.place(content), content);
      assertEquals(length, size);
      if (traits.holes && place !== "inside an object") assert(holes >= OBJECT, `${holes}`);
    });
  }
  test("keeps its buffers in circulation", async (lab) => {
    const content = dense(noise(3 * OBJECT));
    const { buffers } = await receive(await lab.place(content), content);
    assert(buffers <= 4, `${buffers} buffers of 1 MiB for one transfer`);
  });
  test("counts the transferred bytes", async (lab) => {
    const content = dense(noise(OBJECT + 1));
    const { transferred } = await receive(await lab.place(content), content);
    assert(transferred >= content.size && transferred < content.size + 1000, `${transferred}`);
  });
  test("opens at the given offset, or says that it cannot", (lab) => resumes(lab));
}

/** Offsets beyond 31 and 32 bits, where a number that is too small would wrap. */
function bordersTest(test: Test, { holes }: HandlerTraits): void {
  test("delivers an image with data on the borders of 2^31 and 2^32 bytes", async (lab) => {
    const size = 2 ** 32 + 12_345;
    const content = sparse(size, {
      [2 ** 31 - 5]: 10,
      [2 ** 32 - 7]: 14,
      [size - 3]: 3,
    });
    const { length, transferred } = await receive(await lab.place(content), content);
    assertEquals(length, size);
    if (holes) assert(transferred < 6 * OBJECT, `${transferred}`);
    else assertEquals(transferred, size);
  });
}

async function resumes(lab: HandlerLab): Promise<void> {
  const content = dense(noise(2 * MIB + 3));
  const source = await lab.place(content);
  if (!source.resumable) return;
  const offset = MIB + 1;
  try {
    assertEquals((await receive(source, content, { offset })).length, content.size - offset);
  } catch (error) {
    assertInstanceOf(error, ToolError, `${error}`);
    assert(error.retryable, error.message);
    assertEquals(source.resumable, false);
  }
}

function lieTests(test: Test): void {
  const content = dense(noise(2 * MIB + 1));
  test("does not pass a shorter image off as whole", async (lab) => {
    const source = await lab.place(resized(content, content.size - 1));
    await assertRejects(() => receive(source, content), ToolError);
  });
  test("does not pass a longer image off as whole", async (lab) => {
    const longer = resized(content, content.size + 1);
    const source = await lab.place(longer);
    await assertRejects(() => receive(source, longer, { size: content.size }), ToolError);
  });
  test("stops an endless image", async (lab) => {
    const source = await lab.place(resized(content, 2 * OBJECT));
    await assertRejects(
      () => receive(source, resized(content, 2 * OBJECT), { size: 10 }),
      ToolError,
    );
  });
  test("passes on altered bytes unchanged, for the hash to find", async (lab) => {
    const other = altered(content, MIB);
    assertEquals((await receive(await lab.place(other), other)).length, content.size);
  });
  test("reports a missing image with one lasting error", async (lab) => {
    const error = await assertRejects(() => receive(lab.absent(), content), ToolError);
    assertEquals(error.retryable, false, error.message);
  });
}

function cutTests(test: Test): void {
  const content = sparse(OBJECT + 4321, { 0: MIB + 9, [OBJECT]: 4321 });
  for (const [place, after] of Object.entries({ first: 0, middle: MIB, last: -1 })) {
    test(`errors when its peer breaks off at the ${place} byte`, async (lab) => {
      const source = await lab.place(content, { kind: "cut", after });
      await assertRejects(() => receive(source, content), ToolError);
    });
  }
}

function silenceTests(test: Test): void {
  const content = dense(noise(3 * MIB));
  test("ends when aborted although its peer never answers", async (lab) => {
    await endsWhenTold(lab, await lab.place(content, { kind: "silent" }), content, 0);
  });
}

function hangTests(test: Test): void {
  const content = dense(noise(3 * MIB));
  test("ends when aborted although its peer hangs before the data", async (lab) => {
    await endsWhenTold(lab, await lab.place(content, { kind: "hang", after: 0 }), content, 0);
  });
  for (const [place, after] of Object.entries({ "in the middle": MIB + 10, "at the end": -1 })) {
    test(`ends when aborted although its peer hangs ${place}`, async (lab) => {
      const source = await lab.place(content, { kind: "hang", after });
      await endsWhenTold(lab, source, content, placeOf(after, content.size));
    });
  }
  test("releases its hung peer when the reader cancels", async (lab) => {
    // So little behind the first segment that its peer has written it and hangs by then.
    const source = await lab.place(content, { kind: "hang", after: MIB + 100 });
    await using transfer = await source.open(openOptions({ size: content.size }));
    const reader = transfer.segments.getReader();
    assertEquals((await reader.read()).done, false);
    await reader.cancel();
    await lab.idle();
  });
}

/** Aborts as soon as `after` bytes have come, and expects the transfer to end with that reason. */
async function endsWhenTold(
  lab: HandlerLab,
  source: Source,
  content: ImageContent,
  after: number,
): Promise<void> {
  const reason = new ToolError("timeout", "The test has seen enough");
  const controller = new AbortController();
  const abort = () => controller.abort(reason);
  // A transfer runs for minutes: whatever listens to its signal must outlive the collector.
  const abortLater = () => void collectGarbage().then(abort);
  const onTransferred = (total: number) => total >= after ? abortLater() : undefined;
  const receiving = receive(source, content, { signal: controller.signal, onTransferred });
  if (after === 0) Promise.race([lab.reached(), receiving]).then(abort, abort);
  assertEquals(await assertRejects(() => receiving, ToolError), reason);
}

function trickleTests(test: Test): void {
  test("assembles an image that arrives in small pieces", async (lab) => {
    const content = sparse(1500, { 0: 700, 1000: 500 });
    const source = await lab.place(content, { kind: "trickle", piece: 13 });
    assertEquals((await receive(source, content)).length, content.size);
  });
}

function endTests(test: Test): void {
  const content = dense(noise(2 * OBJECT));
  const { size } = content;
  test("releases its peer when the reader cancels", async (lab) => {
    const source = await lab.place(content);
    await using transfer = await source.open(openOptions({ size }));
    const reader = transfer.segments.getReader();
    assertEquals((await reader.read()).done, false);
    await reader.cancel();
    await lab.idle();
  });
  test("releases its peer when it is disposed in the middle", async (lab) => {
    const source = await lab.place(content);
    {
      await using transfer = await source.open(openOptions({ size }));
      const reader = transfer.segments.getReader();
      assertEquals((await reader.read()).done, false);
      reader.releaseLock();
    }
    await lab.idle();
  });
  test("releases its peer when it is never read", async (lab) => {
    const source = await lab.place(content);
    await (await source.open(openOptions({ size })))[Symbol.asyncDispose]();
    await lab.idle();
  });
  test("does not start if it is already aborted", async (lab) => {
    const source = await lab.place(content);
    const reason = new ToolError("interrupted", "The test never wanted to begin");
    const signal = AbortSignal.abort(reason);
    const error = await assertRejects(() => receive(source, content, { signal }), ToolError);
    assertEquals(error, reason);
  });
  test("serves two transfers at once", async (lab) => {
    const source = await lab.place(content);
    const both = await Promise.all([receive(source, content), receive(source, content)]);
    assertEquals(both.map(({ length }) => length), [size, size]);
  });
}
