/**
 * A fetch of nova-compute while nova-compute is being stopped: nova-compute finishes its builds
 * first, and the fetch that one of them waits for must not end before.
 *
 * @module
 */
import { assertEquals, assertGreater } from "@std/assert";
import { dense, noise } from "@lab/embedded/content.ts";
import { Host } from "./host.ts";
import { failureOf, resultOf } from "./program.ts";

/** A shell in nova-compute's place: it starts the program as the hook does, and waits for it. */
const NOVA = 'exec 3<&0; GLANCE_DIRECT_HOOK_PARENT=$$ "$@" <&3 & echo $! >"$0"; wait $!';

/** A fetch for a nova-compute, in the middle of the image's data. */
class Drain implements AsyncDisposable {
  readonly host = new Host();
  readonly #gate = Promise.withResolvers<void>();
  readonly part = `${this.host.lab.instances}/base.part`;
  readonly #pid = `${this.host.lab.instances}/pid`;

  async start() {
    const { glance, instances } = this.host.lab;
    const content = dense(noise(1 << 20));
    const { id } = this.host.lab.addImage({ diskFormat: "raw", content, rbd: null });
    glance.setFault(id, { kind: "gate", after: 1 << 19, opened: this.#gate.promise });
    const input = JSON.stringify({ image_id: id, path: this.part });
    const wrapper = ["/bin/sh", "-c", NOVA, this.#pid];
    const running = await this.host.start(["hook", "fetch"], { wrapper, input });
    await until(() => [...Deno.readDirSync(instances)].some(({ name }) => name.endsWith(".tmp")));
    return running;
  }

  /** Sends a signal to the program. @returns False when it has ended. */
  signal(name: Deno.Signal): boolean {
    try {
      Deno.kill(Number(Deno.readTextFileSync(this.#pid)), name);
      return true;
    } catch {
      return false;
    }
  }

  /** Lets the rest of the data through. */
  open(): void {
    this.#gate.resolve();
  }

  /** Names beside the image. */
  beside(): readonly string[] {
    return [...Deno.readDirSync(this.host.lab.instances)].map(({ name }) => name)
      .filter((name) => name !== "pid");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.open();
    await this.host[Symbol.asyncDispose]();
  }
}

/** Looks every 10 ms, for 20 s: another process has to get somewhere. */
async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2000; turn++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("the program did not get there");
}

Deno.test("hook fetch continues when systemd ends the whole service, as long as nova-compute lives", async () => {
  await using drain = new Drain();
  const running = await drain.start();
  drain.signal("SIGTERM");
  // The program answers this signal after it has got that one.
  drain.signal("SIGUSR1");
  drain.open();
  const { outcome, path } = resultOf(await running.ended);
  assertEquals([outcome, path], ["fetched", drain.part]);
  assertEquals(await Deno.readFile(drain.part), noise(1 << 20));
});

Deno.test("hook fetch ends with nova-compute, and removes everything", async () => {
  await using drain = new Drain();
  const running = await drain.start();
  running.kill("SIGKILL");
  // Its standard error stays open until the program itself has ended.
  const { stderr } = await running.ended;
  assertEquals(JSON.parse(stderr).message, "nova-compute has ended");
  assertEquals(drain.beside(), []);
});

Deno.test("hook fetch does not ignore SIGTERM for ever", async () => {
  await using drain = new Drain();
  const running = await drain.start();
  let sent = 0;
  await until(() => !drain.signal("SIGTERM") || ++sent < 0);
  assertEquals((await running.ended).status, 143);
  assertGreater(sent, 1);
});

Deno.test("hook fetch ends at SIGINT, which is how the hook ends it", async () => {
  await using drain = new Drain();
  const running = await drain.start();
  drain.signal("SIGINT");
  failureOf(await running.ended, 130);
  assertEquals(drain.beside(), []);
});
