/**
 * clouds.yaml has the same meaning as for openstacksdk, case by case.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { loadCloud } from "@/config/clouds.ts";
import { ToolError } from "@/errors.ts";
import { accountOfCloud } from "@/openstack/keystone/account.ts";
import { readCredentials } from "@/openstack/keystone/auth.ts";
import { world } from "../doubles/world.ts";
import { peerTest, peerVersion, runPython } from "./peer.ts";

/** What a cloud comes to. */
interface Outcome {
  readonly type: string;
  readonly auth: Readonly<Record<string, string>>;
  readonly region: string | null;
  readonly interface: string;
  readonly endpoint: string | null;
  readonly verify: boolean;
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
}

interface Case {
  readonly name: string;
  readonly cloud: string;
  readonly region: string | undefined;
  readonly files: Readonly<Record<string, string>>;
}

function readCases(): readonly Case[] {
  const text = Deno.readTextFileSync(new URL("clouds_cases.txt", import.meta.url));
  return text.split(/^=== /m).slice(1).map((block) => {
    const [head = "", ...parts] = block.split(/^--- (\S+)\n/m);
    const [, name = "", cloud = "", region] = /^(.*) @ (\S+)(?: (\S+))?\s*$/.exec(head) ?? [];
    const files = parts.flatMap((part, index) =>
      index % 2 === 0 ? [[`./${part}`, parts[index + 1] ?? ""]] : []
    );
    return { name, cloud, region, files: Object.fromEntries(files) };
  });
}

async function ours({ cloud, files, region }: Case): Promise<Outcome | { error: string }> {
  const context = world({ files, env: { HOME: "/home/op" } });
  try {
    const account = accountOfCloud(await loadCloud(context, cloud, region), {}, context.env);
    readCredentials(account.auth, account.origin);
    const { auth_type: type = "password", endpoint = null, ...auth } = account.auth;
    const { cafile, certfile, insecure, keyfile } = account.tls;
    return {
      type: type === "token_endpoint" ? "admin_token" : type,
      auth: withoutNothing(auth),
      region: account.region ?? null,
      interface: account.interface ?? "",
      endpoint: account.imageEndpoint ?? endpoint,
      verify: !insecure,
      ca: insecure ? null : cafile ?? null,
      cert: certfile ?? null,
      key: keyfile ?? null,
    };
  } catch (error) {
    assert(error instanceof ToolError, String(error));
    assertEquals([error.exitStatus, error.hints.length], [78, 1]);
    return { error: error.message };
  }
}

function withoutNothing(auth: Readonly<Record<string, string | undefined>>) {
  return Object.fromEntries(
    Object.entries(auth).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

peerTest("clouds.yaml: every case gives the result of openstacksdk", {
  modules: ["openstack.config"],
}, async () => {
  const cases = readCases();
  assert(cases.length >= 40, `${cases.length} cases`);
  const theirs = await runPython("clouds_peer.py") as readonly (Outcome | { error: string })[];
  assertEquals(theirs.length, cases.length);
  const mine = await Promise.all(cases.map(ours));
  const version = await peerVersion("openstacksdk");
  for (const [index, { name }] of cases.entries()) {
    const isLost = version === TOKEN_LOST.version && TOKEN_LOST.names.includes(name);
    const expected = isLost ? TOKEN_LOST.token(mine[index]) : mine[index];
    assertEquals(comparable(expected), comparable(theirs[index]), name);
  }
  assert(theirs.filter((one) => "error" in one).length >= 8, "bad files are among the cases");
});

/** openstacksdk 4.4 makes the word None of a token; we hand it on, as 1.0 and 4.20 do. */
const TOKEN_LOST = {
  version: 4.04,
  names: ["token", "admin token", "token_endpoint, its old name"],
  token: (outcome: Outcome | { error: string } | undefined) =>
    outcome !== undefined && "auth" in outcome
      ? { ...outcome, auth: { ...outcome.auth, token: "None" } }
      : outcome,
};

/** That a file is refused counts, not how. */
function comparable(outcome: Outcome | { error: string } | undefined): unknown {
  return outcome !== undefined && "error" in outcome ? "refused" : outcome;
}
