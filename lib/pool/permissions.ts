/**
 * What a thread that reads hostile bytes may do: read the served folders, write the upload folder,
 * and nothing else. The runtime enforces it, whatever the code in the worker does.
 *
 * @param served Real paths of the served folders.
 * @param uploads Real path of the upload folder.
 */
export function workerPermissions(
  served: readonly string[],
  uploads: string,
): Deno.PermissionOptionsObject {
  return {
    read: [...served, uploads],
    write: [uploads],
    net: false,
    env: false,
    sys: false,
    run: false,
    ffi: false,
    import: false,
  };
}
