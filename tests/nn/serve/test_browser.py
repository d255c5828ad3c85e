"""The page in a real browser: drawing by mouse and keyboard, files, what is shown of the answer, how it looks."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from tests.nn.serve.conftest import HOSTILE, a_bundle, png, strokes_of

Look = Callable[..., Any]


def draw(page: Any, *points: tuple[float, float]) -> None:
    """A stroke by the mouse, through points that are parts of the pad's width and height; until it is answered."""
    box = page.locator("#pad").bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=8)
    page.mouse.up()
    page.wait_for_function("() => !asking && !again")


def read(page: Any, word: str) -> str:
    """The verdict, once it begins so."""
    page.wait_for_function("word => document.getElementById('verdict').textContent.startsWith(word)", arg=word)
    return str(page.inner_text("#verdict"))


def percents(page: Any) -> list[float]:
    return [float(text.removesuffix(" %")) for text in page.locator("#bars .number").all_inner_texts()]


def colours(page: Any, canvas: str) -> int:
    """How many different colours a canvas has."""
    return int(
        page.evaluate(
            """id => { const c = document.getElementById(id);
            const pixels = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
            return new Set(new Uint32Array(pixels.buffer)).size }""",
            canvas,
        )
    )


def test_a_drawing_is_read_and_explained(look: Look, strokes: Any, picture_of: Any) -> None:
    page = look(strokes)
    assert read(page, "Nothing is drawn yet.")
    assert page.inner_text("h1") == "Strokes"
    assert "test accuracy\n0.9877" in page.inner_text("#about")
    assert not page.is_visible("#why")
    draw(page, (0.8, 0.1), (0.8, 0.5))  # small, and at the side
    read(page, "Read as standing")
    assert sum(percents(page)) == pytest.approx(100, abs=0.11)
    assert page.locator("#bars button").all_inner_texts()[0].startswith("standing")
    assert page.get_attribute("#bars button >> nth=0", "aria-pressed") == "true"
    assert page.locator("#bars .bar").first.bounding_box()["width"] > 10 * (
        page.locator("#bars .bar").last.bounding_box()["width"] + 1
    )
    assert colours(page, "saliency") > 20
    assert colours(page, "seen") >= 2
    assert "A brighter pixel speaks most for it: row" in page.inner_text("#strongest")
    picture_of(page, "drawn")
    before = page.inner_text("#strongest")
    page.click("#bars button >> nth=1")
    page.wait_for_function("() => document.getElementById('of').textContent.endsWith('against lying')")
    assert page.inner_text("#strongest") != before
    assert page.get_attribute("#bars button >> nth=1", "aria-pressed") == "true"
    page.click("#clear")
    assert read(page, "Nothing is drawn yet.")
    assert page.locator("#bars li").count() == 0
    assert not page.is_visible("#why")
    draw(page, (0.2, 0.5), (0.8, 0.5))
    read(page, "Read as lying")
    page.click("#undo")
    read(page, "Nothing is drawn yet.")


def test_a_drawing_by_the_keyboard_alone(look: Look, strokes: Any, picture_of: Any) -> None:
    page = look(strokes)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "pad"
    assert page.is_visible("#cursor")
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
    assert page.inner_text("#pen") == "Pen up at column 6, row 14"
    read(page, "Nothing is drawn yet.")
    page.keyboard.press("Space")
    for _ in range(16):
        page.keyboard.press("ArrowRight")
    assert page.inner_text("#pen") == "Pen down at column 22, row 14"
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowDown")
    assert page.inner_text("#pen") == "Pen up at column 22, row 14.3"
    read(page, "Read as lying")
    page.wait_for_function("() => !asking && !again")
    lit = page.evaluate("last.seen.flatMap((value, i) => (value > 127 ? [[Math.floor(i / 28), i % 28]] : []))")
    height, width = np.ptp(lit, axis=0) + 1
    assert width > 4 * height  # a line, not the dot of its beginning
    picture_of(page, "keyboard")
    page.keyboard.press("Backspace")
    read(page, "Nothing is drawn yet.")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")  # leaves, and lifts the pen
    assert page.evaluate("document.activeElement.id") == "undo"
    read(page, "Read as")


