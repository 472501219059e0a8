"""What a grading on this machine is worth, from the layers that were on and from what a worker could reach."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.isolation.confinement.layers import LEVELS, ON, PROBES

# What each level promises.
PROMISES: Mapping[str, str] = {
    "strong": "Student code reads no file but the interpreter's, reaches no other process and no network, starts no "
    "program, and may use only the ordinary part of the kernel.",
    "fair": "Student code reads no secret, changes no file and disturbs no other process; but one wall less stands "
    "between it and the machine.",
    "weak": "Student code cannot touch the verdict, and its time and memory are bounded; but it may read or change "
    "files, or disturb other processes.",
}
# What student code must not do if a grading is to be fair.
_FOR_FAIR = ("files", "tamper", "neighbours")
# The layers that a strong one rests on; and of the two that hide files by a rule of their own, one.
_FOR_STRONG = ("pid", "network", "capabilities", "no_new_privs", "seccomp")
_HIDING = ("view", "landlock")


def level(layers: Mapping[str, str], probes: Mapping[str, str]) -> str:
    """`strong`, `fair` or `weak`: the highest level that lacks nothing."""
    return next((each for each in reversed(LEVELS) if not lacking(each, layers, probes)), LEVELS[0])


def lacking(wanted: str, layers: Mapping[str, str], probes: Mapping[str, str]) -> list[str]:
    """What is missing for a level, each as a few words; no paths, as students may read them.

    Fair: student code can read no secret, change nothing of the grader's, and get at no other process. Strong: no
    probe reached anything, and the layers that this rests on are on.
    """
    if wanted == "weak":
        return []
    counted = _FOR_FAIR if wanted == "fair" else tuple(PROBES)
    missing = [f"student code can {PROBES[name]}" for name in counted if probes[name]]
    if wanted == "strong":
        off = [name for name in _FOR_STRONG if not is_on(layers, name)]
        off += _HIDING if not any(is_on(layers, name) for name in _HIDING) else ()
        missing += [f"{name} is {layers[name]}" for name in off]
    return missing


def is_on(layers: Mapping[str, str], name: str) -> bool:
    """Is a layer in place?"""
    return layers.get(name, "").startswith(ON)


def summary(layers: Mapping[str, str], probes: Mapping[str, str]) -> dict[str, str]:
    """What results.json says under `extra_data.isolation`: the layers, the level, and whether secrets were hidden."""
    return {**layers, "files": "readable" if probes["files"] else "hidden", "level": level(layers, probes)}


def as_graded(examined: Mapping[str, str], layers: Mapping[str, str]) -> dict[str, str]:
    """The summary for one submission.

    Args:
        examined: the summary of the examination that came before.
        layers: those of the submission's own worker; empty where none was started.
    """
    if any(is_on(examined, name) and not is_on(layers, name) for name in layers):
        return {**examined, **layers, "files": "readable", "level": LEVELS[0]}
    return {**examined, **layers}


def hides_files(report: Mapping[str, str]) -> bool:
    """Were the secrets out of the worker's reach? `report` is `extra_data.isolation` of a results.json."""
    return report.get("files") == "hidden"
