"""The machine measured on: programs, clocks, and what there is of either."""
import dataclasses
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
RELEASE = ROOT / ".build" / "release"
QUIPU = RELEASE / "quipu"


@dataclasses.dataclass
class Run:
    """What one run of a command took: seconds of wall and processor, KiB of memory, its output."""
    wall: float
    processor: float
    memory: int
    output: str


def run(*words, check=True, **options):
    """Runs a command to its end and measures it alone, whatever others are measured meanwhile."""
    words = [str(word) for word in words]
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        start = time.monotonic()
        process = subprocess.Popen(words, stdout=output, stderr=errors, **options)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode(errors="replace")
        if check and process.returncode:
            errors.seek(0)
            told = errors.read().decode(errors="replace").strip()
            raise SystemExit(f"bench: {' '.join(words)} ended with {process.returncode}: {told}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, text)


def say(text):
    """Tells on standard error what is being done."""
    print(f"bench: {text}", file=sys.stderr)


def has(*programs):
    """Whether all of these programs are installed; says which is not."""
    for program in programs:
        if shutil.which(program) is None:
            say(f"{program} is not installed: left out")
            return False
    return True


def median(numbers):
    """The one in the middle."""
    return statistics.median(numbers)


def percentile(numbers, share):
    """The smallest number that a share (0 to 100) of them do not pass."""
    ordered = sorted(numbers)
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)]


def facts():
    """What the figures were measured on."""
    names = re.findall(r"^(?:model name|Model)\s*:\s*(.+)$",
                       pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.M)
    return {"system": platform.platform(), "processor": names[0] if names else platform.machine(),
            "processors": os.cpu_count(),
            "memoryBytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
            "loadAverage": list(os.getloadavg())}


def commit():
    """The commit of the checkout, and whether it was changed since."""
    def git(*words):
        return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True,
                              text=True).stdout.strip()
    changed = git("status", "--porcelain", "--untracked-files=no")
    return git("rev-parse", "--short", "HEAD") + ("-changed" if changed else "")


def build():
    """Builds all that is measured, for release."""
    swift = subprocess.run([ROOT / "tools/setup", "--path"], check=True, stdout=subprocess.PIPE,
                           text=True).stdout.strip()
    for product in ("quipu", "AppendBench", "AccountBench", "ReplayBench"):
        subprocess.run([f"{swift}/swift", "build", "-c", "release", "--product", product],
                       cwd=ROOT, check=True, stdout=sys.stderr)


def log_files(ledger):
    """The segments of a ledger, in order."""
    return sorted((ledger / "log").glob("*.jsonl"))
