"""The defects that `make planted` plants: read from `defects.toml`, applied to a file's text."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
GROUPS = ("rules", "visibility", "vendor flow", "pages", "programs", "applicants")


@dataclass(frozen=True)
class Defect:
    """One way to break the product: `text`, once in `file`, becomes `replacement`."""

    name: str
    group: str
    file: str
    text: str
    replacement: str
    breaks: str
    """What goes wrong for whom."""

    def planted(self, source: str) -> str:
        """Return the text of the file with the defect. Raises ValueError unless the place is there exactly once."""
        if (times := source.count(self.text)) != 1:
            raise ValueError(f"{self.name}: its text stands {times} times in {self.file}, not once. Change the list.")
        return source.replace(self.text, self.replacement)


def read() -> list[Defect]:
    """Return all defects in the order of the list."""
    listed = tomllib.loads((ROOT / "tests" / "planted" / "defects.toml").read_text(encoding="utf-8"))
    return [Defect(name=name, **rest) for name, rest in listed.items()]
