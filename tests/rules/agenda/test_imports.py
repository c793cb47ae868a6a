"""The agenda's modules stand on each other one way: no circle, and none hidden inside a function."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from case_api.settings import ROOT

FOLDERS = ("case_api/agenda", "case_api/video")


def modules() -> dict[str, Path]:
    found = {}
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def named(tree: ast.AST) -> set[str]:
    """The modules of these folders that are imported anywhere below a node."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
    return names & set(MODULES)


def test_no_module_stands_on_itself():
    graph = {name: named(ast.parse(path.read_text())) - {name} for name, path in MODULES.items()}
    assert len(graph) > 40 and any(graph.values())
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" → ".join(circle.args[1]))


@pytest.mark.parametrize("name", sorted(MODULES))
def test_what_is_needed_is_imported_at_the_top(name):
    tree = ast.parse(MODULES[name].read_text())
    inside = {
        module for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        for module in named(node)
    }  # fmt: skip
    assert not inside, f"{name} imports inside a function: {sorted(inside)}"
