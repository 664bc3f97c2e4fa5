/**
 * What is set for TLS, and what these settings are called where they are made.
 *
 * @module
 */

/** Names of settings, for hints. */
export interface TlsNames {
  /** What names the authorities: `'[glance] cafile'`. */
  readonly cafile: string;
  /** What names the client's certificate and its key: `'[glance] certfile' and 'keyfile'`. */
  readonly certfile: string;
}

/** Names of PEM files, as keystoneauth's session takes them. */
export interface TlsSettings {
  /** Authorities to trust, and no others; absent means the host's, as its packages keep them. */
  readonly cafile?: string | undefined;
  /** Certificate to show. */
  readonly certfile?: string | undefined;
  /** Its key; absent means that it is in `certfile`, too. */
  readonly keyfile?: string | undefined;
  /** Whether the server's certificate is not checked. */
  readonly insecure?: boolean | undefined;
  /** Least version of TLS that is asked for, `1.2` or `1.3`; only told where it cannot be held to. */
  readonly minVersion?: string | undefined;
  /** Ciphers that are asked for; told that they cannot be chosen. */
  readonly ciphers?: string | undefined;
  /** What these are called. @default those of the environment */
  readonly names?: TlsNames | undefined;
}

/** The settings of a group of nova.conf, as keystoneauth registers them. */
export function namesOfGroup(group: string): TlsNames {
  return { cafile: `'[${group}] cafile'`, certfile: `'[${group}] certfile' and 'keyfile'` };
}

/** The variables, which hold for every service. */
export const ENVIRONMENT_NAMES: TlsNames = { cafile: "OS_CACERT", certfile: "OS_CERT and OS_KEY" };

/** What the settings are called. */
export function namesOf({ names }: TlsSettings): TlsNames {
  return names ?? ENVIRONMENT_NAMES;
}
