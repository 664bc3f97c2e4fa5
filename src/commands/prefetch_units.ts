/**
 * The systemd units that run a `prefetch` again and again.
 *
 * @module
 */
import type { Result } from "@/commands/session.ts";
import type { Selection } from "@/commands/image_selection.ts";

/** The flags that go on into the unit. */
export interface UnitFlags extends Omit<Selection, "words"> {
  /** Transfers at the same time. */
  readonly concurrency: number;
}

/** Half of the age at which nova removes an unused base (24 h), so that one missed run is no harm. */
const PERIOD = "12h";

/** A service with the sandbox that the job allows, and a timer that spreads a fleet out. */
export function renderUnits(images: readonly string[], flags: UnitFlags): Result {
  const command = ["/usr/bin/glance-direct", "prefetch", ...argumentsOf(images, flags)];
  const service = serviceUnit(command.map(quoted).join(" "));
  const text = [
    "# /etc/systemd/system/glance-direct-prefetch.service",
    service,
    "# /etc/systemd/system/glance-direct-prefetch.timer",
    TIMER,
    "# then: systemctl daemon-reload && systemctl enable --now glance-direct-prefetch.timer",
  ].join("\n");
  return { json: { service, timer: TIMER }, text };
}

function argumentsOf(images: readonly string[], flags: UnitFlags): readonly string[] {
  return [
    ...flags.from === undefined ? [] : [`--from=${flags.from}`],
    ...flags.tag.map((tag) => `--tag=${tag}`),
    ...flags.property.map((property) => `--property=${property}`),
    ...flags.allPublic ? ["--all-public"] : [],
    `--concurrency=${flags.concurrency}`,
    "--keep-going",
    ...images.length === 0 ? [] : ["--", ...images],
  ];
}

/** systemd.service(5): '%' begins a specifier, '$' a variable, blanks end a word. */
function quoted(word: string): string {
  const escaped = word.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%")
    .replaceAll("$", "$$$$");
  return /^[\w@%+=:,./-]+$/.test(word) ? escaped : `"${escaped}"`;
}

function serviceUnit(command: string): string {
  return `[Unit]
Description=Fetch images into nova's cache ahead of time
Documentation=man:glance-direct(1)
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User=nova
Group=nova
ExecStart=${command}
TimeoutStartSec=6h
SuccessExitStatus=75
Nice=10
IOSchedulingClass=idle
ProtectSystem=strict
ReadWritePaths=/var/lib/nova/instances
ProtectHome=true
PrivateTmp=true
PrivateDevices=true
ProtectKernelTunables=true
ProtectKernelModules=true
ProtectKernelLogs=true
ProtectControlGroups=true
ProtectClock=true
ProtectHostname=true
RestrictNamespaces=true
RestrictRealtime=true
RestrictSUIDSGID=true
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
LockPersonality=true
NoNewPrivileges=true
CapabilityBoundingSet=
AmbientCapabilities=
SystemCallArchitectures=native
SystemCallFilter=@system-service
UMask=0022
`;
}

const TIMER = `[Unit]
Description=Fetch images into nova's cache ahead of time

[Timer]
OnBootSec=10min
OnUnitActiveSec=${PERIOD}
RandomizedDelaySec=30min
Persistent=true

[Install]
WantedBy=timers.target
`;
