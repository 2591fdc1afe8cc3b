"""Addresses that a hostile partner would give, as names and as what names resolve to."""

import pytest

from backend.webhooks.rules_address import BadAddress, is_public, read_address

GOOD = [
    "https://hooks.partner.fr/maillage",
    "https://hooks.partner.fr",
    "HTTPS://Hooks.Partner.FR:443/a?b=c&d=%20",
    "https://hooks.partner.fr:8443/",
    "https://xn--bcher-kva.de/",
    "https://a.b.c.d.partner.io/~x/[y]",
    "https://1password.com/hooks",
]

HOSTILE = [
    # Not a web address, or not one that is enciphered.
    "", " ", "hooks.partner.fr", "//hooks.partner.fr/", "http://hooks.partner.fr/",
    "ftp://hooks.partner.fr/", "file:///etc/passwd", "gopher://hooks.partner.fr:6379/_x",
    "javascript:alert(1)", "https:hooks.partner.fr", "https:/hooks.partner.fr", "https://",
    "https:///hooks.partner.fr", "https://?x", "https://#x", "https://:8443/",
    # This machine and its neighbours, in every spelling.
    "https://localhost/", "https://LOCALHOST:8443/", "https://localhost./", "https://a.localhost/",
    "https://localhost.localdomain/", "https://intranet/", "https://printer.local/",
    "https://vault.internal/", "https://metadata.google.internal/", "https://nas.home.arpa/",
    "https://router.lan/", "https://127.0.0.1/", "https://127.1/", "https://2130706433/",
    "https://0x7f000001/", "https://0x7f.0.0.1/", "https://0177.0.0.1/", "https://017700000001/",
    "https://0/", "https://0.0.0.0/", "https://0x/", "https://10.0.0.1/", "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/", "https://127.0.0.1.:8443/", "https://8.8.8.8/",
    "https://[::1]/", "https://[::]/", "https://[::ffff:127.0.0.1]/", "https://[fe80::1%25eth0]/",
    "https://[fd00:ec2::254]/", "https://[64:ff9b::7f00:1]/", "https://[2606:4700::1111]/",
    "https://127。0。0。1/", "https://１２７.0.0.1/", "https://ⓛocalhost/", "https://loc\u00adalhost/",
    # Two readers of which each sees another host.
    "https://hooks.partner.fr@127.0.0.1/", "https://127.0.0.1@hooks.partner.fr/",
    "https://user:password@hooks.partner.fr/", "https://@hooks.partner.fr/",
    "https://hooks.partner.fr\\@127.0.0.1/", "https://hooks.partner.fr#@127.0.0.1/",
    "https://127.0.0.1\\.partner.fr/", "https://127.0.0.1%2f.partner.fr/",
    "https://127.0.0.1%00.partner.fr/", "https://hooks.partner.fr%2e/", "https:\\\\127.0.0.1/",
    # Characters that end a line, or are not seen.
    "https://hooks.partner.fr/\r\nHost: 127.0.0.1", "https://hooks.partner.fr\r\n/",
    "https://hooks.partner.fr/\x00", "https://hooks.partner.fr/ x", "\thttps://hooks.partner.fr/",
    "https://hooks.partner.fr/\u202e", "https://hooks.partner.fr/\u212a", "https://hooks.partner.fr/\n",
    # Names that are none.
    "https://hooks.partner.fr./", "https://hooks..partner.fr/", "https://.partner.fr/",
    "https://-hooks.partner.fr/", "https://hooks-.partner.fr/", "https://hooks_1.partner.fr/",
    "https://*.partner.fr/", f"https://{'a' * 64}.partner.fr/", f"https://{'a.' * 130}fr/",
    f"https://hooks.partner.fr/{'a' * 2000}", "https://[hooks.partner.fr]/", "https://[/",
    # Doors that are no web server's.
    "https://hooks.partner.fr:0/", "https://hooks.partner.fr:22/", "https://hooks.partner.fr:25/",
    "https://hooks.partner.fr:80/", "https://hooks.partner.fr:445/", "https://hooks.partner.fr:/",
    "https://hooks.partner.fr:65536/", "https://hooks.partner.fr:-1/",
    "https://hooks.partner.fr:٤٤٣/", "https://hooks.partner.fr:443:443/",
    "https://hooks.partner.fr:0x1bb/", "https://hooks.partner.fr:+443/",
]  # fmt: skip

PUBLIC = ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "2a01:4f8::1"]

PRIVATE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1",  # noqa: S104
    "127.255.255.255", "168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255",
    "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1",
    "2001:0:7f00:1::", "2001:10::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::1", "3fff::1",
    "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "2606:4700::1%eth0",
    "fec0::1", "ff02::1", "4000::1", "", "localhost", "127.1", "0x7f000001", "08.8.8.8",
]  # fmt: skip


@pytest.mark.parametrize("url", GOOD)
def test_a_public_name_may_be_sent_to(url: str) -> None:
    target = read_address(url, loopback=False)
    assert (
        target.fixed is None and target.port in (443, 8443) and target.host == target.host.lower()
    )


def test_the_scheme_is_kept_as_everybody_writes_it() -> None:
    told = read_address("HTTPS://Hooks.Partner.FR/A", loopback=False)
    assert told.url == "https://Hooks.Partner.FR/A"


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_address_is_refused(url: str) -> None:
    with pytest.raises(BadAddress):
        read_address(url, loopback=False)


def test_there_are_more_than_sixty_of_them() -> None:
    assert len(set(HOSTILE)) > 90 and len(set(PRIVATE)) > 50


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_of_a_private_or_special_range_is_not(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_this_machine_may_be_sent_to_only_where_things_are_tried_out(host: str) -> None:
    url = f"http://{host}:8099/hooks"
    assert read_address(url, loopback=True).fixed in ("127.0.0.1", "::1")
    with pytest.raises(BadAddress):
        read_address(url, loopback=False)


LOOSENED = [url for url in HOSTILE if url not in {
    "https://localhost/", "https://LOCALHOST:8443/", "https://127.0.0.1/", "https://[::1]/",
}]  # fmt: skip


@pytest.mark.parametrize("url", LOOSENED)
def test_trying_things_out_opens_no_other_door(url: str) -> None:
    with pytest.raises(BadAddress):
        read_address(url, loopback=True)
