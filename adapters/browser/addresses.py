"""Hosts and origins as browsers write them, so that comparing two is comparing strings."""

from __future__ import annotations

from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """``host:port`` of an http(s) address. Raises ValueError for anything else."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise ValueError(f"{url} is not a web address")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{host}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


def origin_of(url: str) -> str:
    """As a browser's ``location.origin`` writes it: a scheme's own port is left out."""
    host, scheme = host_of(url), urlsplit(url).scheme
    return f"{scheme}://{host.removesuffix(':443' if scheme == 'https' else ':80')}"


def site_of(url: str) -> str:
    """The origin of an address as the browser writes it; of one that is no web address, something that no origin is."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
