/**
 * `doctor` on a machine that lacks something: the program, locks, a part of the hook.
 *
 * @module
 */
import { dirname } from "node:path";
import { assertEquals, assertMatch } from "@std/assert";
import { doctor, type Illness } from "./doctor_host.ts";
import { changed, tampered } from "./machine.ts";

/** What is wrong with the machine, and what its check makes of it. */
interface Fault extends Illness {
  readonly check: string;
  readonly name: string;
  readonly status: "failure" | "warning";
  readonly summary: RegExp;
  readonly hint: RegExp;
}

/**
 * Shell that runs what comes before the word "doctor" with `hook install`, as an operator would, on a
 * machine that has the service.
 */
const INSTALL = `mkdir -p /usr/lib/systemd/system
touch /usr/lib/systemd/system/nova-compute.service
for word; do [ "$word" = doctor ] && break; program+=("$word"); done
"\${program[@]}" hook install >/dev/null
`;
const MODULE = "/usr/lib/glance-direct/nova/sitecustomize.py";
const DROP_IN = "/etc/systemd/system/nova-compute.service.d/glance-direct.conf";

const FAULTS: readonly Fault[] = [
  {
    check: "rbd.program",
    name: "a machine without rbd",
    wrapper: changed("rm /usr/bin/rbd"),
    status: "failure",
    summary: /^Cannot run '\/usr\/bin\/rbd': it is not installed$/,
    hint: /^apt-get install ceph-common, or dnf install ceph-common$/,
  },
  {
    check: "rbd.program",
    name: "an rbd whose library is gone",
    wrapper: changed("rm /usr/lib/*/librbd.so.1"),
    status: "failure",
    summary: /rbd --version' exited with 127: .*librbd\.so\.1/,
    hint: /^apt-get install --reinstall ceph-common, or dnf reinstall ceph-common$/,
  },
  {
    check: "qemu.program",
    name: "a machine without qemu-img",
    options: { forceRaw: true },
    wrapper: changed("rm /usr/bin/qemu-img"),
    status: "failure",
    summary: /^Cannot run '\/usr\/bin\/qemu-img': it is not installed$/,
    hint: /^apt-get install qemu-utils, or dnf install qemu-img$/,
  },
  {
    check: "cache.lock",
    name: "a file system without locks, such as NFS without lockd",
    wrapper: tampered("flock", "error=ENOLCK"),
    status: "failure",
    summary: /^Cannot lock '.*': No locks available/,
    hint: /\[DEFAULT\]instances_path \(.*nova\.conf:\d+\)/,
  },
  {
    check: "cache.lock",
    name: "a file system that gives one lock to all",
    wrapper: tampered("flock", "retval=0"),
    status: "failure",
    summary: /^flock\(2\) grants one lock twice there$/,
    hint: /\[DEFAULT\]instances_path/,
  },
  {
    check: "nova.hook",
    name: "a module that was changed after its installation",
    wrapper: changed(`${INSTALL}echo '# mine' >>${MODULE}`),
    status: "warning",
    summary: new RegExp(`^'${MODULE}' was changed after 'hook install'$`),
    hint: /hook install --force/,
  },
  {
    check: "nova.hook",
    name: "a drop-in that is gone",
    wrapper: changed(`${INSTALL}rm ${DROP_IN}`),
    status: "warning",
    summary: new RegExp(`^The hook in .* is incomplete: '${DROP_IN}' is missing$`),
    hint: /^glance-direct hook install$/,
  },
  {
    check: "nova.limits",
    name: "a drop-in under which the program cannot start",
    wrapper: changed(
      `${INSTALL}printf '[Service]\\nMemoryDenyWriteExecute=yes\\n' >${dirname(DROP_IN)}/zz.conf`,
    ),
    status: "warning",
    summary:
      /^nova-compute has MemoryDenyWriteExecute=yes \(.*\/zz\.conf:2\): the program compiles/,
    hint: /^write MemoryDenyWriteExecute=no there, then: systemctl daemon-reload/,
  },
];

for (const { check, name, status, summary, hint, ...illness } of FAULTS) {
  Deno.test(`doctor ${check} finds ${name}`, async () => {
    const { status: exit, reports: [report] } = await doctor([check], illness);
    assertEquals([report?.id, report?.status], [check, status], report?.summary);
    assertEquals(exit, status === "failure" ? 2 : 1);
    assertMatch(report?.summary ?? "", summary);
    assertMatch(report?.hint ?? "", hint);
  });
}

Deno.test("doctor nova.hook finds nothing wrong with what hook install wrote", async () => {
  const { status, reports } = await doctor(["nova.hook"], { wrapper: changed(INSTALL) });
  assertEquals(status, 0);
  assertMatch(reports[0]?.summary ?? "", /^The hook is installed and of this version/);
});
