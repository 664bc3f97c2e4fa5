/**
 * Which setting decides the trust of a service's TLS, for the hint that names it.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { diagnose } from "@/openstack/http/diagnosis.ts";
import { namesOfGroup, type TlsSettings } from "@/openstack/http/tls_settings.ts";
import { ENVIRONMENT_ORIGIN } from "@/openstack/keystone/account.ts";
import { type ChosenAccount, groupAccount } from "@/openstack/keystone/credentials.ts";
import { serviceTls, tlsOver } from "@/openstack/keystone/service_settings.ts";
import { configOf, world } from "../../../doubles/world.ts";

const CLOUD = { cafile: "'cacert' (cloud 'c')", certfile: "'cert' and 'key' (cloud 'c')" };
const GLANCE: TlsSettings = { names: namesOfGroup("glance") };

function account(wholeCloud: boolean, tls: TlsSettings): ChosenAccount {
  const credentials = { kind: "none", origin: "the test" } as const;
  return { origin: "the test", auth: {}, wholeCloud, tls, credentials };
}

/** What the hint for an unknown authority names. */
function named(tls: TlsSettings): string {
  return diagnose("invalid peer certificate: UnknownIssuer", tls).hint
    .replace("set the authority's certificate: ", "");
}

Deno.test("serviceTls: the hint names the cloud's setting where the cloud decides", () => {
  const cloud = account(true, { names: CLOUD });
  const tls = serviceTls(world(), { os: {} }, cloud, GLANCE);
  assertEquals(named(tls), "'cacert' (cloud 'c') or --os-cacert");
});

Deno.test("serviceTls: the hint names the service's group, and the file that it has", () => {
  const configured = { ...GLANCE, cafile: "/ca.pem" };
  const tls = serviceTls(world(), { os: {} }, account(true, { names: CLOUD }), configured);
  assertEquals(named(tls), "'[glance] cafile' or --os-cacert (now /ca.pem)");
  const own = serviceTls(world(), { os: {} }, account(false, {}), GLANCE);
  assertEquals(named(own), "'[glance] cafile' or --os-cacert");
});

Deno.test("serviceTls: insecure of nova.conf does not hold for a cloud of clouds.yaml", () => {
  const insecure = { ...GLANCE, insecure: true };
  const of = (chosen: ChosenAccount) =>
    serviceTls(world(), { os: {} }, chosen, insecure).insecure ?? false;
  const [verified, unverified] = [{ insecure: false }, { insecure: true }];
  assertEquals([of(account(true, verified)), of(account(true, unverified))], [false, true]);
  // The account of a group is nova's own, and OS_* variables have no `verify`.
  const environment = { ...account(true, verified), origin: ENVIRONMENT_ORIGIN };
  assertEquals([of(account(false, verified)), of(environment)], [true, true]);
});

Deno.test("tlsOver: the hint names the variable that decided", () => {
  const env = { OS_CACERT: "/env.pem" };
  assertEquals(
    named(tlsOver(world({ env }), { os: {} }, GLANCE)),
    "OS_CACERT or --os-cacert (now /env.pem)",
  );
});

Deno.test("groupAccount: the hint names the group of the credentials", () => {
  const conf = "[service_user]\nauth_url = http://k\nusername = u\npassword = p\n";
  const found = groupAccount(configOf(conf), "service_user");
  assertEquals(named(found?.tls ?? {}), "'[service_user] cafile' or --os-cacert");
  const refused = diagnose("received fatal alert: CertificateRequired", found?.tls);
  assertEquals(
    refused.hint,
    "set the client certificate: '[service_user] certfile' and 'keyfile', or --os-cert and --os-key",
  );
});
