/**
 * The systemd units that run a `prefetch` periodically.
 *
 * @module
 */
import { dirname } from "node:path";
import type { Result } from "@/commands/session.ts";
import type { Volume } from "@/commands/unit_place.ts";

/** The host that a unit is made for. */
export interface UnitPlace {
  /** `[DEFAULT]instances_path`. The service may write only there and next to `metricsFile`. */
  readonly instancesPath: string;
  /** `[glance_direct]metrics_file`, if set. */
  readonly metricsFile?: string | undefined;
  /** Words before the program's own: a container engine. @default {[]} */
  readonly exec?: readonly string[];
  /** A container's volume that replaces `statePath`. */
  readonly volume?: Volume | undefined;
  /** `[DEFAULT]state_path`. @default {"/var/lib/nova"} */
  readonly statePath?: string;
}

/**
 * A service with a sandbox that fits the job, and a timer that spreads a fleet over time.
 *
 * @param args Arguments of `prefetch`.
 */
export function renderUnits(args: readonly string[], place: UnitPlace): Result {
  const service = serviceFor(args, place);
  const text = [
    "# /etc/systemd/system/glance-direct-prefetch.service",
    service,
    "# /etc/systemd/system/glance-direct-prefetch.timer",
    PREFETCH_TIMER,
    "# then: systemctl daemon-reload && systemctl enable --now glance-direct-prefetch.timer",
  ].join("\n");
  return { json: { service, timer: PREFETCH_TIMER }, text };
}

function serviceFor(args: readonly string[], place: UnitPlace): string {
  const { exec = [], instancesPath, metricsFile, statePath = "/var/lib/nova", volume } = place;
  if (exec.length > 0) return containerService(args, exec);
  const writable = [instancesPath, ...metricsFile === undefined ? [] : [dirname(metricsFile)]];
  const service = prefetchService(args, writable);
  if (volume === undefined) return service;
  // Only root may enter a volume, so it is mounted at its path in nova.conf.
  return service.replace(
    "User=nova\nGroup=nova\n",
    () => `User=${volume.uid}\nGroup=${volume.gid}\n`,
  )
    .replace(
      "\nReadWritePaths=",
      () => `\nBindPaths=${quoted(`${volume.path}:${statePath}`)}\nReadWritePaths=`,
    );
}

/**
 * The directory of Debian's node_exporter; the service may write there if its permissions allow
 * nova to.
 */
const METRICS_DIRECTORY = "/var/lib/prometheus/node-exporter";

/** The units of the package: they start when `/etc/glance-direct/images` lists images. */
export function packagedService(): string {
  const list = "/etc/glance-direct/images";
  const args = ["--config-file=/etc/nova/nova.conf", `--from=${list}`, "--keep-going"];
  const head = `# Waits for its list: write one image (id or unique name) a line into ${list}, then
#   systemctl enable --now glance-direct-prefetch.timer
`;
  const service = prefetchService(args, ["/var/lib/nova/instances", METRICS_DIRECTORY]);
  return head + service.replace("\n[Service]", `ConditionPathExists=${list}\n\n[Service]`);
}

/** One word of a unit file (systemd.syntax(7)): '%' begins a specifier, a blank ends the word. */
function quoted(word: string): string {
  const escaped = word.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%");
  return /^[\w@%+=:,./-]+$/.test(word) ? escaped : `"${escaped}"`;
}

/** In a command line, '$' also begins a variable (systemd.service(5)). */
function commandLine(words: readonly string[]): string {
  return words.map((word) => quoted(word).replaceAll("$", "$$$$")).join(" ");
}

const UNIT = `[Unit]
Description=Fetch images into nova's cache ahead of time
Documentation=man:glance-direct(1)
`;

const HEAD = `${UNIT}Wants=network-online.target
After=network-online.target
`;

const RESTART = `TimeoutStartSec=6h
# What may pass by itself (69, 75) is worth another try before the next run of the timer.
Restart=on-failure
RestartSec=5min
RestartPreventExitStatus=64 65 66 70 73 74 77 78
`;

/** The container has its own sandbox; the engine needs root. */
function containerService(args: readonly string[], exec: readonly string[]): string {
  return `${HEAD}
[Service]
Type=oneshot
ExecStart=${commandLine([...exec, "glance-direct", "prefetch", ...args])}
${RESTART}`;
}

/**
 * `glance-direct prefetch` with these arguments as a service. The program's own permissions do not
 * apply to the `rbd` that it starts; the sandbox does. Exceptions, and why: JIT compilation needs
 * memory that is writable and then executable; `RemoveIPC=` would remove nova-compute's own
 * objects; base files must be readable for the QEMU user; only the site knows the networks of Ceph
 * and OpenStack.
 */
function prefetchService(args: readonly string[], writable: readonly string[]): string {
  return `${HEAD}
[Service]
Type=oneshot
User=nova
Group=nova
ExecStart=${commandLine(["/usr/bin/glance-direct", "prefetch", ...args])}
${RESTART}Nice=10
IOSchedulingClass=idle
UMask=0022

AmbientCapabilities=
CapabilityBoundingSet=
LockPersonality=yes
NoNewPrivileges=yes
PrivateDevices=yes
PrivateMounts=yes
PrivateTmp=yes
ProcSubset=pid
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProtectSystem=strict
ReadWritePaths=${writable.map((path) => quoted(`-${path}`)).join(" ")}
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
# Name the networks of Keystone, Glance and Ceph, and nothing else can be reached:
#IPAddressDeny=any
#IPAddressAllow=localhost 192.0.2.0/24
`;
}

/**
 * The interval is half of the age at which nova removes an unused base (24 h), so a missed run does
 * no harm.
 */
export const PREFETCH_TIMER = `${UNIT}
[Timer]
OnCalendar=*-*-* 00/12:00:00
# Hosts of one cloud must not all ask Glance at the same time.
RandomizedDelaySec=2h
Persistent=yes

[Install]
WantedBy=timers.target
`;
