/**
 * The settings of a systemd service: its unit file and its drop-ins, in the order in which systemd
 * applies them.
 *
 * @module
 */
import { join } from "node:path";
import type { Files } from "@/context.ts";
import { unitPaths } from "@/nova/unit_files.ts";

/** One assignment in a file of a service. */
export interface UnitSetting {
  /** Name, e.g. `LimitAS`. */
  readonly name: string;
  /** Text after the `=`, without blanks at its ends; quotes and specifiers are left alone. */
  readonly value: string;
  /** Where it is set, `/etc/systemd/system/nova-compute.service.d/limits.conf:2`. */
  readonly origin: string;
}

/**
 * What the `[Service]` sections of a service set.
 *
 * @example
 * ```ts
 * import { UnitSettings } from "@/nova/unit_settings.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const settings = UnitSettings.parse([
 *   ["/lib/systemd/system/a.service", "[Service]\nUser=root\nSupplementaryGroups=ceph\n"],
 *   ["/etc/systemd/system/a.service.d/b.conf", "[Service]\nUser=nova\nSupplementaryGroups=kvm\n"],
 * ]);
 * assertEquals(settings.last("User")?.value, "nova");
 * assertEquals(settings.list("SupplementaryGroups").map(({ value }) => value), ["ceph", "kvm"]);
 * ```
 */
export class UnitSettings {
  readonly #settings: readonly UnitSetting[];

  private constructor(settings: readonly UnitSetting[]) {
    this.#settings = settings;
  }

  /**
   * Reads those of a service; empty, if there is none.
   *
   * @param root Root of the compute host's file system, `/` on the host itself.
   * @throws {ToolError} `permission_denied` or `io`, if a file cannot be read.
   */
  static read(
    files: Pick<Files, "list" | "readText" | "stat">,
    root: string,
    unit: string,
  ): UnitSettings {
    const paths = unitPaths(files, root, unit);
    return UnitSettings.parse(paths.map((path) => [path, files.readText(join(root, path))]));
  }

  /** Reads texts in the order in which systemd applies them. */
  static parse(texts: readonly (readonly [path: string, text: string])[]): UnitSettings {
    return new UnitSettings(texts.flatMap(([path, text]) => [...assignments(path, text)]));
  }

  /** Every assignment of a setting. systemd ignores an invalid one, and takes the one before it. */
  all(name: string): readonly UnitSetting[] {
    return this.#settings.filter((setting) => setting.name === name);
  }

  /** The assignments in effect of a setting that is a list; an empty one resets it. */
  list(name: string): readonly UnitSetting[] {
    const all = this.all(name);
    return all.slice(all.findLastIndex(({ value }) => value === "") + 1);
  }

  /** The assignment in effect of a setting with one value that an empty one resets, as `User=`. */
  last(name: string): UnitSetting | undefined {
    return this.list(name).at(-1);
  }
}

/** The grammar of systemd.syntax(7), as far as `[Service]` needs it. */
function* assignments(path: string, text: string): Generator<UnitSetting> {
  let [section, logical, first] = ["", "", 0];
  for (const [index, line] of text.split("\n").entries()) {
    // Comments are skipped also between the lines of one setting.
    if (/^\s*[#;]/.test(line)) continue;
    if (logical === "") first = index + 1;
    logical += line.trimEnd();
    if (logical.endsWith("\\")) {
      logical = `${logical.slice(0, -1)} `;
      continue;
    }
    section = /^\s*\[(.+)\]$/.exec(logical)?.[1] ?? section;
    const [, name, value = ""] = /^\s*(\w+)\s*=\s*(.*)$/.exec(logical) ?? [];
    if (section === "Service" && name !== undefined) {
      yield { name, value, origin: `${path}:${first}` };
    }
    logical = "";
  }
}
