"""Where the files of the data sets are: in a folder of yours, in the cache, or downloaded into it."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograd.optional import optional
from nn import errors

__all__ = ["SOURCES", "Source", "located"]

VARIABLE = "CHAINRULE_DATA"


@dataclass(frozen=True)
class Source:
    """A file: its path within the folder, its size and SHA-256, and the addresses that have it, to be tried in turn.

    An address on a branch, not a commit, is as good: another content has another checksum, and is refused.
    """

    path: str
    size: int
    sha256: str
    addresses: tuple[str, ...]


def images(folder: str, name: str, size: int, sha256: str, *bases: str) -> Source:
    return Source(f"{folder}/{name}", size, sha256, tuple(f"{base}/{name}" for base in bases))


RAW = "https://raw.githubusercontent.com"
MNIST = ("https://ossci-datasets.s3.amazonaws.com/mnist", "https://storage.googleapis.com/cvdf-datasets/mnist")
FASHION = (
    f"{RAW}/zalandoresearch/fashion-mnist/master/data/fashion",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",  # the official address has no https
)
SOURCES = {
    source.path: source
    for source in [
        images(
            *("mnist", "train-images-idx3-ubyte.gz", 9_912_422),
            *("440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609", *MNIST),
        ),
        images(
            *("mnist", "train-labels-idx1-ubyte.gz", 28_881),
            *("3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c", *MNIST),
        ),
        images(
            *("mnist", "t10k-images-idx3-ubyte.gz", 1_648_877),
            *("8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6", *MNIST),
        ),
        images(
            *("mnist", "t10k-labels-idx1-ubyte.gz", 4_542),
            *("f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6", *MNIST),
        ),
        images(
            *("fashion_mnist", "train-images-idx3-ubyte.gz", 26_421_880),
            *("3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84", *FASHION),
        ),
        images(
            *("fashion_mnist", "train-labels-idx1-ubyte.gz", 29_515),
            *("a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845", *FASHION),
        ),
        images(
            *("fashion_mnist", "t10k-images-idx3-ubyte.gz", 4_422_102),
            *("346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073", *FASHION),
        ),
        images(
            *("fashion_mnist", "t10k-labels-idx1-ubyte.gz", 5_148),
            *("67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5", *FASHION),
        ),
        Source(
            "churn/Churn_Modelling.csv",
            684_858,
            "3996cd1fa372e0db0cd9c0ebac35bbd4e8e3c65fb942bb010c826e7b1eeef0a0",
            (
                f"{RAW}/krishnaik06/Complete-Deep-Learning/ed1fc41442318bd67372a3d43b779dc790b0f69b/ANN/Churn_Modelling.csv",
            ),
        ),
        Source(
            "admissions/binary.csv",
            5_088,
            "2f5dcda0e455631215709575cc2eede4e5fb4e94cda9c37dab54e26d79dcf8c2",
            (f"{RAW}/udacity/deep-learning/master/student-admissions/student_data.csv",),
        ),
        Source(
            "names/names.txt",
            228_145,
            "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d",
            (f"{RAW}/karpathy/makemore/988aa59e4d8fefa526d06f3b453ad116258398d4/names.txt",),
        ),
        Source(
            "shakespeare/input.txt",
            1_115_394,
            "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
            (f"{RAW}/karpathy/char-rnn/6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e/data/tinyshakespeare/input.txt",),
        ),
    ]
}


def located(path: str, data_dir: str | os.PathLike[str] | None = None) -> Path:
    """The file of this path in the folder: `data_dir`, else `CHAINRULE_DATA`, else the user's cache.

    What is there is taken as it is; what is not is downloaded to there, whole and with the right checksum, or not.

    Raises `MissingDataError`, which says what to put where.
    """
    if not (data_dir is None or isinstance(data_dir, (str, os.PathLike))):
        raise errors.wrong_argument("nn.data.datasets", "data_dir", data_dir, "the path of a folder")
    source = SOURCES[path]
    file = folder(data_dir) / source.path
    if not file.exists():
        download(source, file)
    return file


def folder(data_dir: str | os.PathLike[str] | None) -> Path:
    """Where the files are."""
    given = data_dir or os.environ.get(VARIABLE)
    if given:
        return Path(given).expanduser()
    return Path(optional("pooch", "data", "downloading data sets").os_cache("chainrule"))


def download(source: Source, file: Path) -> None:
    """Fetch a file from the first address that has it: pooch compares the checksum before it takes on its name."""
    pooch = optional("pooch", "data", f"downloading {source.path}")
    made = [parent for parent in (file.parent, file.parent.parent) if not parent.exists()]
    failures = []
    for address in source.addresses:
        try:
            pooch.retrieve(
                address, f"sha256:{source.sha256}", fname=file.name, path=file.parent, downloader=downloader(pooch)
            )
        except (OSError, ValueError) as error:  # requests' errors are OSErrors; a wrong checksum is a ValueError
            failures.append(f"{address}: {type(error).__name__}: {' '.join(str(error).split())[:300]}")
        else:
            file.chmod(0o644)  # the folder may be shared, and pooch's temporary file is for its owner alone
            return
    for parent in made:
        with suppress(OSError):  # not empty, or never there
            parent.rmdir()
    raise missing(source, file, failures)


def downloader(pooch: Any) -> Any:
    """Over HTTP, with tqdm's bar where somebody looks at it: in a terminal or a notebook, not in a log."""
    return pooch.HTTPDownloader(progressbar=sys.stderr.isatty() or "ipykernel" in sys.modules, timeout=30)


def missing(source: Source, file: Path, failures: list[str]) -> errors.MissingDataError:
    """The file is not there and did not come: where from, where to, and how to know it."""
    tried = "".join(f"\n  {failure}" for failure in failures)
    return errors.MissingDataError(
        f"{source.path} is not in {file.parent.parent} and could not be downloaded:{tried}\n"
        f"Put the file at {file}\n"
        f"  from {' or '.join(source.addresses)}\n"
        f"  of {source.size:,} bytes, SHA-256 {source.sha256},\n"
        f"or name a folder that holds {source.path}, by data_dir=, --data or the environment variable {VARIABLE}."
    )
