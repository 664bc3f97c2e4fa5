import { assert, assertEquals, assertGreater, assertLess, assertStringIncludes } from "@std/assert";
import { callFetch, type FetchSetup, hasPython, HOOK_FOLDER, IMAGE } from "@lab/nova/python.ts";

const ignore = !hasPython("/usr/bin/python3", "nova");
const setup: FetchSetup = { python: "/usr/bin/python3", path: [HOOK_FOLDER], args: ["--real"] };
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

Deno.test({
  name: "the hook raises the exceptions that real nova aborts a build with",
  ignore,
  fn: async () => {
    const cases = REFUSALS.map(([failure]) => ({ standIn: `fail ${failure}` }));
    const { outcomes } = await callFetch(cases, setup);
    for (const [index, [failure, expected]] of REFUSALS.entries()) {
      const { raised, content, own, log } = outcomes[index]!;
      assertEquals({ failure, class: raised?.class }, { failure, class: expected });
      assertEquals({ content, own, log }, { content: null, own: 0, log: [] });
      assertEquals(raised?.aborts, expected !== "nova.exception.ImageNotFound");
      assertStringIncludes(raised?.message ?? "", failure.startsWith("66") ? IMAGE : "Cannot use");
    }
  },
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

Deno.test({
  name: "the hook lets real nova download after any other failure, with one warning",
  ignore,
  fn: async () => {
    const { outcomes } = await callFetch(FALLBACKS.map(([standIn]) => ({ standIn })), setup);
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
});

/** Where the program itself cannot be had: value of `GLANCE_DIRECT_BIN`, and what the warning says. */
const MISSING = [
  ["/nowhere/glance-direct", "No such file"],
  ["/etc/passwd", "Permission denied"],
] as const;

Deno.test({
  name: "the hook lets real nova download where the program is missing or may not run",
  ignore,
  fn: async () => {
    const cases = MISSING.map(([program]) => ({
      standIn: "fetch",
      environment: { GLANCE_DIRECT_BIN: program },
    }));
    const { outcomes } = await callFetch([{ standIn: "fetch" }, ...cases], setup);
    for (const [index, [, reason]] of MISSING.entries()) {
      const { raised, content, own, log } = outcomes[index + 1]!;
      assertEquals({ raised, content, own }, { raised: null, content: "by nova", own: 1 });
      assertStringIncludes(log.join(), reason);
    }
  },
});

/** Ways to hang, and how many seconds the hook may need to end it: half of one, and its grace. */
const HANGS = [["hang", 3], ["hang deaf", 9], ["hang child only", 3]] as const;

for (const args of [["--real"], ["--real", "--threads"]]) {
  const name = args.length === 1 ? "eventlet" : "native threads";

  Deno.test({
    name: `the hook ends a hanging program and its children under ${name}`,
    ignore,
    fn: async () => {
      const environment = { GLANCE_DIRECT_HOOK_TIMEOUT: "0.5" };
      const cases = HANGS.map(([standIn]) => ({ standIn, environment }));
      const { outcomes } = await callFetch(cases, { ...setup, args });
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
    },
  });
}

Deno.test({
  name: "the hook lets nova's other green threads run meanwhile",
  ignore,
  fn: async () => {
    const { outcomes: [outcome] } = await callFetch([{ standIn: "work 1" }], setup);
    assertEquals(outcome?.content, "verified");
    assertGreater(outcome?.ticks ?? 0, 10);
  },
});

Deno.test({
  name: "the hook gives the bound on concurrent disk work back before nova takes it",
  ignore,
  fn: async () => {
    const one = { ...setup, args: ["--real", "--one-at-a-time"] };
    const { outcomes } = await callFetch([{ standIn: "exit 1" }, { standIn: "fetch" }], one);
    assertEquals(outcomes.map(({ content }) => content), ["by nova", "verified"]);
  },
});

Deno.test({
  name: "the hook hands on what nova would use: endpoint, token, request id",
  ignore,
  fn: async () => {
    const { call, path } = await callFetch([{ standIn: "fetch", certs: ["one", "two"] }], setup);
    assertEquals(JSON.parse(call.stdin), {
      image_id: IMAGE,
      path,
      trusted_certs: ["one", "two"],
      token: "the-user-token",
      service_token: null,
      endpoint: "http://127.0.0.1:9/",
      request_id: REQUEST_ID,
    });
    assert(!JSON.stringify([call.argv, call.environment]).includes("the-user-token"));
  },
});

Deno.test({
  name: "the hook reads an image URL as nova does",
  ignore,
  fn: async () => {
    const image = `http://glance.example/image/v2/images/${IMAGE}`;
    const { call } = await callFetch([{ standIn: "fetch", image }], setup);
    const { image_id, endpoint } = JSON.parse(call.stdin);
    assertEquals([image_id, endpoint], [IMAGE, "http://glance.example/image"]);
  },
});

Deno.test({
  name: "the hook leaves a list of API servers to the program",
  ignore,
  fn: async () => {
    const servers = ["--real", "--option=[glance]", "--option=api_servers = http://a,http://b"];
    const { call } = await callFetch([{ standIn: "fetch" }], { ...setup, args: servers });
    assertEquals(JSON.parse(call.stdin).endpoint, null);
  },
});

Deno.test({
  name: "the hook hands on the service token where nova sends one",
  ignore,
  fn: async () => {
    const options = ["[service_user]", "send_service_user_token = true", "auth_type = admin_token"]
      .concat("endpoint = http://127.0.0.1:9", "token = the-service-token");
    const args = ["--real", ...options.map((option) => `--option=${option}`)];
    const { call } = await callFetch([{ standIn: "fetch" }], { ...setup, args });
    const { token, service_token } = JSON.parse(call.stdin);
    assertEquals([token, service_token], ["the-user-token", "the-service-token"]);
    assert(!JSON.stringify([call.argv, call.environment]).includes("the-service-token"));
  },
});
