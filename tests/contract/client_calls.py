"""What a client's package declares: its operations, the method that sends each, and what the method takes."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from typing import TYPE_CHECKING, Any

from dataexplore.secret import Secret
from dataexplore.transport import Operation

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

SECRETS = {"client_secret", "password", "token", "token_value"}


class Calls:
    """The operations of a client's package: one noun a module, one constant an operation.

    ``methods`` names the method of an operation that is not called as its constant.
    """

    def __init__(self, package: ModuleType, methods: Mapping[str, str] | None = None) -> None:
        self._package = package
        self._methods = methods or {}
        found = [
            (noun, constant, value)
            for noun in (each.name for each in pkgutil.iter_modules(package.__path__))
            for constant, value in vars(self._module(noun)).items()
            if isinstance(value, Operation)
        ]
        # By operationId: the noun's module, the constant's name, the operation.
        self.declared = {operation.name: (noun, constant, operation) for noun, constant, operation in found}

    def method_of(self, name: str) -> str:
        """Name the client's method of an operation: its constant's name, in lower case, at its noun."""
        noun, constant, _ = self.declared[name]
        return self._methods.get(name, f"{noun}.{constant.lower()}")

    def arguments_of(self, name: str) -> set[str]:
        """Name the arguments of the client's method, those of its ``**options: Unpack[...]`` among them."""
        noun, _, verb = self.method_of(name).partition(".")
        module = self._module(noun)
        method = getattr(getattr(module, noun.title().replace("_", "")), verb)
        names: set[str] = set()
        for argument in inspect.signature(method).parameters.values():
            options = re.fullmatch(r"Unpack\[(\w+)\]", str(argument.annotation))
            names |= set(getattr(module, options[1]).__annotations__) if options else {argument.name}
        return names

    def call(self, client: Any, name: str, path: list[Any], fields: Mapping[str, Any]) -> Any:
        """Make the client's call: what stands in the path first, the rest by its name."""
        noun, _, verb = self.method_of(name).partition(".")
        secret = {key: Secret(fields[key]) for key in SECRETS & set(fields)}
        return getattr(getattr(client, noun), verb)(*path, **{**fields, **secret})

    def _module(self, noun: str) -> ModuleType:
        return importlib.import_module(f"{self._package.__name__}.{noun}")


def path_order(facts: Mapping[str, Any]) -> list[str]:
    """Name an operation's path parameters as they stand in its path."""
    return re.findall(r"\{(\w+)\}", facts["path"])
