/**
 * The name of an image in text.
 *
 * @module
 */

/** Its name and its id, `ubuntu-24.04 (3f1c…)`; the id alone if it has no name. */
export function imageName(
  { id, name }: { readonly id: string; readonly name: string | null },
): string {
  return name === null || name === "" ? id : `${name} (${id})`;
}
