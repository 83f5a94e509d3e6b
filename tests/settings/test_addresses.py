"""What an address must be before a token is sent to it."""

from __future__ import annotations

import pytest

from dataexplore.errors import ConfigError
from dataexplore.settings import is_loopback, known_regions, region_url, service_url


def checked(url, *, insecure_http=False):
    return service_url("coginiti", url, None, insecure_http=insecure_http)


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://coginiti.example.com", "https://coginiti.example.com"),
        ("coginiti.example.com", "https://coginiti.example.com"),
        ("coginiti.example.com:8443", "https://coginiti.example.com:8443"),
        ("https://coginiti.example.com/", "https://coginiti.example.com"),
        ("HTTPS://Coginiti.Example.Com/gateway/", "https://Coginiti.Example.Com/gateway"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("https://under_score.example", "https://under_score.example"),
        ("https://10.0.0.7:8443", "https://10.0.0.7:8443"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://[::1]:1", "http://[::1]:1"),
    ],
)
def test_a_good_address_becomes_a_base_url(url, base):
    assert checked(url) == base


@pytest.mark.parametrize(
    "url",
    [
        "http://coginiti.example.com",
        "http://localhost.evil.example",
        "http://localhost.",
        "http://127.0.0.1.evil.example",
        "http://127.1",
        "http://0.0.0.0",
        "http://2130706433",
        "http://0x7f.0.0.1",
        "http://[::2]",
        "http://10.0.0.7",
    ],
)
def test_plain_http_needs_loopback_or_a_promise(url):
    """Case 20: a host that only looks like loopback is none."""
    with pytest.raises(ConfigError, match=r"readable on the way\. Use https, or set insecure_http = true"):
        checked(url)
    assert checked(url, insecure_http=True) == url


@pytest.mark.parametrize(
    "url",
    [
        "https://user@host.example",
        "https://user:password@host.example",
        "https://:password@host.example",
        "http://localhost@evil.example",
        "user:password@host.example",
    ],
)
def test_a_password_in_an_address_is_refused_and_not_shown(url):
    with pytest.raises(ConfigError, match="holds a user name or password") as caught:
        checked(url)
    assert "user:" not in str(caught.value)
    assert "host.example" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "file:/etc/passwd",
        "file:",
        "ftp://host.example",
        "javascript:alert(1)",
        "data:,x",
        "https://",
        "https:///path",
        "https:/host.example",
        "//host.example",
        "https://host.example:",
        "https://host.example:99999",
        "https://host.example:port",
        "https://[::1",
        "https://[v1.a]",
        "https://a..b",
        "https://.host.example",
        "https://" + "a" * 64 + ".example",
        "https://ho^st.example",
        "https://host%2eexample",
        "https://%31%32%37.0.0.1",
        'https://ho"st.example',
        "https://host.example;evil.example",
        "https://host.example,evil.example",
        "https://host.example\\@evil.example",
        "https://host.example\\evil",
        "https://host.example?x=1",
        "https://host.example#x",
        "https://ho st.example",
        " https://host.example",
        "https://host.example\n",
        "https://host.example\x00",
        "https://host\u00ad.example",
    ],
)
def test_what_is_no_address_is_refused(url):
    """Case 20: here, and not by a library in the middle of a call."""
    with pytest.raises(ConfigError, match=r"url of \[coginiti\].*\. (Write|Remove)"):
        checked(url, insecure_http=True)


@pytest.mark.parametrize(
    "url",
    [
        "https://c\u043eginiti.example.com",
        "https://\u2460.example",
        "https://host\u3002example",
        "https://host\uff0fx",
    ],
)
def test_an_imitation_of_another_host_is_refused(url):
    with pytest.raises(ConfigError, match=r"letters outside ASCII.*xn--"):
        checked(url)


def test_nothing_configured_is_none_except_where_the_host_is_known():
    assert service_url("coginiti", None, None, insecure_http=False) is None
    assert service_url("coginiti", "", "", insecure_http=False) is None
    assert service_url("datafold", None, None, insecure_http=False) == "https://app.datafold.com"


def test_each_region_is_an_https_host():
    for service in ("coalesce", "talend"):
        assert len(known_regions(service)) >= 5
        for region in known_regions(service):
            url = service_url(service, None, region, insecure_http=False)
            assert url == region_url(service, region)
            assert service_url(service, url, None, insecure_http=False) == url
    assert region_url("coalesce", "us") == "https://app.coalescesoftware.io"
    assert region_url("talend", "us-west") == "https://api.us-west.cloud.talend.com"


@pytest.mark.parametrize(
    ("region", "hint"), [("EU", "'eu'"), ("us-esat-1", "'us-east-1'"), ("mars", "Known: us,")]
)
def test_an_unknown_region_names_the_near_one(region, hint):
    with pytest.raises(ConfigError, match=hint):
        region_url("coalesce", region)


def test_a_service_without_regions_says_so():
    with pytest.raises(ConfigError, match=r"coginiti has no regions, but region = 'eu' is set\. Set url"):
        service_url("coginiti", None, "eu", insecure_http=False)


def test_an_address_wins_over_a_region():
    assert service_url("talend", "https://own.example", "eu", insecure_http=False) == "https://own.example"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.255.0.1", "::1"])
def test_loopback_is_this_machine(host):
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["localhost.localdomain", "LOCALHOST.evil", "0.0.0.0", "10.0.0.1", "", "::", "127.1"]
)
def test_anything_else_is_not(host):
    assert not is_loopback(host)
