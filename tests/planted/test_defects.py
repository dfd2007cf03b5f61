"""The list of planted defects stays usable: a refactoring that moves a place moves it in the list as well."""

import ast
from collections import Counter

from tests.planted.defects import GROUPS, ROOT, read


def test_each_defect_has_its_place_and_changes_it() -> None:
    for defect in read():
        source = (ROOT / defect.file).read_text(encoding="utf-8")

        damaged = defect.planted(source)

        assert damaged != source, defect.name
        if defect.file.endswith(".py"):
            ast.parse(damaged, filename=f"{defect.file} with {defect.name}")


def test_there_are_ten_defects_in_each_group() -> None:
    groups = Counter(defect.group for defect in read())

    assert groups.keys() == set(GROUPS)
    assert min(groups.values()) >= 10
