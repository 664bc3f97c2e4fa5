/**
 * The TLS settings, and the names of these settings.
 *
 * @module
 */

/** Names of settings, for hints. */
export interface TlsNames {
  /** The setting for authorities: `'[glance] cafile'`. */
  readonly cafile: string;
  /** The settings for the client certificate and its key: `'[glance] certfile' and 'keyfile'`. */
  readonly certfile: string;
}

/** Paths of PEM files, as in keystoneauth's session. */
export interface TlsSettings {
  /** Trusted authorities, and no others; absent means those of the host. */
  readonly cafile?: string | undefined;
  /** Certificate to present. */
  readonly certfile?: string | undefined;
  /** Its key; absent means that `certfile` also has the key. */
  readonly keyfile?: string | undefined;
  /** Whether to skip verifying the server's certificate. */
  readonly insecure?: boolean | undefined;
  /** Minimum TLS version, `1.2` or `1.3`; only logged if it cannot be enforced. */
  readonly minVersion?: string | undefined;
  /** Requested ciphers; logged, because they cannot be chosen. */
  readonly ciphers?: string | undefined;
  /** Names of the settings. @default those of the environment */
  readonly names?: TlsNames | undefined;
}

/** The settings of a group of nova.conf, as registered by keystoneauth. */
export function namesOfGroup(group: string): TlsNames {
  return { cafile: `'[${group}] cafile'`, certfile: `'[${group}] certfile' and 'keyfile'` };
}

/** The variables, which apply to every service. */
export const ENVIRONMENT_NAMES: TlsNames = { cafile: "OS_CACERT", certfile: "OS_CERT and OS_KEY" };

/** Names of the settings. */
export function namesOf({ names }: TlsSettings): TlsNames {
  return names ?? ENVIRONMENT_NAMES;
}
