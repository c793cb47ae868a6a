"""No module of channels needs, in a circle, what needs it: neither at the top, nor inside a function, nor for types."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import channels

FOLDER = Path(channels.__file__).parent


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(FOLDER.parent).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path): path for path in FOLDER.rglob("*.py")}


def needed(source: str) -> set[str]:
    """The modules of channels that a source imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= whole & MODULES.keys() or {node.module}
    return found & MODULES.keys()


def circle(graph: dict[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def test_there_is_no_circle():
    graph = {name: needed(path.read_text()) - {name} for name, path in MODULES.items()}
    assert len(graph) > 100
    assert sum(map(len, graph.values())) > 300
    assert circle(graph) == []


def test_a_circle_would_be_seen():
    hidden = "def later():\n    from channels.outbound import gate\n    return gate"
    assert needed(hidden) == {"channels.outbound.gate"}
    assert circle({"channels.outbound.gate": {"channels.adapters"}, "channels.adapters": needed(hidden)})
