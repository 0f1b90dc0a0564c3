"""What the classifier has learnt, as arrays, and the file they ship in."""

import hashlib
import io
import zlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from moderation.scoring.calibration import UNCALIBRATED, Curve
from moderation.scoring.tokens import SLOTS

LAYOUT = 3
VERSION_LENGTH = 12
SHIPPED = Path(__file__).with_name("classifier.npz")
LONGEST_GAP = 255
BLOCK = 16_384  # weights that are unpacked at a time
KEPT_AT_MOST = 1 << 21  # weights: room for them is made at once
# What reading some other file, or half of one, may raise.
BROKEN = (OSError, ValueError, KeyError, TypeError, IndexError, BadZipFile, zlib.error)

Bytes = NDArray[np.uint8]
Weighted = NDArray[np.int8]
Number = TypeVar("Number", np.uint8, np.int8)


class BadWeights(Exception):
    """The file is not one that this version of the program can use."""


@dataclass(frozen=True)
class Weights:
    """A linear model: `slots * step` and `features` are log-odds before calibration.

    `features` follows the order of `names`. `bias` is what a comment with
    nothing in it scores. `curve` makes the sum the log-odds of spam.
    """

    slots: Weighted
    step: float
    names: tuple[str, ...]
    features: NDArray[np.float64]
    bias: float
    curve: Curve = UNCALIBRATED

    @cached_property
    def packed(self) -> tuple[Bytes, Weighted]:
        """Return the weights that are not zero, and the gap before each."""
        return pack(self.slots)

    @cached_property
    def version(self) -> str:
        """A name for exactly these numbers."""
        gaps, values = self.packed
        digest = hashlib.sha256(gaps.tobytes() + values.tobytes())
        for name, weight in zip(self.names, self.features.tolist(), strict=True):
            digest.update(f"{name}={weight!r};".encode())
        digest.update(f"{LAYOUT};{self.step!r};{self.bias!r};{self.curve!r}".encode())
        return digest.hexdigest()[:VERSION_LENGTH]

    def save(self, path: Path) -> None:
        """Write the file in one go; the same weights give the same bytes."""
        gaps, values = self.packed
        buffer = io.BytesIO()
        np.savez(
            buffer,
            layout=np.array(LAYOUT),
            gaps=deflate(gaps),
            values=deflate(values),
            step=np.array(self.step),
            names=np.array(self.names, np.str_),
            features=self.features,
            bias=np.array(self.bias),
            curve=np.array([self.curve.raw, self.curve.calibrated]),
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
                if int(arrays["layout"]) != LAYOUT:
                    raise BadWeights(f"{path}: made by another version of the program")
                packed = inflate(arrays["gaps"], np.uint8), inflate(arrays["values"], np.int8)
                raw, calibrated = arrays["curve"].tolist()
                weights = cls(
                    slots=unpack(*packed),
                    step=float(arrays["step"]),
                    names=tuple(arrays["names"].tolist()),
                    features=arrays["features"],
                    bias=float(arrays["bias"]),
                    curve=Curve(tuple(raw), tuple(calibrated)),
                )
        except BROKEN as error:
            raise BadWeights(f"{path}: not a classifier file") from error
        # Packing again would give the same.
        weights.__dict__["packed"] = packed
        return weights


def deflate(numbers: NDArray[Any]) -> Bytes:
    """Store frequent bytes in few bits. Nothing repeats, so nothing is looked for that does."""
    coder = zlib.compressobj(strategy=zlib.Z_HUFFMAN_ONLY)
    return np.frombuffer(coder.compress(numbers.tobytes()) + coder.flush(), np.uint8)


def inflate(packed: Bytes, kind: type[Number]) -> NDArray[Number]:
    """Return the numbers that `deflate` stored."""
    return np.frombuffer(zlib.decompress(packed.data, bufsize=KEPT_AT_MOST), kind)


def pack(slots: Weighted) -> tuple[Bytes, Weighted]:
    """Return the gap before each weight, in one byte, and the weight.

    Where a gap is too long for that, a weight of zero stands on the way.
    """
    filled = np.flatnonzero(slots)
    steps = np.diff(filled, prepend=-1)
    stops = (steps - 1) // LONGEST_GAP
    before = np.repeat(np.arange(filled.size), stops)
    gaps = np.insert(steps - stops * LONGEST_GAP, before, LONGEST_GAP)
    return gaps.astype(np.uint8), np.insert(slots[filled], before, 0)


def unpack(gaps: Bytes, values: Weighted) -> Weighted:
    """Return the table of weights; raises IndexError if they do not fit it."""
    slots, place = np.zeros(SLOTS, np.int8), -1
    for start in range(0, gaps.size, BLOCK):
        # In pieces, for memory that was never used before costs more than the sums.
        places = np.cumsum(gaps[start : start + BLOCK], dtype=np.intp)
        places += place
        slots[places] = values[start : start + BLOCK]
        place = int(places[-1])
    return slots
