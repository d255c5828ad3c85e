"""The page in a real browser: what it shows at each step, what the keys do, how it looks; no network, no complaint."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Tensor
from autograd.viz.player import page as page_module
from autograd.viz.player.code import forward_lines

Look = Callable[..., Any]

STEPS = [
    ["Given: step 1 of 8", "x = 1", "y = 3", "z = -3"],
    ["Forward: step 2 of 8", "p = x + y", "= 1 + 3 = 4"],
    ["Forward: step 3 of 8", "g = p * z", "= 4 * -3 = -12"],
    ["Backward begins: step 4 of 8", "dg/dg = 1", "g changes with itself one to one"],
    ["Backward: step 5 of 8", "dg/dp = dg/dg * z", "= 1 * -3 = -3", "because g = p * z, so dg/dp = z"],
    ["Backward: step 6 of 8", "dg/dz = dg/dg * p", "= 1 * 4 = 4", "because g = p * z, so dg/dz = p"],
    ["Backward: step 7 of 8", "dg/dy = dg/dp * dp/dy", "= -3 * 1 = -3", "because p = x + y, so dp/dy = 1"],
    ["Backward: step 8 of 8", "dg/dx = dg/dp * dp/dx", "= -3 * 1 = -3", "because p = x + y, so dp/dx = 1"],
]


def step_text(page: Any) -> list[str]:
    return [page.inner_text("#phase"), *page.locator("#lines p").all_inner_texts()]


def boxes(page: Any) -> list[str]:
    """Each box of the picture on a line."""
    return [" | ".join(text.split("\n")) for text in page.locator(".node").all_inner_texts()]


def press(page: Any, key: str, times: int = 1) -> None:
    for _ in range(times):
        page.keyboard.press(key)


# ------------------------------------------------------------------------------------------------------------ the steps


def test_every_step_has_its_formula_its_numbers_and_its_reason(look: Look, toy: Any) -> None:
    page = look(toy)
    seen = []
    for _ in STEPS:
        seen.append(step_text(page))
        press(page, "ArrowRight")
    assert seen == STEPS
    assert page.title() == page.inner_text("h1") == "Gradients of g = p * z"


def test_values_appear_forward_and_gradients_backward(look: Look, toy: Any, picture_of: Any) -> None:
    page = look(toy)
    assert boxes(page) == ["x | 1", "y | 3", "z | -3", "p = x + y", "g = p * z"]
    press(page, "ArrowRight", 2)
    assert boxes(page)[3:] == ["p = x + y | 4", "g = p * z | -12"]
    press(page, "ArrowRight", 3)
    assert boxes(page) == ["x | 1", "y | 3", "z | -3 | 4", "p = x + y | 4 | -3", "g = p * z | -12 | 1"]
    assert page.inner_text(".node.current .name") == "z"
    assert page.inner_text(".flow") == "× 4"
    assert page.locator(".edge.gradient").count() == 1
    picture_of(page, "desktop")
    press(page, "ArrowLeft", 3)
    assert boxes(page)[4] == "g = p * z | -12"


def test_a_sum_runs_over_the_uses_of_a_value(look: Look, picture_of: Any) -> None:
    a = Tensor(2.0, name="a")
    page = look(((a + a).named("b") * a).named("c"))
    press(page, "End")
    press(page, "ArrowLeft", 2)
    sums = []
    for _ in range(3):
        sums.append([page.inner_text(".sum"), boxes(page)[0]])
        press(page, "ArrowRight")
    assert [text for text, _ in sums] == [
        "dc/da so far: 4 (use 1 of 3, 2 to come)",
        "dc/da so far: 4 + 2 = 6 (use 2 of 3, 1 to come)",
        "dc/da: 4 + 2 + 2 = 8 (use 3 of 3, complete)",
    ]
    assert [box for _, box in sums] == ["a | 2 | 4 + …", "a | 2 | 6 + …", "a | 2 | 8"]
    picture_of(page, "sum")


def test_arrays_are_shown_by_their_entries(look: Look, picture_of: Any) -> None:
    x, w = Tensor([[1.0, 2.0], [3.0, 4.0], [0.0, 1.0]], name="x"), Tensor([[0.5], [2.0]], name="w")
    page = look(np.sum((x @ w).named("h")).named("s"))
    press(page, "ArrowRight", 5)
    assert step_text(page)[1:] == ["ds/dw = x.T @ ds/dh", "= [[4], [7]]", "because h = x @ w"]
    assert page.locator("#tables caption").all_inner_texts() == ["ds/dh (3×1)", "x (3×2)", "ds/dw (2×1)"]
    assert page.locator("#tables .array").last.locator("td").all_inner_texts() == ["4", "7"]
    picture_of(page, "arrays")


def test_the_line_of_the_program_and_of_the_code_are_marked(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_module, "code_of", forward_lines)
    with ag.viz.annotate():
        x, y = Tensor(2.0, name="x"), Tensor(3.0, name="y")
        p = x * y
        q = np.tanh(p)
    page = look(q)
    press(page, "ArrowRight", 2)
    assert page.inner_text("#lines .source") == "q = np.tanh(p)"
    assert page.get_attribute("#lines .source", "data-place").startswith("test_browser.py, line ")
    assert page.inner_text("#listing li.current") == "q = tanh(p)"
    press(page, "ArrowRight", 3)
    assert page.inner_text("#lines .source") == "p = x * y"
    assert page.inner_text("#listing li.current.back") == "p = x * y"
    assert page.get_attribute("#listing li.current", "aria-current") == "step"


def test_a_step_marks_the_lines_of_source_that_it_is_about(look: Look) -> None:
    x = Tensor(2.0, name="x")
    a, b = (x * x).named("a"), np.exp(x).named("b")
    page = look(((a * b).named("p") + a).named("s"))
    marked = []
    for _ in range(11):
        marked.append(" / ".join(text.strip() for text in page.locator("#listing li.current").all_inner_texts()))
        press(page, "ArrowRight")
    assert marked == [
        *("", "a = x * x", "b = np.exp(x)", "p = a * b", "s = p + a", "s = p + a"),
        *("da = 1.0 + b", "dx = p + v1 + v1", "da = 1.0 + b", "da = 1.0 + b", "dx = p + v1 + v1"),
    ]


def test_a_value_without_gradient_and_one_without_graph_say_so(look: Look) -> None:
    keep_first = ag.primitive(lambda a, b: a + 0 * b)
    ag.vjp_rule(keep_first, lambda g, y, a, b: g, None)
    page = look(keep_first(Tensor(1.0, name="x"), Tensor(2.0, name="y")).named("f"))
    press(page, "End")
    press(page, "ArrowLeft")
    assert step_text(page)[1:] == ["df/dy = 0", "no gradient flows from f to y"]
    page.click("#practise")
    assert page.inner_text("#asked") == "df/dy = ?"
    assert answer(page, "0") == "Right: df/dy = 0"
    page = look(Tensor(2.0, name="c", requires_grad=False) * 3)
    assert "there is no gradient" in page.inner_text("#notes")
    assert page.is_disabled("#practise")


@pytest.mark.parametrize(
    "made",
    [
        lambda: Tensor(2.0, name="x"),
        lambda: np.log(Tensor(0.0, name="x")) * Tensor(np.nan, name="n"),
        lambda: np.sum(Tensor(np.ones((0, 3)), name="e")),
        lambda: np.real(Tensor(1 + 2j, name="z") * Tensor(2 - 1j, name="w")),
        lambda: Tensor([1.0, 2.0, 3.0], name="v") * np.array([True, False, True]),
        lambda: np.linalg.slogdet(Tensor([[2.0, 1.0], [1.0, 3.0]], name="A"))[1],
        lambda: np.concatenate([Tensor([1.0], name="p"), Tensor([3.0], name="q"), np.ones(2)]).sum(),
        lambda: np.sum(Tensor(np.ones((30, 40)), name="large") ** 2),
    ],
    ids=["leaf", "nan", "empty", "complex", "boolean", "tuple", "list", "large"],
)
def test_any_graph_is_played_to_its_end_and_practised(look: Look, made: Callable[[], Any]) -> None:
    with np.errstate(all="ignore"):
        page = look(made())
    for _ in range(page.evaluate("Number(document.getElementById('slider').max)")):
        press(page, "ArrowRight")
        assert len(step_text(page)) > 1
    assert page.get_attribute("#next", "aria-disabled") == "true"
    if not page.is_disabled("#practise"):
        page.click("#practise")
        while page.is_visible("#reveal"):
            page.click("#reveal")
        assert "0 of" in page.inner_text("#score")


# --------------------------------------------------------------------------------------------------------- the controls


def test_play_goes_on_by_itself_until_pause_or_the_end(look: Look, toy: Any) -> None:
    page = look(toy, clock=True)
    press(page, "Space")
    page.clock.run_for(1_800 * 2 + 100)
    assert step_text(page) == STEPS[2]
    assert page.inner_text("#play") == "Pause"
    page.click("#play")
    page.clock.run_for(10_000)
    assert step_text(page) == STEPS[2]
    page.select_option("#speed", "fast")
    page.click("#play")
    page.clock.run_for(800 * 5 + 100)
    assert step_text(page) == STEPS[7]
    assert page.inner_text("#play") == "Play"
    page.click("#play")
    page.clock.run_for(100)
    assert step_text(page) == STEPS[0]


def test_keys_slider_table_and_boxes_go_to_a_step(look: Look, toy: Any) -> None:
    page = look(toy)
    press(page, "End")
    assert step_text(page) == STEPS[7]
    press(page, "Home")
    assert step_text(page) == STEPS[0]
    page.focus("#slider")
    press(page, "ArrowRight", 2)
    assert step_text(page) == STEPS[2]
    assert page.get_attribute("#slider", "aria-valuetext") == STEPS[2][0]
    press(page, "End")
    assert step_text(page) == STEPS[7]
    page.click("#all summary")
    page.click("#rows button >> text=z")
    assert step_text(page) == STEPS[5]
    rows = [row.split("\t") for row in page.locator("#rows tr").all_inner_texts()]
    assert rows[2:] == [["z", "input", "-3", "4"], ["p", "x + y", "4", "-3"], ["g", "p * z", "-12", "1"]]
    assert rows[0] == ["x", "input", "1", ""]
    page.locator(".node").nth(3).click()
    assert step_text(page) == STEPS[4]
    page.click("#first")
    page.locator(".node").nth(3).click()
    assert step_text(page) == STEPS[1]


def test_the_keyboard_alone_reaches_everything(look: Look, toy: Any) -> None:
    page = look(toy)
    reached = []
    for _ in range(30):
        press(page, "Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        if reached[-1] != "BODY":
            assert outline == "solid", f"the focus on {reached[-1]} cannot be seen"
    wanted = [
        "watch",
        "practise",
        "theme",
        "view",
        "fit",
        "listing",
        "first",
        "back",
        "play",
        "next",
        "slider",
        "speed",
        "SUMMARY",
    ]
    assert set(wanted) <= set(reached)
    page.focus("#next")
    press(page, "Enter", 3)
    assert step_text(page) == STEPS[3]
    press(page, "ArrowRight", 9)
    press(page, "ArrowLeft")
    assert step_text(page) == STEPS[6], "a button that has nothing more to do must not swallow the keys"


def test_a_screen_reader_hears_every_step(look: Look, toy: Any) -> None:
    page = look(toy)
    press(page, "ArrowRight")
    said = page.locator("[aria-live=polite]")
    assert said.inner_text() == "Forward: step 2 of 8. p = x + y. = 1 + 3 = 4"
    assert page.get_attribute("#canvas", "aria-label") == "Graph of 5 values, from the inputs to g."
    nameless = page.evaluate(
        """[...document.querySelectorAll("button, input, select")].filter((control) =>
            !control.textContent.trim() && !control.getAttribute("aria-label") && !control.labels?.length).length"""
    )
    assert nameless == 0


# ------------------------------------------------------------------------------------------------------------- practice


def answer(page: Any, text: str) -> str:
    page.fill("#answer", text)
    press(page, "Enter")
    return str(page.inner_text("#feedback"))


def test_practice_asks_checks_hints_and_counts(look: Look, toy: Any, picture_of: Any) -> None:
    page = look(toy)
    page.click("#practise")
    assert page.inner_text("#asked") == "dg/dp = ?"
    assert boxes(page)[3] == "p = x + y | 4 | ?"
    assert page.evaluate("document.activeElement.id") == "answer"
    assert answer(page, "-3") == "Right: dg/dp = dg/dg * z = 1 * -3 = -3"
    assert boxes(page)[3] == "p = x + y | 4 | -3"
    assert page.inner_text("#asked") == "dg/dz = ?"
    assert answer(page, "-4") == "The number is right, its sign is not."
    assert answer(page, "four") == "That is not a number. Write 0.5, -1/3 or 2 * -3."
    picture_of(page, "practice")
    assert answer(page, "8/2").startswith("Right")
    page.click("#hint")
    assert page.locator("#hints p").all_inner_texts() == ["dg/dy = dg/dp * dp/dy", "p = x + y, so dp/dy = 1"]
    page.click("#hint")
    assert page.locator("#hints p").last.inner_text() == "Now calculate -3 * 1"
    assert answer(page, "1") == "That is the local derivative. Multiply it by dg/dp, which comes from above."
    assert answer(page, "17") == "Not yet. Try again, or take a hint."
    assert answer(page, "-3").startswith("Right")
    page.click("#reveal")
    assert page.inner_text("#feedback") == "It is dg/dx = dg/dp * dp/dx = -3 * 1 = -3"
    assert page.inner_text("#score") == "Score: 1 of 4 right at once."
    assert step_text(page) == STEPS[7]
    page.click("#again")
    assert page.inner_text("#asked") == "dg/dp = ?"
    assert page.inner_text("#score") == "Score: 0 of 0 right at once, 4 to come."


def test_practice_shows_no_answer_before_it_is_given(look: Look, toy: Any) -> None:
    page = look(toy)
    press(page, "End")
    page.click("#practise")
    page.click("#all summary")
    for way in ("#last", "#next", "#play"):
        page.click(way, force=True)
        assert step_text(page) == STEPS[3]
    page.evaluate("slider.value = 7; slider.dispatchEvent(new Event('input'))")
    assert page.locator("#rows td:last-child").all_inner_texts() == ["", "", "", "", "1"]
    page.click("#rows button >> text=x")
    assert page.locator("#rows td:last-child").all_inner_texts() == [""] * 5
    page.click("#watch")
    assert page.is_hidden("#practice")
    press(page, "End")
    assert step_text(page) == STEPS[7]


def test_practice_knows_the_forgotten_sum(look: Look) -> None:
    a = Tensor(3.0, name="a")
    page = look((a * a).named("b"))
    page.click("#practise")
    assert answer(page, "3") == "That is what one use of a brings. It is used 2 times: add up."
    assert answer(page, "2*3") == "Right: db/da = db/db * a + db/db * a = 1 * 3 + 1 * 3 = 6"


def test_practice_asks_for_one_entry_of_an_array(look: Look, picture_of: Any) -> None:
    x, w = Tensor([[1.0, 2.0], [3.0, 4.0]], name="x", requires_grad=False), Tensor([[0.5], [2.0]], name="w")
    page = look(np.sum((x @ w).named("h")).named("s"), width=360, height=740)
    page.click("#practise")
    assert page.inner_text("#asked") == "(ds/dh)[0, 0] = ?"
    answer(page, "1")
    assert page.inner_text("#asked") == "(ds/dw)[1, 0] = ?"
    page.click("#hint")
    page.click("#hint")
    assert page.locator("#hints caption").all_inner_texts() == ["ds/dh (2×1)", "x (2×2)", "w (2×1)"]
    picture_of(page, "practice-phone")
    assert answer(page, "6") == "Right: (ds/dw)[1, 0] = x.T @ ds/dh = 6"


def test_practice_asks_only_for_what_can_be_found_from_the_page(look: Look, rng: np.random.Generator) -> None:
    w, b = Tensor(rng.normal(size=(3, 30)), name="w"), Tensor([1.0, 2.0], name="b")
    page = look((np.sum(w).named("s") * np.sum(w @ np.ones((30, 2)) + b)).named("f"))
    page.click("#practise")
    asked = []
    while page.is_visible("#reveal"):
        asked.append(page.inner_text("#asked").split(" = ")[0])
        page.click("#reveal")
    assert asked == ["df/dv3", "(df/dv2)[0, 1]", "(df/dv1)[1, 0]", "df/ds", "(df/db)[0]"]


@pytest.mark.parametrize(
    ("text", "truth", "verdict"),
    [
        *[(text, -1 / 3, "right") for text in ("-1/3", "-0.333", "−0.33", "-.333", "-0,333", "- 1 / 3", "(-1)/3")],
        *[(text, -1 / 3, "sign") for text in ("1/3", "0.33")],
        ("-0.3", -1 / 3, "rough"),
        ("-0.34", -1 / 3, "wrong"),
        *[(text, 0.0, "right") for text in ("0", "-0", "0.0", "3-3")],
        ("0.1", 0.0, "wrong"),
        *[(text, -12.0, "right") for text in ("4*-3", "4 × −3", "4·-3", "-3*2^2", "-3*2**2", "-1.2e1", "−12.")],
        ("-11.9", -12.0, "wrong"),
        ("-2^2", -4.0, "right"),
        ("12345678", 12345678.0, "right"),
        ("1.00e-9", 1e-9, "right"),
        ("2e-9", 1e-9, "wrong"),
        ("nan", float("nan"), "right"),
        ("-∞", float("-inf"), "right"),
        ("inf", float("-inf"), "sign"),
        ("1e400", 5.0, "wrong"),
        *[(text, 1.0, None) for text in ("", "x", "1 2", "1/", "(1", "1)", "alert(1)", "1e", ".", "--", "(" * 300)],
    ],
)
def test_answers_are_read_as_people_write_them(text: str, truth: float, verdict: str | None, page_of_toy: Any) -> None:
    given = page_of_toy.evaluate(
        "([text, truth]) => { const read = readNumber(text); return read && judge(read, Number(truth)); }",
        [text, str(truth).replace("inf", "Infinity")],
    )
    if verdict == "wrong" and given == "right":
        pytest.fail(f"{text} is no answer where {truth} is right")
    assert given == verdict


@pytest.fixture(scope="module")
def page_of_toy(browser: Any) -> Any:
    context = browser.new_context()
    page = context.new_page()
    page.set_content(ag.player(Tensor(1.0, name="x") * 2).html)
    yield page
    context.close()


# ----------------------------------------------------------------------------------------------------------- appearance


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_all_without_scrolling_sideways(look: Look, toy: Any, picture_of: Any, scheme: str) -> None:
    page = look(toy, width=360, height=740, color_scheme=scheme)
    press(page, "ArrowRight", 6)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert page.evaluate("view.scrollWidth <= view.clientWidth")
    small = page.evaluate(
        """[...document.querySelectorAll("footer button, header button")].filter((button) =>
            button.getBoundingClientRect().height < 40 || button.getBoundingClientRect().width < 40).length"""
    )
    assert small == 0, "a finger needs 40 pixels"
    picture_of(page, f"phone-{scheme}")
    page.click("#practise")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_dark_and_light_follow_the_system_and_the_button(look: Look, toy: Any, picture_of: Any) -> None:
    def shade(page: Any) -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    page = look(toy, color_scheme="dark")
    press(page, "End")
    dark = shade(page)
    picture_of(page, "dark")
    assert page.inner_text("#theme") == "Light"
    page.click("#theme")
    assert shade(page) == "rgb(255, 255, 255)" != dark
    page.click("#theme")
    assert shade(page) == dark


@pytest.mark.parametrize(("motion", "animation"), [("reduce", "none"), ("no-preference", "flow")])
def test_nothing_moves_where_motion_is_not_wanted(look: Look, toy: Any, motion: str, animation: str) -> None:
    page = look(toy, reduced_motion=motion)
    press(page, "End")
    assert page.evaluate("getComputedStyle(document.querySelector('.edge.gradient')).animationName") == animation


def test_what_is_told_by_colour_is_told_by_shape_too(look: Look, toy: Any) -> None:
    page = look(toy)
    press(page, "End")
    assert page.evaluate("getComputedStyle(document.querySelector('.node.current')).outlineStyle") == "dashed"
    assert page.evaluate("getComputedStyle(document.querySelector('.edge.gradient')).strokeDasharray") == "9px, 6px"
    press(page, "Home")
    press(page, "ArrowRight")
    assert page.evaluate("getComputedStyle(document.querySelector('.node.current')).outlineStyle") == "solid"


def test_the_step_in_hand_is_scrolled_into_view(look: Look) -> None:
    t: Any = Tensor(0.5, name="w")
    for _ in range(24):
        t = np.tanh(t * Tensor(1.5, name="v") + 0.1)
    page = look(t)
    for times in (36, 12, 24):
        press(page, "ArrowRight", times)
        assert page.evaluate("view.scrollWidth") > 3 * page.evaluate("view.clientWidth")
        inside = page.evaluate(
            """(() => { const box = document.querySelector(".node.current").getBoundingClientRect();
                const frame = view.getBoundingClientRect();
                return box.left >= frame.left && box.right <= frame.right; })()"""
        )
        assert inside


def test_the_picture_can_be_made_smaller_and_larger(look: Look, toy: Any) -> None:
    page = look(toy)
    sizes = [page.evaluate("sizer.clientWidth")]
    for button in ("#larger", "#smaller", "#smaller"):
        page.click(button)
        sizes.append(page.evaluate("sizer.clientWidth"))
    assert sizes[1] > sizes[0] > sizes[3]
    page.click("#fit")
    assert abs(page.evaluate("sizer.clientWidth - view.clientWidth")) <= 1


# --------------------------------------------------------------------------------------------------------------- safety

HOSTILE = [
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "a&amp;b<b>",
    "שלום",
    "\u202eevil\u2066",
    "line\nline",
    "${alert(3)} `x`",
    "\ud800lone",
    "<!--",
    "x" * 5_000,
]


def test_no_name_does_anything(look: Look, picture_of: Any) -> None:
    t: Any = Tensor(1.0, name="first")
    for i, name in enumerate(HOSTILE):
        t = (t * Tensor(1.0 + i, name=name)).named(name + name)
    page = look(t)
    press(page, "End")
    page.click("#all summary")
    names = page.locator("#rows button").all_inner_texts()
    assert {HOSTILE[0], HOSTILE[1], HOSTILE[2], "\u2068שלום\u2069", "line line", HOSTILE[6], "<!--"} <= set(names)
    assert page.locator("img, b, script:not(#story)").count() == 5  # the page's own scripts
    assert page.evaluate("document.documentElement.scrollWidth") == 1200
    picture_of(page, "hostile")
    page.click("#practise")
    page.click("#hint")
    page.click("#reveal")
    assert HOSTILE[0] in page.inner_text("main")


def test_the_page_forbids_itself_the_network_and_new_scripts(browser: Any, toy: Any, tmp_path: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("response", lambda response: asked.append(response.url))
    path = ag.player(toy).save(tmp_path / "g.html")
    page.goto(path.as_uri())
    refused = page.evaluate(
        """async () => {
            const refused = [];
            addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
            await fetch("https://example.org/").catch(() => null);
            const script = document.createElement("script");
            script.textContent = "window.ran = true";
            document.body.append(script);
            document.body.append(Object.assign(new Image(), { src: "https://example.org/x.png" }));
            await new Promise((done) => setTimeout(done, 200));
            return refused;
        }"""
    )
    assert sorted(refused) == ["connect-src", "img-src", "script-src-elem"]
    assert page.evaluate("window.ran") is None
    assert [url for url in asked if url != path.as_uri() and not url.startswith("data:")] == []
    context.close()


def test_a_notebook_shows_it_in_a_frame_of_its_own(browser: Any, toy: Any) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.set_content(f"<body><p id=outer>notebook</p>{ag.player(toy)._repr_html_()}</body>")
    frame = page.frame_locator("iframe")
    frame.locator("#last").click()
    assert frame.locator("#phase").inner_text() == STEPS[7][0]
    inner = page.frames[1]
    with pytest.raises(Exception, match="SecurityError"):
        inner.evaluate("parent.document.title")
    context.close()


# ----------------------------------------------------------------------------------------------------------------- size


def test_two_hundred_values_fit_and_are_quick(look: Look, rng: np.random.Generator, picture_of: Any) -> None:
    t: Any = Tensor(rng.normal(size=(8, 8)), name="x")
    weights = [Tensor(rng.normal(size=(8, 8)) / 3, name=f"w{i}") for i in range(25)]
    for i in range(87):
        t = np.tanh(t @ weights[i % 25])
    made = ag.player(np.mean(t))
    assert len(made.html.encode()) < 1_000_000
    page = look(made)
    press(page, "End")
    milliseconds = page.evaluate(
        """(() => { const begun = performance.now();
            for (let i = 0; i < 50; i++) back.click();
            return (performance.now() - begun) / 50; })()"""
    )
    assert milliseconds < 200
    picture_of(page, "two-hundred")


def test_a_training_step_is_played(look: Look, rng: np.random.Generator, picture_of: Any) -> None:
    model = nn.Sequential(nn.Linear(4, 8, rng=rng), nn.Tanh(), nn.Linear(8, 3, rng=rng))
    with ag.viz.annotate():
        loss = nn.functional.cross_entropy(model(Tensor(rng.normal(size=(5, 4)))), np.array([0, 1, 2, 0, 1]))
    page = look(ag.player(loss))
    press(page, "End")
    assert page.inner_text("#lines .source").startswith("loss = nn.functional.cross_entropy(model(")
    assert "in model.0" in step_text(page)
    picture_of(page, "training")
