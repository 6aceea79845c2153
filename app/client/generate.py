"""Write down the interface: `python -m app.client.generate` makes `docs/reference/openapi.json` and the client's
`operations` from the service as it is. Tests compare both with it."""

from __future__ import annotations

import importlib
import json
import keyword
import pkgutil
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

import app.schemas
from app.config import Settings
from app.main import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parents[2]
OPENAPI = ROOT / "docs" / "reference" / "openapi.json"
OPERATIONS = Path(__file__).with_name("operations")
_JSON = "application/json"
_STREAM = "text/event-stream"
_PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "object": "dict[str, Any]"}
_FORMATS = {"date": "date", "date-time": "datetime", "uuid": "UUID"}
_NOTE = "# ruff: noqa: A002, ANN401, E501, F401, I001, PLR0913, RUF100, TC001, TC003\n"
_SUBJECT = (
    _NOTE
    + '''"""Operations on {name}. Made by `python -m app.client.generate`: do not edit."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import TypeAdapter

from app.client.transport import Transport
{imports}

class {kind}:
    """Operations on {name}."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

{operations}
'''
)
_CLIENT = (
    _NOTE
    + '''"""The client, with the operations of each subject. Made by `python -m app.client.generate`: do not edit."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

{imports}
from app.client.transport import Transport


class RotaClient:
    """A client of one service with one key; `last` tells about the last answer. Use it as a context manager."""

    def __init__(self, address: str, key: str | None = None, **options: Any) -> None:
        self.last = Transport(address, key, **options)
{subjects}

    def close(self) -> None:
        """Let the connections go."""
        self.last.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()
'''
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of an operation, by its name in Python and the one that is sent."""

    name: str
    sent: str
    place: str
    kind: str
    needed: bool
    default: object = None

    def __str__(self) -> str:
        if self.needed:
            return f"{self.name}: {self.kind}"
        kind = self.kind if self.default is not None or "None" in self.kind else f"{self.kind} | None"
        return f"{self.name}: {kind} = {self.default!r}"


def described() -> dict[str, Any]:
    """Give the OpenAPI description of the service as it is."""
    with TemporaryDirectory() as folder:
        return create_app(Settings(data_dir=Path(folder), log_level="ERROR")).openapi()


def openapi_text(description: Mapping[str, Any]) -> str:
    """Write a description as the file that is kept, without the version of the product, which changes by itself."""
    kept = {**description, "info": {**description["info"], "version": "1"}}
    return json.dumps(kept, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def operations_files(description: Mapping[str, Any]) -> dict[str, str]:
    """Write the client's operations, formatted: one module for each subject, and the client."""
    models = _models()
    subjects: dict[str, list[str]] = {}
    for path, methods in sorted(description["paths"].items()):
        for method, operation in sorted(methods.items()):
            if _STREAM not in json.dumps(operation["responses"]):
                subject, _, name = operation["operationId"].partition(".")
                made = _operation(name, method, path, operation, models)
                subjects.setdefault(re.sub(r"\W", "_", subject), []).append(made)
    files = {f"{name}.py": _subject(name, operations, models) for name, operations in sorted(subjects.items())}
    imports = "\n".join(f"from app.client.operations.{name} import {_class(name)}" for name in sorted(subjects))
    attributes = "\n".join(f"        self.{name} = {_class(name)}(self.last)" for name in sorted(subjects))
    files["__init__.py"] = _CLIENT.format(imports=imports, subjects=attributes)
    return {name: _formatted(text) for name, text in files.items()}


def _models() -> dict[str, str]:
    """Tell in which module each schema is."""
    found: dict[str, str] = {}
    for module in pkgutil.iter_modules(app.schemas.__path__, "app.schemas."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, type) and issubclass(value, BaseModel) and value.__module__ == module.name:
                found[name] = module.name
    return found


def _subject(name: str, operations: list[str], models: Mapping[str, str]) -> str:
    """Write the module of one subject."""
    body = "\n".join(operations)
    used = sorted((models[kind], kind) for kind in models if re.search(rf"\b{kind}\b", body))
    imports = "".join(f"from {module} import {kind}\n" for module, kind in used)
    return _SUBJECT.format(name=name.replace("_", " "), kind=_class(name), imports=imports, operations=body)


def _class(subject: str) -> str:
    return "".join(word.capitalize() for word in subject.split("_"))


def _operation(name: str, method: str, path: str, operation: Mapping[str, Any], models: Mapping[str, str]) -> str:
    """Write one method."""
    given = list(_parameters(operation, models))
    body = _body(operation, models)
    answer = _answer(operation, models)
    signature = [*(str(each) for each in given if each.place == "path")]
    keywords = [str(each) for each in given if each.place != "path"]
    if body is not None:
        signature.append(f"body: {body}")
    if keywords:
        signature += ["*", *sorted(keywords, key=lambda text: "=" in text)]
    words = operation["description"].replace("\\", "\\\\").strip().split("\n")
    text = "\n".join([f'        """{words[0]}', *(f"        {line}".rstrip() for line in words[1:])]) + '\n        """'
    filled = path
    for each in given:
        filled = filled.replace(f"{{{each.sent}}}", f"{{{each.name}}}")
    sent = [f'"{method.upper()}"', f'f"{filled}"' if "{" in filled else f'"{filled}"']
    for place, word in (("query", "params"), ("header", "headers")):
        pairs = [f'"{each.sent}": {each.name}' for each in given if each.place == place]
        if place == "header" and body == "bytes":
            pairs.append(f'"Content-Type": "{next(iter(operation["requestBody"]["content"]))}"')
        if pairs:
            sent.append(f"{word}={{{', '.join(pairs)}}}")
    if body is not None:
        sent.append(_content(body))
    call = f"self._transport.send({', '.join(sent)})"
    done = {"None": f"        {call}", "bytes": f"        return {call}"}.get(
        answer, f"        found: {answer} = TypeAdapter({answer}).validate_json({call})\n        return found"
    )
    return f"    def {name}({', '.join(['self', *signature])}) -> {answer}:\n{text}\n{done}\n"


def _content(body: str) -> str:
    """Write how a body is sent: bytes as they are, everything else as JSON."""
    return "content=body" if body == "bytes" else f"content=TypeAdapter({body}).dump_json(body, exclude_unset=True)"


def _parameters(operation: Mapping[str, Any], models: Mapping[str, str]) -> Iterator[Parameter]:
    """Give the parameters of an operation, but for the format: the client reads JSON."""
    for row in operation.get("parameters", ()):
        if row["name"] == "format" or row["in"] == "cookie":
            continue
        name = re.sub(r"\W", "_", row["name"]).lower()
        yield Parameter(
            name=f"{name}_" if keyword.iskeyword(name) else name,
            sent=row["name"],
            place=row["in"],
            kind=_kind(row["schema"], models),
            needed=row.get("required", False),
            default=row["schema"].get("default"),
        )


def _body(operation: Mapping[str, Any], models: Mapping[str, str]) -> str | None:
    content = operation.get("requestBody", {}).get("content", {})
    if not content:
        return None
    return _kind(content[_JSON]["schema"], models) if _JSON in content else "bytes"


def _answer(operation: Mapping[str, Any], models: Mapping[str, str]) -> str:
    """Give the type of what succeeds."""
    good = [row.get("content", {}) for status, row in sorted(operation["responses"].items()) if status.startswith("2")]
    kinds = [_kind(content[_JSON]["schema"], models) for content in good if _JSON in content]
    if kinds:
        return " | ".join(dict.fromkeys(kinds))
    return "bytes" if any(good) else "None"


def _kind(schema: Mapping[str, Any], models: Mapping[str, str]) -> str:  # noqa: PLR0911 - one line for each sort of schema
    """Give the Python type of a schema."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2].removesuffix("-Input").removesuffix("-Output")
        return name if name in models else "Any"
    if "const" in schema or "enum" in schema:
        return f"Literal[{', '.join(repr(word) for word in schema.get('enum', [schema.get('const')]))}]"
    if several := schema.get("anyOf") or schema.get("oneOf"):
        return " | ".join(dict.fromkeys(_kind(each, models) for each in several))
    if schema.get("type") == "null":
        return "None"
    if schema.get("type") == "array":
        return f"list[{_kind(schema['items'], models)}]"
    if schema.get("type") == "string" and schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    return _PLAIN.get(schema.get("type", ""), "Any")


def _formatted(text: str) -> str:
    words = [sys.executable, "-m", "ruff", "format", "--line-length", "120", "--stdin-filename", "made.py", "-"]
    return subprocess.run(words, input=text, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own


def main() -> None:
    """Write the description and the modules, and delete those that are no longer made."""
    description = described()
    OPENAPI.write_text(openapi_text(description), encoding="utf-8")
    files = operations_files(description)
    for left in OPERATIONS.glob("*.py"):
        if left.name not in files:
            left.unlink()
    for name, text in files.items():
        (OPERATIONS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
