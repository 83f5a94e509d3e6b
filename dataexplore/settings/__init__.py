"""Profiles: hosts, regions, limits, and where each token comes from."""

from __future__ import annotations

from dataexplore.settings.addresses import is_loopback, known_regions, region_url, service_url
from dataexplore.settings.limits import Limits
from dataexplore.settings.profiles import Profile, load, profiles_file, sandbox_profile
from dataexplore.settings.services import AUTH_TYPES, SERVICES, AuthType, ServiceSettings
from dataexplore.settings.tokens import (
    find_client_secret,
    find_snowflake_secret,
    find_token,
    usable_token,
)

__all__ = [
    "AUTH_TYPES",
    "SERVICES",
    "AuthType",
    "Limits",
    "Profile",
    "ServiceSettings",
    "find_client_secret",
    "find_snowflake_secret",
    "find_token",
    "is_loopback",
    "known_regions",
    "load",
    "profiles_file",
    "region_url",
    "sandbox_profile",
    "service_url",
    "usable_token",
]
