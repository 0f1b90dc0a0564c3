"""What the classifier has learnt, as arrays, and the file they ship in."""

import hashlib
import io
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from moderation.scoring.tokens import SLOTS

LAYOUT = 1
VERSION_LENGTH = 12
SHIPPED = Path(__file__).with_name("classifier.npz")


class BadWeights(Exception):
    """The file is not one that this version of the program can use."""


@dataclass(frozen=True)
class Weights:
    """A linear model: `slots * step` and `features` are log-odds, calibrated.

    `features` follows the order of `names`. `bias` is what a comment with
    nothing in it scores.
    """

    slots: NDArray[np.int8]
    step: float
    names: tuple[str, ...]
    features: NDArray[np.float64]
    bias: float

    @cached_property
    def version(self) -> str:
        """A name for exactly these numbers."""
        digest = hashlib.sha256(self.slots.tobytes())
        for name, weight in zip(self.names, self.features.tolist(), strict=True):
            digest.update(f"{name}={weight!r};".encode())
        digest.update(f"{LAYOUT};{self.step!r};{self.bias!r}".encode())
        return digest.hexdigest()[:VERSION_LENGTH]

    def save(self, path: Path) -> None:
        """Write the file in one go; the same weights give the same bytes."""
        buffer = io.BytesIO()
        np.savez_compressed(
            buffer,
            layout=np.array(LAYOUT),
            slots=self.slots,
            step=np.array(self.step),
            names=np.array(self.names),
            features=self.features,
            bias=np.array(self.bias),
        )
        beside = path.with_name(f"{path.name}.part")
        try:
            beside.write_bytes(buffer.getvalue())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)

    @classmethod
    def load(cls, path: Path = SHIPPED) -> "Weights":
        """Read a file that `save` wrote; raises BadWeights for anything else."""
        try:
            with np.load(path, allow_pickle=False) as arrays:
                weights = cls(
                    slots=arrays["slots"],
                    step=float(arrays["step"]),
                    names=tuple(arrays["names"].tolist()),
                    features=arrays["features"],
                    bias=float(arrays["bias"]),
                )
                layout = int(arrays["layout"])
        except (OSError, ValueError, KeyError, TypeError, BadZipFile) as error:
            raise BadWeights(f"{path}: not a classifier file") from error
        if layout != LAYOUT or weights.slots.shape != (SLOTS,):
            raise BadWeights(f"{path}: made by another version of the program")
        return weights