def test_a_file_is_read_and_one_that_is_no_image_refused_in_words(look: Look, strokes: Any, picture_of: Any) -> None:
    page = look(strokes)
    lying = 255 - strokes_of((40, 10, 44, 60), size=90)  # dark on white
    page.set_input_files("#file", {"name": "x.png", "mimeType": "image/png", "buffer": png(lying)})
    read(page, "Read as lying")
    assert colours(page, "pad") >= 2
    page.set_input_files("#file", {"name": "x.png", "mimeType": "image/png", "buffer": b"a,b\n1,2\n"})
    page.wait_for_selector("#problem:visible")
    assert page.inner_text("#problem") == "The file is no image that can be read: it is none of PNG, JPEG."
    assert not page.is_visible("#why")
    picture_of(page, "refused")
    page.set_input_files("#file", {"name": "x.png", "mimeType": "image/png", "buffer": bytes(5 << 20)})
    page.wait_for_function("() => document.getElementById('problem').textContent.includes('4 MiB are the most')")
    draw(page, (0.5, 0.2), (0.5, 0.8))
    read(page, "Read as standing")
    assert not page.is_visible("#problem")


def test_a_file_is_dropped(look: Look, strokes: Any) -> None:
    page = look(strokes)
    page.evaluate(
        """bytes => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], "x.png", {type: "image/png"}));
            const drop = new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true});
            document.getElementById("pad").dispatchEvent(drop);
        }""",
        [*png(strokes_of((10, 4, 13, 24)))],
    )
    read(page, "Read as lying")


def test_of_many_values_the_largest_are_shown(look: Look) -> None:
    model = nn.Sequential(nn.Linear(784, 30, rng=np.random.default_rng(0)))
    page = look(a_bundle(model, output="values"))
    draw(page, (0.3, 0.3), (0.6, 0.7))
    read(page, "Largest: ")
    numbers = page.locator("#bars .number").all_inner_texts()
    assert len(numbers) == 20
    values = [float(text.replace("−", "-")) for text in numbers]
    assert values == sorted(values, reverse=True)
    page.click("#bars button >> nth=4")
    name = page.inner_text("#bars .name >> nth=4")
    page.wait_for_function("name => document.getElementById('of').textContent.endsWith(` ${name}`)", arg=name)
    assert "The gradient of the value of" in page.inner_text("#legend")


def test_without_centring_the_model_sees_the_drawing_where_it_is(look: Look, strokes: Any) -> None:
    page = look(strokes)
    draw(page, (0.9, 0.1), (0.9, 0.3))
    read(page, "Read as standing")
    leftmost = "Math.min(...last.seen.map((value, i) => (value > 127 ? i % 28 : 28)))"
    assert page.evaluate(leftmost) < 16
    page.uncheck("#centre")
    page.wait_for_function(f"() => {leftmost} > 20")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_telephone_nothing_is_cut_off(look: Look, strokes: Any, picture_of: Any, scheme: str) -> None:
    page = look(strokes, width=320, height=640, color_scheme=scheme, has_touch=True, is_mobile=True)
    draw(page, (0.5, 0.2), (0.5, 0.8))
    read(page, "Read as")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark == {"light": "rgb(255, 255, 255)", "dark": "rgb(15, 23, 42)"}[scheme]
    picture_of(page, f"telephone-{scheme}")


def test_a_touch_draws_and_does_not_scroll(look: Look, strokes: Any) -> None:
    page = look(strokes, width=320, height=640, has_touch=True, is_mobile=True)
    box = page.locator("#pad").bounding_box()
    page.touchscreen.tap(box["x"] + 100, box["y"] + 100)
    read(page, "Read as")
    assert page.evaluate("last.seen.filter((value) => value > 127).length") > 200  # a dot, which centring makes large
    assert page.evaluate("getComputedStyle(document.getElementById('pad')).touchAction") == "none"


def test_names_are_text_whatever_they_are(look: Look) -> None:
    names = (HOSTILE, "</script><b>", "a" * 300, *"3456789")
    page = look(
        a_bundle(classes=names, name=HOSTILE, task="</script><script>alert(2)</script>", figures={"<b>": "$x <i>"})
    )
    assert page.inner_text("h1") == HOSTILE
    draw(page, (0.3, 0.3), (0.6, 0.7))
    read(page, "Read as")
    assert page.locator("#bars .name").all_inner_texts() == [*names]
    page.click("#bars button >> nth=0")
    page.wait_for_function("name => document.getElementById('of').textContent.endsWith(name)", arg=HOSTILE)
    assert page.locator("main b, main i, main script, h1 script").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 1100


def test_numbers_that_are_none_are_said_to_be_none(look: Look) -> None:
    bundle = a_bundle()
    bundle.model[2].bias.data[:] = np.nan
    page = look(bundle)
    draw(page, (0.3, 0.3), (0.6, 0.7))
    assert read(page, "The model returns no numbers for this.")
    assert set(page.locator("#bars .number").all_inner_texts()) == {"not a number"}
