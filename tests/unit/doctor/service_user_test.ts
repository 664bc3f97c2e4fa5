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

Deno.test("serviceUser() knows RDO's service", () => {
  const unit = "/usr/lib/systemd/system/openstack-nova-compute.service";
  const files = ownedFiles({ ...ACCOUNTS, [unit]: ["0:0 644", "[Service]\nUser = nova\n"] });
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

Deno.test("serviceUser() is nobody where all is root's, or nothing is there", () => {
  assertEquals(
    serviceUser(ownedFiles({ ...ACCOUNTS, [INSTANCES]: ["0:0 755"] }), INSTANCES),
    undefined,
  );
  assertEquals(serviceUser(ownedFiles({}), INSTANCES), undefined);
});
