/**
 * Makes a Debian package from a directory, with dpkg-deb.
 *
 * @module
 */
import { run } from "./command.ts";

/** Input of the package's control file. */
export interface DebianPackage {
  /** Version of the program. */
  readonly version: string;
  /** Debian's name of the architecture: `amd64` or `arm64`. */
  readonly architecture: string;
  /** Installed size in bytes. */
  readonly size: number;
}

/** The maintainer of the package. */
export const MAINTAINER = "glance-direct contributors <glance-direct@users.noreply.github.com>";

function control({ version, architecture, size }: DebianPackage): string {
  return `Package: glance-direct
Version: ${version}
Architecture: ${architecture}
Maintainer: ${MAINTAINER}
Installed-Size: ${Math.ceil(size / 1024)}
Depends: libc6 (>= 2.27), libgcc-s1
Recommends: ceph-common, qemu-utils
Suggests: nova-compute
Section: admin
Priority: optional
Description: Glance images into nova's cache, straight from Ceph, verified
 Puts OpenStack Glance images into a compute host's image cache with
 "rbd export" where the host can reach the Ceph cluster, and over the Glance
 HTTP API elsewhere. Size, hash, signature and format are verified in the same
 pass that writes the file, and nothing unverified ever has the file's name.
`;
}

/** The Debian changelog of the package; CHANGELOG.md has the changes for users. */
export function debianChangelog(version: string, date: Date): string {
  const stamp = date.toUTCString().replace("GMT", "+0000");
  return `glance-direct (${version}) unstable; urgency=medium

  * Release ${version}.

 -- ${MAINTAINER}  ${stamp}
`;
}

/**
 * Makes a package.
 *
 * @param root Directory with only `usr/`; `DEBIAN/` is added.
 * @param output Path of the `.deb`.
 * @param epoch Seconds since 1970, the date of every file inside.
 */
export async function makeDebianPackage(
  root: string,
  described: DebianPackage,
  output: string,
  epoch: number,
): Promise<void> {
  await Deno.mkdir(`${root}/DEBIAN`);
  await Deno.writeTextFile(`${root}/DEBIAN/control`, control(described));
  const script = await Deno.readTextFile(new URL("./packaging/prerm", import.meta.url));
  await Deno.writeTextFile(`${root}/DEBIAN/prerm`, script, { mode: 0o755 });
  await run(["dpkg-deb", "--root-owner-group", "-Zxz", "-z3", "--build", root, output], {
    env: { SOURCE_DATE_EPOCH: String(epoch) },
  });
}
