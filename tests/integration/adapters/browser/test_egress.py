"""The boundary: a page of an allowed host reaches that host, and nothing else in the world."""

from __future__ import annotations

import asyncio
import socket

import pytest
from playwright.async_api import Error

from adapters.browser.egress import Egress
from adapters.browser.pool import BrowserPool
from tests.integration.adapters.browser.pages import redirect, served

pytestmark = pytest.mark.asyncio(loop_scope="module")

_TRICKS = """
<img src="/away"><link rel="dns-prefetch" href="//FORBIDDEN"><link rel="preconnect" href="http://FORBIDDEN">
<script>
const tried = [];
const attempt = (name, run) => tried.push(Promise.resolve().then(run).catch(() => name));
attempt('fetch', () => fetch('http://FORBIDDEN/fetch', {mode: 'no-cors'}));
attempt('redirect', () => fetch('/away', {mode: 'no-cors'}));
attempt('beacon', () => navigator.sendBeacon('http://FORBIDDEN/beacon', 'x'));
attempt('websocket', () => new Promise((yes, no) => {
  const line = new WebSocket('ws://FORBIDDEN/socket'); line.onopen = yes; line.onerror = no; }));
attempt('worker', () => new Promise((yes) => {
  const made = new Worker(URL.createObjectURL(new Blob(
    ["fetch('http://FORBIDDEN/worker', {mode: 'no-cors'}).catch(() => 0).then(() => postMessage(1))"])));
  made.onmessage = yes; }));
attempt('webrtc', async () => {
  const line = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:UDP'}]});
  line.createDataChannel('x'); await line.setLocalDescription(await line.createOffer());
  await new Promise(yes => { line.onicegatheringstatechange = () => line.iceGatheringState === 'complete' && yes();
    setTimeout(yes, 1500); }); });
Promise.all(tried).then(() => { document.title = 'tried'; });
</script>"""


async def test_a_page_reaches_its_own_host_and_by_no_trick_another(pool: BrowserPool) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stun:
        stun.bind(("127.0.0.1", 0))
        stun.setblocking(False)
        async with served() as ours, served() as other, Egress([ours.host]) as egress:
            tricks = _TRICKS.replace("FORBIDDEN", other.host).replace("UDP", str(stun.getsockname()[1]))
            ours.pages = {"/": tricks, "/away": redirect(f"{other.origin}/away"), "/ok": "fine"}
            async with pool.context(locale="en-US", proxy=egress.url, state=None) as context:
                page = await context.new_page()
                await page.goto(f"{ours.origin}/")
                await page.wait_for_function("document.title === 'tried'")
                await page.evaluate(f"open('{other.origin}/popup') && 1")
                with pytest.raises(Error):
                    await page.goto(f"{ours.origin}/away")
                response = await (await context.new_page()).goto(f"{ours.origin}/ok")
                assert response
                assert response.status == 200
            assert other.heard == []
            assert egress.refused.count(other.host) >= 6
            with pytest.raises(BlockingIOError):
                stun.recv(100)


async def _raw(egress: Egress, sent: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(egress.url.rsplit(":", 1)[1]))
    writer.write(sent)
    async with asyncio.timeout(10):
        answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


@pytest.mark.parametrize(
    "sent",
    [
        "CONNECT other.example:443 HTTP/1.1\r\n\r\n",
        "CONNECT HOST.evil.example:443 HTTP/1.1\r\n\r\n",
        "CONNECT 127.0.0.1:22 HTTP/1.1\r\n\r\n",
        "CONNECT private.localhost.example HTTP/1.1\r\n\r\n",
        "GET http://127.0.0.1:22/ HTTP/1.1\r\n\r\n",
        "GET http://user@HOST/ HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: HOST\r\n\r\n",
        "GET https://HOST/ HTTP/1.1\r\n\r\n",
        "POST http://HOST/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST http://HOST/ HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        "nonsense\r\n\r\n",
    ],
)
async def test_what_is_not_on_the_list_or_not_a_browsers_is_refused(sent: str) -> None:
    async with served() as ours, Egress([ours.host]) as egress:
        answer = await _raw(egress, sent.replace("HOST", ours.host).encode())
        assert answer.startswith(b"HTTP/1.1 403")
        assert ours.heard == []
        assert len(egress.refused) == 1


async def test_a_listed_name_that_leads_to_a_private_address_is_refused() -> None:
    name = socket.gethostname()
    async with served() as ours, Egress([f"{name}:{ours.port}"]) as egress:
        answer = await _raw(egress, f"GET http://{name}:{ours.port}/ HTTP/1.1\r\n\r\n".encode())
        assert answer[:12] in (b"HTTP/1.1 403", b"HTTP/1.1 502")
        assert ours.heard == []


async def test_the_host_that_was_checked_is_the_host_that_is_told() -> None:
    async with served() as ours, Egress([ours.host]) as egress:
        ours.pages = {"/": "fine"}
        sent = (
            f"GET http://{ours.host}/ HTTP/1.1\r\nHost: other.example\r\n\r\nGET http://other.example/ HTTP/1.1\r\n\r\n"
        )
        answer = await _raw(egress, sent.encode())
        assert answer.startswith(b"HTTP/1.1 200")
        assert answer.count(b"HTTP/1.1") == 1
        assert ours.heard == [("GET", "/", "")]


async def test_a_tunnel_carries_both_ways() -> None:
    async with served() as ours, Egress([ours.host]) as egress:
        ours.pages = {"/in": "through"}
        inner = f"GET /in HTTP/1.1\r\nHost: {ours.host}\r\nConnection: close\r\n\r\n"
        answer = await _raw(egress, f"CONNECT {ours.host} HTTP/1.1\r\n\r\n{inner}".encode())
        assert answer.startswith(b"HTTP/1.1 200 Connection established")
        assert b"through" in answer


async def test_a_vendor_that_hangs_up_is_answered_for() -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    host = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, Egress([host, "127.0.0.1:9"]) as egress:
        assert (await _raw(egress, f"POST http://{host}/ HTTP/1.1\r\n\r\n".encode())).startswith(b"HTTP/1.1 502")
        assert (await _raw(egress, b"GET http://127.0.0.1:9/ HTTP/1.1\r\n\r\n")).startswith(b"HTTP/1.1 502")
