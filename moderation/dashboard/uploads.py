"""Files that are sent: refused everywhere, but for the one that an owner imports."""

import os
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload


class RefuseFiles(FileUploadHandler):
    """No form of ours but one has a file in it."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        raise BadRequest("files are not taken here")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        raise NotImplementedError

    def file_complete(self, file_size: int) -> UploadedFile | None:
        raise NotImplementedError


class OneFile(FileUploadHandler):
    """Writes the file straight to its folder under a name of ours, up to a limit."""

    def __init__(self, folder: Path, *, limit: int) -> None:
        super().__init__()
        self.path = folder / f"{uuid4()}.part"
        self.limit, self.size = limit, 0
        self.is_too_large = False
        self.descriptor: int | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.size += len(raw_data)
        if self.size > self.limit:
            self.is_too_large = True
            raise StopUpload(connection_reset=True)
        if self.descriptor is not None:
            os.write(self.descriptor, raw_data)
        return None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        self.close()
        return UploadedFile(name=self.file_name, size=file_size)

    def upload_interrupted(self) -> None:
        self.close()

    def close(self) -> None:
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None

    def discard(self) -> None:
        """Forget the file, unless it was moved away."""
        self.close()
        self.path.unlink(missing_ok=True)
