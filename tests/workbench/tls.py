"""TLS ended before the workbench by a proxy on the same machine, as production has it."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from ipaddress import IPv4Address
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core.moment import now

LOOPBACK = "127.0.0.1"


@contextmanager
def tls_before(address: str, folder: Path) -> Iterator[str]:
    """The address over TLS, with a certificate that nobody signed, until the block ends."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(folder))
    port = int(urlsplit(address).port or 0)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def serve() -> asyncio.Server:
        return await asyncio.start_server(lambda *ends: _joined(*ends, port=port), LOOPBACK, 0, ssl=context)

    server = asyncio.run_coroutine_threadsafe(serve(), loop).result(timeout=30)
    try:
        yield f"https://{LOOPBACK}:{server.sockets[0].getsockname()[1]}"
    finally:
        asyncio.run_coroutine_threadsafe(_ended(server), loop).result(timeout=30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=30)
        loop.close()


async def _joined(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, port: int) -> None:
    inner_reader, inner_writer = await asyncio.open_connection(LOOPBACK, port)
    try:
        await asyncio.gather(_copied(reader, inner_writer), _copied(inner_reader, writer))
    finally:
        for end in (writer, inner_writer):
            end.transport.abort()


async def _copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError, ssl.SSLError):
        while block := await reader.read(65_536):
            writer.write(block)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
        else:
            writer.close()


async def _ended(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    for _ in range(3):  # what was aborted is closed in the loop's next turns
        await asyncio.sleep(0)


def _certificate(folder: Path) -> Path:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, LOOPBACK)])
    begun = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    dated = begun.not_valid_before(now() - timedelta(days=1)).not_valid_after(now() + timedelta(days=1))
    named = dated.add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(LOOPBACK))]), critical=False)
    made = named.serial_number(x509.random_serial_number()).sign(key, hashes.SHA256())
    path = folder / "certificate.pem"
    encoded = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(key.private_bytes(*encoded) + made.public_bytes(serialization.Encoding.PEM))
    return path
