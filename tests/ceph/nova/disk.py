"""Makes the disk of a server as nova-compute does, down to the base file in its cache.

Arguments: --config-file=… and an image id. Prints what came of it and what disk it made.
"""
import compute

import os
import sys

from nova.virt.libvirt import imagebackend, imagecache, utils as libvirt_utils

SIZE = 8 << 30


def main() -> None:
    compute.start()
    image_id = sys.argv[-1]
    server = compute.instance("11111111-2222-4333-8444-555555555555")
    backend = imagebackend.Backend(compute.CONF.use_cow_images)
    disk = backend.by_name(server, "disk")
    outcome = compute.attempt(
        disk.cache, fetch_func=libvirt_utils.fetch_image, size=SIZE,
        filename=imagecache.get_cache_fname(image_id), context=compute.request(),
        image_id=image_id, trusted_certs=None)
    backing = None
    if os.path.exists(disk.path):
        backing = libvirt_utils.get_disk_backing_file(disk.path, basename=False)
    compute.answer(dict(outcome, disk=disk.path, driver=type(disk).__name__, backing=backing))


main()
