"""YAML read as text: no value is guessed (`01`, `no`, `1e3` stay what they are) and no key may stand twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from core.errors import DefectError


class _TextLoader(yaml.CBaseLoader):
    """BaseLoader keeps every scalar as text; this one also refuses a key given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key given twice: {key.value}", key.start_mark)
            seen.add(key.value)
        return dict(super().construct_mapping(node, deep=deep))


def load_text(path: Path, *, where: str) -> Any:
    """The document in `path`: mappings, lists and text.

    Raises:
        DefectError: the file is missing, not UTF-8, not YAML, or gives a key twice; names `where` and the line.
    """
    try:
        return yaml.load(path.read_text("utf-8"), Loader=_TextLoader)
    except FileNotFoundError:
        raise _defect("card.missing", "the file is not there", where) from None
    except UnicodeDecodeError:
        raise _defect("card.encoding", "the file is not UTF-8", where) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise _defect("card.yaml", f"not readable as YAML: {error.problem}", f"{where}, line {line}") from None
    except yaml.YAMLError:
        raise _defect("card.yaml", "not readable as YAML", where) from None


def _defect(code: str, what: str, where: str) -> DefectError:
    return DefectError(code, what, where=where, todo="correct the file")
