/**
 * A name with several addresses, as `controller` has them where `/etc/hosts` lists `::1` before
 * `127.0.0.1` and the service listens on IPv4 only.
 *
 * @module
 */
import { assertEquals, assertRejects } from "@std/assert";
import { HttpServer } from "@lab/embedded/http_server.ts";
import type { Address } from "@/connection.ts";
import { addressOf, dial } from "@/openstack/http/dial.ts";
import { openTransport } from "@/openstack/http/open.ts";
import { systemClock } from "@/system/clock.ts";
import { systemContext } from "@/system/context.ts";
import { resolve } from "@/system/resolve.ts";
import { SELF_SIGNED } from "../../../doubles/certificates.ts";
import { FakeClock, settle } from "../../../doubles/clock.ts";
import { world } from "../../../doubles/world.ts";

const GENTLY = { signal: new AbortController().signal, timeoutMs: 30_000 };
const AT = { hostname: "controller", port: 9292 };
const NEVER = new AbortController().signal;
const REFUSED = new Error("Connection refused (os error 111)");
const UNREACHABLE = new Error("Network is unreachable (os error 101)");

/** A connection that tells when it is closed. */
class Line implements Disposable {
  isOpen = true;
  constructor(readonly to: string) {}
  [Symbol.dispose]() {
    this.isOpen = false;
  }
}

/** A name with addresses that behave as told: an error, or a line as soon as it is handed over. */
function controller(behaviour: Readonly<Record<string, Error | Promise<Line> | Line>>) {
  const asked: string[] = [];
  const signals: AbortSignal[] = [];
  const clock = new FakeClock();
  const context = { clock, resolve: () => Promise.resolve(Object.keys(behaviour)) };
  const connect = ({ hostname }: Address, signal: AbortSignal) => {
    asked.push(hostname);
    signals.push(signal);
    const answer = behaviour[hostname];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer as Line);
  };
  return { asked, clock, signals, dial: (signal = NEVER) => dial(context, AT, signal, connect) };
}

Deno.test("dial tries the next address at once when one refuses", async () => {
  const { asked, clock, dial } = controller({ "::1": REFUSED, "127.0.0.1": new Line("v4") });
  assertEquals((await dial()).to, "v4");
  assertEquals([asked, clock.now()], [["::1", "127.0.0.1"], 0]);
});

Deno.test("dial tries the next address after 250 ms, and uses the first that answers", async () => {
  const silent = Promise.withResolvers<Line>();
  const late = new Line("late");
  const { asked, clock, dial } = controller({ "2001:db8::1": silent.promise, "192.0.2.1": late });
  const dialled = dial();
  await settle();
  assertEquals(asked, ["2001:db8::1"]);
  await clock.advance(250);
  assertEquals((await dialled).to, "late");
  const loser = new Line("loser");
  silent.resolve(loser);
  await settle();
  assertEquals([loser.isOpen, late.isOpen], [false, true]);
});

Deno.test("dial still uses the first address if it answers after the second was tried", async () => {
  const slow = Promise.withResolvers<Line>();
  const { asked, clock, dial } = controller({ a: slow.promise, b: REFUSED });
  const dialled = dial();
  await settle();
  await clock.advance(250);
  slow.resolve(new Line("slow"));
  assertEquals([(await dialled).to, asked], ["slow", ["a", "b"]]);
});

Deno.test("dial tries no further address when one answers", async () => {
  const { asked, dial, signals } = controller({ a: new Line("a"), b: new Line("b") });
  assertEquals([(await dial()).to, asked], ["a", ["a"]]);
  assertEquals(signals[0]?.aborted, true, "what is still being tried ends");
});

Deno.test("dial reports the service's error rather than the network's", async () => {
  for (const order of [{ a: UNREACHABLE, b: REFUSED }, { a: REFUSED, b: UNREACHABLE }]) {
    await assertRejects(() => controller(order).dial(), Error, "Connection refused");
  }
  await assertRejects(() => controller({ a: UNREACHABLE }).dial(), Error, "unreachable");
  await assertRejects(() => controller({}).dial(), Error, "ENOTFOUND");
});

Deno.test("dial ends with the signal's reason", async () => {
  const stop = new AbortController();
  const { dial } = controller({ a: new Promise(() => {}), b: new Line("b") });
  const dialled = dial(stop.signal);
  await settle();
  stop.abort(new Error("stopped"));
  await assertRejects(() => dialled, Error, "stopped");
});

Deno.test("addressOf adds default ports and removes brackets", () => {
  assertEquals(["http://a/", "https://a/", "https://[2001:db8::1]:5000/v3"].map(addressOf), [
    { hostname: "a", port: 80 },
    { hostname: "a", port: 443 },
    { hostname: "2001:db8::1", port: 5000 },
  ]);
});

/** A world in which every name has an address where nobody listens, then this host's. */
function twoAddresses() {
  return { ...world(), resolve: () => Promise.resolve(["127.0.0.9", "127.0.0.1"]) };
}

Deno.test("a service on the second address of its name is reached by http", async () => {
  await using server = new HttpServer(() => ({ status: 200 }));
  const options = { peer: "Test", tls: {}, connectTimeoutMs: 10_000 };
  using transport = openTransport(twoAddresses(), options);
  const url = server.url.replace("127.0.0.1", "localhost");
  const response = await transport.request("GET", url, GENTLY);
  await response.body?.cancel();
  assertEquals(response.status, 200);
});

Deno.test("a service on the second address of its name is reached by https, insecure", async () => {
  const options = { ...SELF_SIGNED, hostname: "127.0.0.1", port: 0, onListen: () => {} };
  await using server = Deno.serve(options, () => new Response("secure"));
  using transport = openTransport(twoAddresses(), {
    peer: "Test",
    tls: { insecure: true },
    connectTimeoutMs: 10_000,
  });
  const url = `https://localhost:${server.addr.port}/`;
  assertEquals(await (await transport.request("GET", url, GENTLY)).text(), "secure");
});

Deno.test("this host's own name of several addresses or one leads to a service on any of them", async () => {
  const addresses = await resolve("localhost");
  const last = addresses.at(-1) ?? "";
  using listener = Deno.listen({ hostname: last, port: 0 });
  const { reach } = systemContext();
  const context = { clock: systemClock, resolve };
  await dial(context, { hostname: "localhost", port: listener.addr.port }, NEVER, reach);
  (await listener.accept()).close();
  assertEquals(await resolve("192.0.2.7"), ["192.0.2.7"]);
  assertEquals(await resolve("2001:db8::7"), ["2001:db8::7"]);
});
