/**
 * The bill of materials of an executable: SPDX 2.3, as JSON.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Licence } from "./licence.ts";

/** The subject of the document. */
export interface SbomSubject {
  /** Version of the program. */
  readonly version: string;
  /** The executable. */
  readonly executable: Uint8Array;
  /** Its content, with licences; the runtime first. */
  readonly licences: readonly Licence[];
  /** `deno.lock`, parsed: the integrity of each package. */
  readonly lock: { readonly npm: Readonly<Record<string, { readonly integrity: string }>> };
  /** Creation time, as ISO 8601 in UTC without fractions. */
  readonly created: string;
}

const PROGRAM = "SPDXRef-glance-direct";

/** SPDX allows letters, digits, dots and dashes in an identifier. */
function identifier(name: string): string {
  return `SPDXRef-${name.replace(/[^A-Za-z0-9.-]/g, "-")}`;
}

/** Integrity of a package as an SPDX checksum; the runtime is not in the lock file and has none. */
function checksums({ name, version }: Licence["package"], lock: SbomSubject["lock"]): object[] {
  const key = Object.keys(lock.npm).find((entry) =>
    entry === `${name}@${version}` || entry.startsWith(`${name}@${version}_`)
  );
  if (key === undefined) return [];
  const digest = atob(lock.npm[key]?.integrity.replace(/^sha512-/, "") ?? "");
  const checksumValue = Array.from(
    digest,
    (char) => char.charCodeAt(0).toString(16).padStart(2, "0"),
  );
  return [{ algorithm: "SHA512", checksumValue: checksumValue.join("") }];
}

function part(licence: Licence, lock: SbomSubject["lock"]): object {
  const { name, version } = licence.package;
  return {
    SPDXID: identifier(name),
    name,
    versionInfo: version,
    downloadLocation: "NOASSERTION",
    filesAnalyzed: false,
    licenseConcluded: "NOASSERTION",
    licenseDeclared: licence.expression,
    copyrightText: "NOASSERTION",
    checksums: checksums(licence.package, lock),
    externalRefs: [{
      referenceCategory: "PACKAGE-MANAGER",
      referenceType: "purl",
      referenceLocator: name === "deno"
        ? `pkg:github/denoland/deno@v${version}`
        : `pkg:npm/${name.replace("@", "%40")}@${version}`,
    }],
  };
}

/** The SPDX document of a subject. */
export function billOfMaterials(subject: SbomSubject): object {
  const sha256 = createHash("sha256").update(subject.executable).digest("hex");
  return {
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name: `glance-direct-${subject.version}`,
    documentNamespace: `urn:glance-direct:sbom:${sha256}`,
    creationInfo: { created: subject.created, creators: ["Tool: glance-direct-package"] },
    packages: [
      {
        SPDXID: PROGRAM,
        name: "glance-direct",
        versionInfo: subject.version,
        downloadLocation: "NOASSERTION",
        filesAnalyzed: false,
        licenseConcluded: "Apache-2.0",
        licenseDeclared: "Apache-2.0",
        copyrightText: "NOASSERTION",
        primaryPackagePurpose: "APPLICATION",
        checksums: [{ algorithm: "SHA256", checksumValue: sha256 }],
      },
      ...subject.licences.map((licence) => part(licence, subject.lock)),
    ],
    relationships: [
      {
        spdxElementId: "SPDXRef-DOCUMENT",
        relationshipType: "DESCRIBES",
        relatedSpdxElement: PROGRAM,
      },
      ...subject.licences.map((licence) => ({
        spdxElementId: PROGRAM,
        relationshipType: "CONTAINS",
        relatedSpdxElement: identifier(licence.package.name),
      })),
    ],
  };
}
