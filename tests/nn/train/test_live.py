"""`LiveView`: what it draws, where it stands, and that it never stands in the way of a training."""

import math
import os
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import nn
from nn import files
from nn.errors import ArgumentError
from nn.train.callbacks import live
from nn.train.live.chart import Line, Scale, chart, scale_of
from nn.train.live.page import duration, page, view
from nn.train.live.record import Curve, Record


def trained(*callbacks: nn.Callback, epochs: int = 3, metrics: tuple[Any, ...] = ("accuracy",)) -> nn.Trainer:
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((40, 4)).astype(np.float32), rng.integers(0, 2, 40)
    model = nn.Sequential(nn.Linear(4, 8, rng=rng), nn.ReLU(), nn.Sequential(nn.Linear(8, 2, rng=rng)))
    optimizer = nn.optim.Adam(model.parameters())
    trainer = nn.Trainer(model, loss=nn.CrossEntropyLoss(), optimizer=optimizer, metrics=metrics, rng=rng)
    trainer.fit(x, y, epochs=epochs, batch_size=10, validation_data=(x, y), verbose=False, callbacks=callbacks)
    return trainer


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing may take all of the time."""
    monkeypatch.setattr(live, "SHARE", math.inf)


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A notebook's kernel; what the one cell has shown."""
    shown: list[str] = []

    def display(drawing: str, display_id: bool) -> Any:
        assert display_id
        assert not shown, "a second drawing below the first"
        shown.append(drawing)
        return SimpleNamespace(update=shown.append)

    shell = SimpleNamespace(kernel=object())
    ipython = SimpleNamespace(get_ipython=lambda: shell, display=SimpleNamespace(HTML=str, display=display))
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    return shown


# ------------------------------------------------------------------------------------------------- what it records


def test_it_records_losses_metrics_and_the_gradients_of_each_layer() -> None:
    view = nn.LiveView(every=10)
    trainer = trained(view)
    record = view.record
    assert (record.batches, record.epochs) == (12, 3)
    assert len(record.loss) == 12
    assert record.columns["accuracy"].y == trainer.history["accuracy"]
    assert record.by_batch["val_loss"].x == [4, 8, 12]
    assert list(record.gradients) == ["0 Linear", "2.0 Linear"]
    assert record.gradients["0 Linear"].x == list(range(1, 13))


def test_the_norm_is_that_of_all_gradients_of_a_layer() -> None:
    layer = nn.Linear(2, 1)
    np.sum(layer(np.array([[3.0, 4.0]], np.float32))).backward()
    record = Record()
    record.add_gradients(layer)
    assert record.gradients["Linear"].y == pytest.approx([math.sqrt(3**2 + 4**2 + 1)])


def test_gradients_are_measured_ten_times_as_often_as_drawn() -> None:
    view = nn.LiveView(every=40)
    trained(view)
    assert view.record.gradients["0 Linear"].x == [1, 5, 9]


@pytest.mark.parametrize("accumulate", [1, 2, 4])
def test_gradients_are_measured_whichever_batches_make_a_step(accumulate: int) -> None:
    view, model = nn.LiveView(every=20), nn.Linear(2, 2)
    trainer = nn.Trainer(model, loss=nn.CrossEntropyLoss(), optimizer=nn.optim.SGD(model.parameters(), lr=0.1))
    trainer.fit(
        np.ones((8, 2)),
        np.arange(8) % 2,
        epochs=2,
        batch_size=1,
        accumulate=accumulate,
        verbose=False,
        callbacks=[view],
    )
    assert len(view.record.gradients["Linear"]) == {1: 8, 2: 8, 4: 4}[accumulate]


def test_a_folder_is_made_for_the_page(tmp_path: Path) -> None:
    trained(nn.LiveView(tmp_path / "new" / "folder" / "live.html"))
    assert (tmp_path / "new" / "folder" / "live.html").exists()


def test_a_point_alone_can_be_seen() -> None:
    curve = Curve()
    curve.add(1, 2.5)
    assert '<path class="curve training alone"' in chart("loss", [Line("a", curve, "training")], "epochs")
    curve.add(2, 2.0)
    assert "alone" not in chart("loss", [Line("a", curve, "training")], "epochs")


