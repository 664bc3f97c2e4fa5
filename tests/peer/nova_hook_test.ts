/**
 * The hook in the real nova, with a stand-in for the program: how nova reacts to each exit status.
 *
 * @module
 */
import {
  assert,
  assertEquals,
  assertGreater,
  assertLess,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import {
  callFetch,
  type FetchOutcome,
  type FetchSetup,
  HOOK_FOLDER,
  IMAGE,
} from "@lab/nova/python.ts";
import { peerTest } from "./peer.ts";

const setup: FetchSetup = { path: [HOOK_FOLDER], args: ["--real"] };
const NOVA = { modules: ["nova"] };

/** nova's concurrency modes, really patched or really not: native threads are the default since nova 32. */
const MODES = [["eventlet", setup], [
  "native threads",
  { ...setup, args: ["--real", "--threads"] },
]] as const;

/** A test of the hook in each of them. */
function inBothModes(name: string, run: (setup: FetchSetup) => Promise<void>): void {
  for (const [mode, setup] of MODES) peerTest(`${name}, under ${mode}`, NOVA, () => run(setup));
}
const REQUEST_ID = "req-11111111-2222-3333-4444-555555555555";

/** Exit status and code of the program, and the exception nova must see. */
const REFUSALS = [
  ["65 size_mismatch", "nova.exception.ImageUnacceptable"],
  ["65 digest_mismatch", "nova.exception.ImageUnacceptable"],
  ["65 hash_missing", "nova.exception.ImageUnacceptable"],
  ["65 format_rejected", "nova.exception.ImageUnacceptable"],
  ["65 a_code_of_tomorrow", "nova.exception.ImageUnacceptable"],
  ["65 signature_invalid", "cursive.exception.SignatureVerificationError"],
  ["65 signature_missing", "cursive.exception.SignatureVerificationError"],
  ["65 certificate_invalid", "nova.exception.CertificateValidationFailed"],
  ["66 not_found", "nova.exception.ImageNotFound"],
] as const;

inBothModes("the hook raises the exceptions that real nova aborts a build with", async (setup) => {
  const cases = REFUSALS.map(([failure]) => ({ standIn: `fail ${failure}` }));
  const outcomes = await callFetch(cases, setup);
  for (const [index, [failure, expected]] of REFUSALS.entries()) {
    const { raised, content, own, log } = outcomes[index]!;
    assertEquals({ failure, class: raised?.class }, { failure, class: expected });
    assertEquals({ content, own, log }, { content: null, own: 0, log: [] });
    assertEquals(raised?.aborts, expected !== "nova.exception.ImageNotFound");
    assertStringIncludes(raised?.message ?? "", failure.startsWith("66") ? IMAGE : "Cannot use");
  }
});

inBothModes("the hook does not wait on a program that ends without its request", async (setup) => {
  // More than a pipe holds: eventlet would try to write the rest for ever.
  const certs = Array.from({ length: 5000 }, () => crypto.randomUUID());
  const environment = { GLANCE_DIRECT_BIN: "/usr/bin/true" };
  const [outcome] = await callFetch([{ standIn: "succeed", certs, environment }], setup);
  assertEquals([outcome?.raised, outcome?.own], [null, 1]);
  assertStringIncludes(outcome?.log.join("\n") ?? "", "without a result");
});

/** Every way to fail that is not the image's: the stand-in's part, and what the warning says. */
const FALLBACKS = [
  ["fail 64 usage", "(usage, status 64)"],
  ["fail 69 source_unavailable", "(source_unavailable, status 69)"],
  ["fail 70 internal", "(internal, status 70)"],
  ["fail 73 no_space", "(no_space, status 73)"],
  ["fail 74 io", "(io, status 74)"],
  ["fail 75 timeout", "(timeout, status 75)"],
  ["fail 77 permission_denied", "(permission_denied, status 77)"],
  ["fail 78 config_invalid", "(config_invalid, status 78)"],
  ["exit 1", "it ended with status 1"],
  ["exit 127", "it ended with status 127"],
  ["die", "it was ended by signal 9"],
  ["print {", "without a result for"],
  ["print []", "without a result for"],
  ['print {"path": "/elsewhere"}', "without a result for"],
  ["promise", "without a result for"],
] as const;

inBothModes(
  "the hook lets real nova download after any other failure, with one warning",
  async (setup) => {
    const outcomes = await callFetch(FALLBACKS.map(([standIn]) => ({ standIn })), setup);
    for (const [index, [standIn, reason]] of FALLBACKS.entries()) {
      const { raised, content, own, log } = outcomes[index]!;
      assertEquals({ standIn, raised, content, own }, {
        standIn,
        raised: null,
        content: "by nova",
        own: 1,
      });
      assertEquals(log.length, 1);
      assertStringIncludes(log[0]!, `WARNING glance-direct cannot fetch image ${IMAGE}`);
      assertStringIncludes(log[0]!, reason);
    }
  },
);

/** Where the program itself cannot be had: value of `GLANCE_DIRECT_BIN`, and what the warning says. */
const MISSING = [
  ["/nowhere/glance-direct", "No such file"],
  ["/etc/passwd", "Permission denied"],
] as const;

peerTest(
  "the hook lets real nova download if the program is missing or may not run",
  NOVA,
  async () => {
    const cases = MISSING.map(([program]) => ({
      standIn: "fetch",
      environment: { GLANCE_DIRECT_BIN: program },
    }));
    const outcomes = await callFetch([{ standIn: "fetch" }, ...cases], setup);
    for (const [index, [, reason]] of MISSING.entries()) {
      const { raised, content, own, log } = outcomes[index + 1]!;
      assertEquals({ raised, content, own }, { raised: null, content: "by nova", own: 1 });
      assertStringIncludes(log.join(), reason);
    }
  },
);

/** Ways to hang, and how many seconds the hook may need to end it: half of one, and its grace. */
const HANGS = [["hang", 3], ["hang deaf", 9], ["hang child only", 3]] as const;

inBothModes("the hook ends a hanging program and its children", async (setup) => {
  const environment = { GLANCE_DIRECT_HOOK_TIMEOUT: "0.5" };
  const cases = HANGS.map(([standIn]) => ({ standIn, environment }));
  const outcomes = await callFetch(cases, setup);
  for (const [index, [standIn, bound]] of HANGS.entries()) {
    const { content, own, log, seconds, survivors } = outcomes[index]!;
    assertEquals({ standIn, content, own, survivors }, {
      standIn,
      content: "by nova",
      own: 1,
      survivors: [],
    });
    assertStringIncludes(log[0] ?? "", "did not end within 0.5 s");
    assertLess(seconds, bound);
  }
});

inBothModes(
  "the hook's program is told whom it works for, and has nova's environment",
  async (setup) => {
    const environment = { NOVA_HAS: "this" };
    const [outcome] = await callFetch([{ standIn: "fetch", environment }], setup);
    const { environment: given } = outcome!.call!;
    assertEquals(given.NOVA_HAS, "this");
    assertEquals(given.GLANCE_DIRECT_HOOK_PARENT, String(outcome!.call!.parent));
  },
);

peerTest("the hook lets nova's other green threads run meanwhile", NOVA, async () => {
  const [outcome] = await callFetch([{ standIn: "work 1" }], setup);
  assertEquals(outcome?.content, "verified");
  assertGreater(outcome?.ticks ?? 0, 10);
});

peerTest(
  "the hook releases nova's limit on concurrent disk work before nova takes it",
  NOVA,
  async () => {
    const one = { ...setup, args: [...setup.args ?? [], "--one-at-a-time"] };
    const outcomes = await callFetch([{ standIn: "exit 1" }, { standIn: "fetch" }], one);
    assertEquals(outcomes.map(({ content }) => content), ["by nova", "verified"]);
  },
);

/** The request that the stand-in got. */
function requestOf(outcome: FetchOutcome | undefined): Record<string, unknown> {
  return JSON.parse(outcome?.call?.stdin ?? "{}");
}

peerTest("the hook passes on what nova would use: endpoint, token, request id", NOVA, async () => {
  const image = `http://glance.example/image/v2/images/${IMAGE}`;
  const [byId, byUrl] = await callFetch(
    [{ standIn: "fetch", certs: ["one", "two"] }, { standIn: "fetch", image }],
    setup,
  );
  const { path, ...request } = requestOf(byId);
  assertMatch(String(path), /^\/.*\/base\.part$/);
  const same = { image_id: IMAGE, token: "the-user-token", service_token: null };
  const expected = { ...same, request_id: REQUEST_ID };
  const certs = { trusted_certs: ["one", "two"] };
  assertEquals(request, { ...expected, ...certs, endpoint: "http://127.0.0.1:9/" });
  const elsewhere = { trusted_certs: null, endpoint: "http://glance.example/image" };
  assertEquals(requestOf(byUrl), { ...expected, ...elsewhere, path });
  const { argv, environment } = byId!.call!;
  assert(!JSON.stringify([argv, environment]).includes("the-user-token"));
});

peerTest("the hook leaves a list of API servers to the program", NOVA, async () => {
  const servers = ["--real", "--option=[glance]", "--option=api_servers = http://a,http://b"];
  const [outcome] = await callFetch([{ standIn: "fetch" }], { ...setup, args: servers });
  assertEquals(requestOf(outcome).endpoint, null);
});

peerTest("the hook passes on the service token if nova sends one", NOVA, async () => {
  const options = ["[service_user]", "send_service_user_token = true", "auth_type = admin_token"]
    .concat("endpoint = http://127.0.0.1:9", "token = the-service-token");
  const args = ["--real", ...options.map((option) => `--option=${option}`)];
  const [outcome] = await callFetch([{ standIn: "fetch" }], { ...setup, args });
  const { token, service_token } = requestOf(outcome);
  assertEquals([token, service_token], ["the-user-token", "the-service-token"]);
  const { argv, environment } = outcome!.call!;
  assert(!JSON.stringify([argv, environment]).includes("the-service-token"));
});
