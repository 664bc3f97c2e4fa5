"""What nova's image cache manager makes of a directory of instances: argument, its path.

Prints the names it takes for bases, resized, swap and ephemeral files, those in use by disks, and those
that one pass removes when no image is in use otherwise.
"""
import json
import os
import sys
from unittest import mock

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../lab/nova"))

import nova.monkey_patch  # noqa: E402,F401  what nova-compute does first
import real_nova  # noqa: E402

instances = sys.argv[1]
real_nova.configure("[DEFAULT]\nlog_dir =\ninstances_path = %s\n" % instances)

import nova.privsep  # noqa: E402
from nova.virt.libvirt import imagecache  # noqa: E402

nova.privsep.sys_admin_pctxt.set_client_mode(False)
cache = os.path.join(instances, "_base")
servers = set(os.listdir(instances)) - {"_base", "locks"}


def names(paths):
    return sorted(os.path.basename(path) for path in paths)


manager = imagecache.ImageCacheManager()
manager._scan_base_images(cache)
manager.instance_names = servers
resized = set(manager.unexplained_images) - set(manager.originals)
answer = {"base": names(manager.originals), "resized": names(resized),
          "swap": names(manager.back_swap_images), "ephemeral": names(manager.back_ephemeral_images),
          "in_use": names(manager._list_backing_images())}

before = set(os.listdir(cache))
running = {"used_images": {}, "instance_names": servers, "used_swap_images": set(),
           "used_ephemeral_images": set()}
with mock.patch.object(manager, "_list_running_instances", return_value=running):
    manager.update(None, [])
answer["removed"] = names(before - set(os.listdir(cache)))
json.dump(answer, sys.stdout)
