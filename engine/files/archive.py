"""Zip archives, read in memory and within bounds: nothing is written to a disk, no archive in an archive is opened."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass

from engine.files.bounds import TENSORS, FileError, quoted, unpacked


@dataclass(frozen=True)
class Archive:
    """The entries of a zip archive, whose sizes were checked."""

    entries: dict[str, zipfile.ZipInfo]
    source: zipfile.ZipFile

    def bytes_of(self, name: str, at_most: int | None = None) -> bytes:
        """One entry, unpacked.

        Raises:
            FileError: there is none, it is damaged or encrypted, or larger than it says.
        """
        entry = self.entries.get(name)
        if entry is None:
            raise FileError(f"the archive has no entry {quoted(name)}")
        if at_most is not None and entry.file_size > at_most:
            raise FileError(f"the entry {quoted(name)} has {entry.file_size:,} bytes, but at most {at_most:,} are read")
        try:
            with self.source.open(entry) as stream:
                data = stream.read(entry.file_size)
        except (
            zipfile.BadZipFile,
            zlib.error,
            NotImplementedError,
            RuntimeError,
            EOFError,
            OSError,
            ValueError,
        ) as error:
            raise FileError(f"the entry {quoted(name)} is damaged: {quoted(str(error), 120)}") from error
        if len(data) != entry.file_size:
            raise FileError(f"the entry {quoted(name)} has {len(data):,} bytes, but it says {entry.file_size:,}")
        return data


def archive(data: bytes) -> Archive:
    """A zip archive.

    Raises:
        FileError: it is damaged, has too many entries, two of one name or one that leads elsewhere, or would unpack to
            more than `unpacked` allows.
    """
    if data.count(b"PK\x01\x02") > TENSORS:  # before each entry becomes an object
        raise FileError(f"the archive has more than {TENSORS:,} entries, which is more than is read")
    try:
        source = zipfile.ZipFile(io.BytesIO(data))
        listed = source.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError, IndexError) as error:
        raise FileError(
            f"the file starts as a zip archive, but it is damaged or cut off: {quoted(str(error), 120)}"
        ) from error
    entries: dict[str, zipfile.ZipInfo] = {}
    for entry in listed:
        name = entry.filename
        if name in entries:
            raise FileError(f"the archive has two entries of the name {quoted(name)}")
        if name.startswith(("/", "\\")) or ":" in name or ".." in name.replace("\\", "/").split("/"):
            raise FileError(f"the archive has an entry {quoted(name)}, whose name leads out of it")
        entries[name] = entry
    packed = sum(entry.compress_size for entry in listed)
    whole = sum(entry.file_size for entry in listed)
    if packed > len(data):
        raise FileError("entries of the archive lie over each other, as in a zip bomb")
    if whole > unpacked(len(data)):
        raise FileError(
            f"the archive of {len(data):,} bytes would unpack to {whole:,}, but at most "
            f"{unpacked(len(data)):,} are read"
        )
    return Archive({name: entry for name, entry in entries.items() if not name.endswith("/")}, source)
