"""What the package exports: each `__all__` is sorted and true, and every public thing is explained."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import pytest

import dataexplore
from dataexplore import errors

# The sandbox is a program and no library; its modules have no readers from outside.
NAMES = sorted(
    module.name
    for module in pkgutil.walk_packages(dataexplore.__path__, "dataexplore.")
    if not module.name.endswith("__main__") and not module.name.startswith("dataexplore.sandbox")
)
EXPORTING = [name for name in ["dataexplore", *NAMES] if hasattr(importlib.import_module(name), "__all__")]


def exported(name):
    module = importlib.import_module(name)
    return {export: getattr(module, export) for export in module.__all__}


def defined_in(name):
    """Public functions and classes that a module defines itself."""
    module = importlib.import_module(name)
    return {
        member
        for member, value in vars(module).items()
        if not member.startswith("_")
        and (inspect.isfunction(value) or inspect.isclass(value))
        and value.__module__ == name
    }


def public_things():
    for name in EXPORTING:
        for export, thing in exported(name).items():
            if (inspect.isfunction(thing) or inspect.isclass(thing)) and thing.__module__ == name:
                yield pytest.param(thing, id=f"{name}.{export}")


def own_methods(thing):
    if not inspect.isclass(thing):
        return
    for name, member in vars(thing).items():
        function = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
        if not name.startswith("_") and inspect.isfunction(function):
            yield name, function


def is_sentence(docstring):
    first = (docstring or "").strip().split("\n")[0]
    return (first[:1].isupper() or first.startswith("``")) and first.endswith((".", ":", "?"))


def sort_key(name):
    """CONSTANTS, then Classes, then the rest, as ruff sorts them."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2), name


@pytest.mark.parametrize("name", EXPORTING)
def test_all_is_sorted_and_every_name_in_it_exists(name):
    module = importlib.import_module(name)
    assert list(module.__all__) == sorted(set(module.__all__), key=sort_key)
    assert set(exported(name)) == set(module.__all__)


def test_every_module_with_public_things_has_an_all():
    assert [name for name in NAMES if defined_in(name) and name not in EXPORTING] == []


@pytest.mark.parametrize("thing", list(public_things()))
def test_a_public_thing_is_explained_in_a_full_sentence(thing):
    assert is_sentence(thing.__doc__)


@pytest.mark.parametrize("thing", list(public_things()))
def test_a_public_method_is_explained_in_a_full_sentence(thing):
    unexplained = [
        name
        for name, method in own_methods(thing)
        if not is_sentence(method.__doc__) and not inherits_explanation(thing, name)
    ]
    assert unexplained == []


def inherits_explanation(thing, name):
    """Whether a method takes over the contract of a foreign class it overrides."""
    return any(hasattr(parent, name) for parent in thing.__mro__[1:])


@pytest.mark.parametrize("name", ["dataexplore", *NAMES])
def test_every_module_says_what_it_is(name):
    assert is_sentence(importlib.import_module(name).__doc__)


def test_the_package_lists_its_names_and_loads_them_on_first_use():
    assert set(dir(dataexplore)) == set(dataexplore.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = dataexplore.nothing


def test_every_error_is_exported():
    assert defined_in("dataexplore.errors") == set(errors.__all__)
