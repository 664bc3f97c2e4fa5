"""Makes the disk of a server as nova-compute does, down to the base file in its cache.

Arguments: --config-file=…, --trusted-cert=…, the server's name, the image's id. Prints what came of it
and what disk there is.
"""
import compute

import os
import sys

from nova import objects
from nova.virt.libvirt import imagebackend, imagecache, utils as libvirt_utils

SIZE = 8 << 30


def trusted_certs():
    ids = [word.partition("=")[2] for word in sys.argv if word.startswith("--trusted-cert=")]
    return objects.TrustedCerts(ids=ids) if ids else None


def make(server: str, image_id: str) -> dict:
    """The disk of a server: nova's exception, its log, and what there is now."""
    backend = imagebackend.Backend(compute.CONF.use_cow_images)
    disk = backend.by_name(compute.instance(server), "disk")
    outcome = compute.attempt(
        disk.cache, fetch_func=libvirt_utils.fetch_image, size=SIZE,
        filename=imagecache.get_cache_fname(image_id), context=compute.request(),
        image_id=image_id, trusted_certs=trusted_certs())
    backing = None
    if os.path.exists(disk.path):
        backing = libvirt_utils.get_disk_backing_file(disk.path, basename=False)
    return dict(outcome, disk=disk.path, driver=type(disk).__name__, backing=backing)


if __name__ == "__main__":
    compute.start()
    compute.answer(make(*sys.argv[-2:]))