def test_a_curve_stays_as_it_is_however_long_the_training() -> None:
    curve = Curve()
    for i in range(100_000):
        curve.add(i, 2 * i)
    assert Curve.LIMIT <= len(curve) < 2 * Curve.LIMIT
    np.testing.assert_allclose(curve.y, 2 * np.array(curve.x))
    assert curve.last == 2 * 99_999
    assert set(np.diff(curve.x)) == {curve.each}


def test_a_state_that_is_loaded_goes_on(unhurried: None, tmp_path: Path) -> None:
    first, second = nn.LiveView(every=10), nn.LiveView(tmp_path / "live.html", every=10)
    trained(first)
    second.load_state_dict(first.state_dict())
    trained(second)
    assert (second.record.batches, second.record.epochs, len(second.record.loss)) == (24, 6, 24)
    trained(second)
    assert second.record.batches == 12


# ------------------------------------------------------------------------------------------------- the page


def test_the_page_is_drawn_every_few_batches_and_at_the_end(
    unhurried: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def replace(path: Path, data: bytes) -> None:
        pages.append(data.decode())
        real(path, data)

    pages: list[str] = []
    real = files.replace
    monkeypatch.setattr(files, "replace", replace)
    trained(nn.LiveView(tmp_path / "live.html", every=5))
    assert [re.search(r"(\d+) steps? in", text)[1] for text in pages] == ["0", "5", "10", "12"]
    assert ["http-equiv" in text for text in pages] == [True, True, True, False]
    assert (tmp_path / "live.html").read_text(encoding="utf-8") == pages[-1]
    assert [path.name for path in tmp_path.iterdir()] == ["live.html"]


def test_drawing_takes_a_small_share_of_the_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []
    monkeypatch.setattr(live, "SHARE", 1e-6)
    monkeypatch.setattr(files, "replace", lambda path, data: drawn.append(data))
    trained(nn.LiveView(tmp_path / "live.html", every=1))
    assert len(drawn) == 2  # the first and the last


def test_the_page_loads_nothing_and_is_well_formed(tmp_path: Path) -> None:
    trained(nn.LiveView(tmp_path / "live.html"))
    text = (tmp_path / "live.html").read_text(encoding="utf-8")
    assert not re.findall(r"src=|href=|url\(|@import|<script|//", text)
    drawings = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert len(drawings) == 3 + 2 + 2 + 2  # legends, charts, rows
    for drawing in drawings:
        ET.fromstring(drawing)
    assert "prefers-color-scheme: dark" in text
    assert "NaN" not in text


def test_names_are_escaped(tmp_path: Path) -> None:
    def metric(prediction: Any, target: Any) -> float:
        return 1.0

    class Layer(nn.Linear):
        pass

    metric.__name__ = "<script>alert('metric')</script>"
    Layer.__name__ = "<i>Layer"
    record = Record()
    layer = Layer(2, 2)
    np.sum(layer(np.ones((1, 2), np.float32))).backward()
    record.add_gradients(layer)
    record.add_loss(1.0)
    record.add_epoch({"loss": 1.0, metric.__name__: 0.5})
    text = page("<b>title", record, 1.0, "running")
    assert "<script" not in text
    assert "<i>" not in text
    assert "<b>title" not in text
    assert text.count("&lt;script&gt;alert(&#x27;metric&#x27;)&lt;/script&gt;") == 2
    assert "&lt;i&gt;Layer" in text


def test_what_is_not_finite_is_not_drawn_but_said() -> None:
    record = Record()
    for loss in (1.0, math.nan, 2.0, math.inf):
        record.add_loss(loss)
    record.add_epoch({"loss": math.nan, "f1": math.nan})
    text = view("title", record, 0.0, "finished")
    paths = re.findall(r' d="([^"]*)"', text)
    assert not [d for d in paths if "nan" in d or "inf" in d]
    assert "<b>inf</b>" in text
    assert "<b>nan</b>" in text


def test_a_gradient_of_zero_has_a_row_all_the_same() -> None:
    layer = nn.Linear(2, 2)
    np.sum(layer(np.ones((1, 2), np.float32)) * 0).backward()
    record = Record()
    record.add_gradients(layer)
    record.add_loss(1.0)
    assert "<td>0.0000</td>" in view("title", record, 0.0, "running")


def test_before_the_first_step_the_page_says_so() -> None:
    assert "There was no step yet." in page("title", Record(), 0.0, "running")


# ------------------------------------------------------------------------------------------------- charts


def test_scales_have_powers_of_ten_where_numbers_spread() -> None:
    assert scale_of([0.002, 3.0]) == Scale(1e-3, 10.0, log=True)
    assert not scale_of([0.5, 3.0]).log
    assert not scale_of([-0.001, 3.0]).log
    assert scale_of([]).ticks()
    assert scale_of([2.0, 2.0])(2.0) == pytest.approx(0.5)
    assert scale_of([1e-320, 1e308])(1.0) is not None


def test_ticks_are_round_and_within_the_scale() -> None:
    assert Scale(0.13, 0.97, log=False).ticks() == pytest.approx([0.2, 0.4, 0.6, 0.8])
    assert Scale(1e-3, 10.0, log=True).ticks() == pytest.approx([1e-3, 1e-2, 0.1, 1, 10])
    assert len(Scale(1e-300, 1e300, log=True).ticks()) <= 8


def test_a_line_ends_where_its_last_value_is() -> None:
    curve = Curve()
    for x, y in [(0, 1.0), (1, math.nan), (2, 3.0)]:
        curve.add(x, y)
    drawn = re.search(r'class="curve training" d="(M[^"]*)"/></g>', chart("loss", [Line("a", curve, "training")], "x"))
    assert drawn is not None
    assert re.fullmatch(r"M0\.0 [\d.]+h0M474\.0 [\d.]+h0", drawn[1])  # broken in the middle, up to the right margin


@pytest.mark.parametrize(("seconds", "text"), [(0.4, "0 s"), (75, "1 min 15 s"), (7300, "2 h 1 min")])
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_training_that_failed_is_not_shown_as_running(unhurried: None, tmp_path: Path) -> None:
    def fail(trainer: nn.Trainer) -> None:
        if trainer.step == 3:
            raise RuntimeError("<b>no paper")

    path = tmp_path / "live.html"
    with pytest.raises(RuntimeError):
        trained(nn.LiveView(path, every=1), nn.callbacks.LambdaCallback(on_batch_begin=fail))
    text = path.read_text(encoding="utf-8")
    assert "stopped by RuntimeError: &lt;b&gt;no paper: 0 epochs, 3 steps" in text
    assert "http-equiv" not in text


# ------------------------------------------------------------------------------------------------- notebooks


def test_a_notebook_shows_one_drawing_that_is_replaced(unhurried: None, notebook: list[str]) -> None:
    trained(nn.LiveView(every=5))
    assert len(notebook) == 4
    assert "running: 0 epochs, 0 steps" in notebook[0]
    assert "finished: 3 epochs, 12 steps" in notebook[-1]
    assert not re.findall("<html|<body|http-equiv", notebook[-1])


def test_without_a_notebook_nothing_is_shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (None, SimpleNamespace(get_ipython=lambda: None), SimpleNamespace(get_ipython=lambda: object())):
        monkeypatch.setitem(sys.modules, "IPython", module)
        trained(nn.LiveView(), epochs=1)
    assert capsys.readouterr().out == ""


# ------------------------------------------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.LiveView(every=0), "LiveView: every=0; it must be an integer, 1 or more."),
        (lambda: nn.LiveView(7), "LiveView: path is a int; write the path of an HTML file, or None."),
        (lambda: trained(nn.LiveView("/dev/null/live.html")), "LiveView: /dev/null/live.html cannot be written: "),
    ],
)
def test_errors_say_what_is_wrong(call: Any, message: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        call()
    assert str(caught.value).startswith(message)


def test_what_is_no_file_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    files.replace(pipe, b"a page")
    assert os.read(reader, 10) == b"a page"
    os.close(reader)
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]


def test_a_disk_that_fills_up_ends_the_page_and_not_the_training(
    unhurried: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def replace(path: Path, data: bytes) -> None:
        if calls:
            raise OSError(28, "No space left on device")
        calls.append(path)
        real(path, data)

    calls: list[Path] = []
    real = files.replace
    monkeypatch.setattr(files, "replace", replace)
    with pytest.warns(UserWarning, match=r"cannot be written any more: No space left on device\. The training goes on"):
        trainer = trained(nn.LiveView(tmp_path / "live.html", every=2))
    assert len(trainer.history) == 3
    assert "running: 0 epochs" in (tmp_path / "live.html").read_text(encoding="utf-8")
