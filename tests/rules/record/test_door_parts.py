"""The door is put together from parts: none may hide a method of another."""

from case_api.access.record import Door


def test_no_two_parts_share_a_name():
    seen: dict[str, list[str]] = {}
    for part in Door.__mro__[1:-1]:
        for name, value in vars(part).items():
            if not name.startswith("__") and (callable(value) or isinstance(value, property)):
                seen.setdefault(name, []).append(part.__name__)
    assert {name: parts for name, parts in seen.items() if len(parts) > 1} == {}
