"""Base URLs: the known regions by name, and what an address must be before a token is sent to it."""

from __future__ import annotations

import difflib
import ipaddress
import re
from urllib.parse import urlsplit

from dataexplore.errors import ConfigError

__all__ = ["is_loopback", "known_regions", "region_url", "service_url"]

_COALESCE = {
    # The five of the vendor's contract.
    "us": "app.coalescesoftware.io",
    "us-east-1": "app.us-east-1.aws.coalescesoftware.io",
    "eu": "app.eu.coalescesoftware.io",
    "northamerica-northeast1": "app.northamerica-northeast1.gcp.coalescesoftware.io",
    "australia-southeast1": "app.australia-southeast1.gcp.coalescesoftware.io",
    # Named in the vendor's public pages; their hosts follow the pattern of the five.
    "us-east-2": "app.us-east-2.aws.coalescesoftware.io",
    "us-west-2": "app.us-west-2.aws.coalescesoftware.io",
    "eu-west-2": "app.eu-west-2.aws.coalescesoftware.io",
    "europe-west1": "app.europe-west1.gcp.coalescesoftware.io",
    "centralus": "app.centralus.azure.coalescesoftware.io",
    "eastus2": "app.eastus2.azure.coalescesoftware.io",
}
_TALEND = {region: f"api.{region}.cloud.talend.com" for region in ("us", "eu", "ap", "au", "us-west")}
_REGIONS = {"coalesce": _COALESCE, "talend": _TALEND, "datafold": {}, "coginiti": {}}
_DEFAULTS = {"datafold": "https://app.datafold.com"}


def known_regions(service: str) -> tuple[str, ...]:
    """Name the regions ``service`` is known to run in; empty for a service without regions."""
    return tuple(_REGIONS[service])


def region_url(service: str, region: str) -> str:
    """Give the base URL of a region by its name.

    Raises:
        ConfigError: no such region; the text lists the known ones.
    """
    hosts = _REGIONS[service]
    if region in hosts:
        return f"https://{hosts[region]}"
    if not hosts:
        raise ConfigError(
            f"{service} has no regions, but region = {region!r} is set.",
            f"Set url of [{service}] instead.",
        )
    near = difflib.get_close_matches(region.lower(), hosts, n=1)
    hint = f"Did you mean {near[0]!r}? " if near else ""
    raise ConfigError(f"{service} has no region {region!r}.", f"{hint}Known: {', '.join(hosts)}.")


def service_url(service: str, url: str | None, region: str | None, *, insecure_http: bool) -> str | None:
    """Give the checked base URL of a service, without a slash at its end; None when nothing is configured.

    Args:
        service: ``coginiti``, ``coalesce``, ``datafold`` or ``talend``.
        url: host with or without ``https://``; wins over ``region``.
        region: a region's name.
        insecure_http: whether the profile allows plain http to this host.

    Raises:
        ConfigError: the address could carry the token where it must not go.
    """
    if url:
        return _checked(service, url, insecure_http=insecure_http)
    if region:
        return region_url(service, region)
    return _DEFAULTS.get(service)


def is_loopback(host: str) -> bool:
    """Tell whether ``host`` is this machine itself, by its literal address or as ``localhost``."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_host(host: str, netloc: str) -> bool:
    """Tell whether ``host`` can be looked up at all: an address, or labels of 1 to 63 plain characters."""
    if netloc.endswith(":") or ("[" in netloc) != (":" in host):
        return False
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return re.fullmatch(r"([a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?", host) is not None


def _checked(service: str, url: str, *, insecure_http: bool) -> str:
    setting = f"url of [{service}]"
    if any(character.isspace() or not character.isprintable() for character in url):
        raise ConfigError(f"The {setting} has a blank or a control character.", "Remove it.")
    if not url.isascii():
        raise ConfigError(
            f"The host in {setting} has letters outside ASCII, which can imitate another host.",
            "Write its ASCII form (xn--...).",
        )
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise ConfigError(f"The {setting} is not an address.", "Write it as https://host[:port].") from None
    if "@" in parts.netloc:
        raise ConfigError(
            f"The {setting} holds a user name or password.", "Remove them; the token has its own setting."
        )
    if parts.scheme not in {"https", "http"} or not host or not _is_host(host, parts.netloc):
        raise ConfigError(f"The {setting} is not an https address.", "Write it as https://host[:port].")
    if parts.query or parts.fragment or "\\" in url:
        raise ConfigError(
            f"The {setting} has more than a host and a path.", "Write it as https://host[:port]."
        )
    if parts.scheme == "http" and not (is_loopback(host) or insecure_http):
        raise ConfigError(
            f"The {setting} is plain http to {host}: the token would be readable on the way.",
            f"Use https, or set insecure_http = true under [{service}] of the profile.",
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")
