"""Sets nova's concurrency mode as nova-compute does: first of all, before anything else of nova."""
import os
import sys


def choose(threads: bool) -> None:
    """Patches for eventlet, or not at all; nova before 32 (2025.2) patched when it was imported."""
    os.environ["OS_NOVA_DISABLE_EVENTLET_PATCHING"] = str(threads)
    from nova import monkey_patch

    if hasattr(monkey_patch, "patch"):
        monkey_patch.patch(backend="threading" if threads else "eventlet")
    if is_patched() == threads:
        raise RuntimeError("nova is patched: %s, expected %s" % (threads, not threads))


def is_patched() -> bool:
    """Since nova 32, native threading forbids to import eventlet; what nobody imported patches nothing."""
    patcher = sys.modules.get("eventlet.patcher")
    return patcher is not None and patcher.is_monkey_patched("thread")
