"""A file system in user space over a directory, whose reads go wrong as a table says: what a share of
the network does to who has it mounted.

    share.py DIRECTORY MOUNT FAULTS

FAULTS is a JSON file, read anew at every look: {"NAME": {"kind": "silent|hang|cut|trickle", ...}}.
"""
import errno
import json
import os
import signal
import sys
import time

import fusepy

INTERVAL = 0.02
# Longer than any test. Then the kernel ends it, and with it every wait on the mount: a thread that
# waits there cannot do anything itself, not even read a clock.
LIFETIME = 180


class Share(fusepy.Operations):
    def __init__(self, directory, faults):
        self.directory = directory
        self.faults = faults

    def real(self, path):
        return os.path.join(self.directory, path.lstrip("/"))

    def fault(self, path, *kinds):
        with open(self.faults, encoding="utf-8") as table:
            fault = json.load(table).get(os.path.basename(path), {})
        return fault if fault.get("kind") in kinds else None

    def hang_while(self, path, kind):
        """Who asks waits as long, as for a server that is gone, and can be killed meanwhile, as over NFS."""
        while self.fault(path, kind):
            if fusepy._libfuse.fuse_interrupted():
                raise fusepy.FuseOSError(errno.EINTR)
            time.sleep(INTERVAL)

    def getattr(self, path, fh=None):
        try:
            found = os.lstat(self.real(path))
        except OSError as error:
            raise fusepy.FuseOSError(error.errno) from error
        names = ("st_mode", "st_size", "st_nlink", "st_uid", "st_gid", "st_mtime")
        return {name: getattr(found, name) for name in names}

    def open(self, path, flags):
        self.hang_while(path, "silent")
        return os.open(self.real(path), os.O_RDONLY)

    def release(self, path, fh):
        os.close(fh)

    def read(self, path, size, offset, fh):
        fault = self.fault(path, "hang", "cut", "trickle")
        if fault is None:
            return os.pread(fh, size, offset)
        if fault["kind"] == "trickle":
            return os.pread(fh, min(size, fault["piece"]), offset)
        after = fault["after"]
        limit = after if after >= 0 else os.fstat(fh).st_size + after
        if offset < limit:
            return os.pread(fh, min(size, limit - offset), offset)
        self.hang_while(path, "hang")
        raise fusepy.FuseOSError(errno.EIO)


if __name__ == "__main__":
    directory, mount, faults = sys.argv[1:]
    signal.alarm(LIFETIME)
    # Bypasses the page cache, so that a read only gets what was served.
    options = {"foreground": True, "direct_io": True, "ro": True, "attr_timeout": 0, "intr": True}
    fusepy.FUSE(Share(directory, faults), mount, **options)
