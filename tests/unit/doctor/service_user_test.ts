import { assertEquals } from "@std/assert";
import { serviceUser } from "@/doctor/service_user.ts";
import { ownedFiles } from "../../doubles/owned_files.ts";

const INSTANCES = "/var/lib/nova/instances";
const ACCOUNTS = {
  "/etc/passwd": [
    "0:0 644",
    "root:x:0:0::/root:/bin/sh\nnova:x:64060:64061::/var/lib/nova:/bin/sh\n",
  ],
  "/etc/group": [
    "0:0 644",
    "root:x:0:\nceph:x:167:glance,nova\ncompute:x:64061:\nlibvirt:x:107:nova\nkvm:x:36:anova\n",
  ],
} as const;
const NOVA = { name: "nova", uid: 64060, group: "compute", gids: [64061, 167, 107] };

Deno.test("serviceUser() is the User= of the service, with all its groups", () => {
  const unit = "/lib/systemd/system/nova-compute.service";
  const files = ownedFiles({
    ...ACCOUNTS,
    [unit]: ["0:0 644", "[Service]\nUser=nova\n"],
    [INSTANCES]: ["0:0 755"],
  });
  assertEquals(serviceUser(files, INSTANCES), NOVA);
});

Deno.test("serviceUser() finds RDO's service", () => {
  const unit = "/usr/lib/systemd/system/openstack-nova-compute.service";
  const files = ownedFiles({ ...ACCOUNTS, [unit]: ["0:0 644", "[Service]\nUser = nova\n"] });
  assertEquals(serviceUser(files, INSTANCES), NOVA);
});

Deno.test("serviceUser() is that of a drop-in, which systemd prefers to the unit file", () => {
  const unit = "/lib/systemd/system/nova-compute.service";
  const files = ownedFiles({
    ...ACCOUNTS,
    [unit]: ["0:0 644", "[Service]\nUser=root\n"],
    ["/etc/systemd/system/nova-compute.service.d/user.conf"]: ["0:0 644", "[Service]\nUser=nova\n"],
    [INSTANCES]: ["0:0 755"],
  });
  assertEquals(serviceUser(files, INSTANCES), NOVA);
});

Deno.test("serviceUser() is the owner of the instances where no service names one", () => {
  const files = ownedFiles({ ...ACCOUNTS, [INSTANCES]: ["64060:64061 755"] });
  assertEquals(serviceUser(files, INSTANCES), NOVA);
});

Deno.test("serviceUser() needs no account: a container's user has none on the host", () => {
  const files = ownedFiles({ ...ACCOUNTS, [INSTANCES]: ["42436:42436 755"] });
  const user = { name: "uid 42436", uid: 42436, group: "42436", gids: [42436] };
  assertEquals(serviceUser(files, INSTANCES), user);
});

Deno.test("serviceUser() is undefined if everything is root's, or nothing exists", () => {
  assertEquals(
    serviceUser(ownedFiles({ ...ACCOUNTS, [INSTANCES]: ["0:0 755"] }), INSTANCES),
    undefined,
  );
  assertEquals(serviceUser(ownedFiles({}), INSTANCES), undefined);
});

/** What a drop-in adds to the user's groups, and what the user then has. */
const DROP_INS = [
  ["SupplementaryGroups=", "kvm 4242", "compute", [64061, 167, 107, 36, 4242]],
  ["SupplementaryGroups=", "nosuch", "compute", [64061, 167, 107]],
  ["Group=", "kvm", "kvm", [36, 167, 107]],
  ["Group=", "4242", "4242", [4242, 167, 107]],
] as const;

for (const [setting, value, group, gids] of DROP_INS) {
  Deno.test(`serviceUser() has the groups of ${setting}${value} in a drop-in`, () => {
    const files = ownedFiles({
      ...ACCOUNTS,
      ["/lib/systemd/system/nova-compute.service"]: ["0:0 644", "[Service]\nUser=nova\n"],
      ["/etc/systemd/system/nova-compute.service.d/groups.conf"]: [
        "0:0 644",
        `[Service]\n${setting}${value}\n`,
      ],
    });
    assertEquals(serviceUser(files, INSTANCES), { ...NOVA, group, gids });
  });
}

Deno.test("serviceUser() takes a User= that is a number, with an account or without", () => {
  const unit = "/lib/systemd/system/nova-compute.service";
  const as = (uid: number) => ({
    ...ACCOUNTS,
    [unit]: ["0:0 644", `[Service]\nUser=${uid}\n`] as const,
  });
  assertEquals(serviceUser(ownedFiles(as(64060)), INSTANCES), NOVA);
  assertEquals(serviceUser(ownedFiles(as(42436)), INSTANCES), {
    name: "uid 42436",
    uid: 42436,
    group: "42436",
    gids: [42436],
  });
});
