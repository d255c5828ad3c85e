r"""LaTeX for `explain`: an equation in the notation of Python becomes mathematics.

The symbols of an equation are placeholders, ``S0``, ``S1``, ..., so that a name may hold anything; `typeset` reads each
side of the equation as Python does and writes its syntax tree. What is no expression, such as the range of a large
array, is set as ``\text``. amsmath is all that it needs.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

__all__ = ["aligned", "escape", "in_markdown", "symbol", "typeset", "typeset_indexed"]

SUM, PRODUCT, POWER, ATOM = range(4)  # how tightly a text binds
INFIX: dict[type[ast.operator], tuple[str, int]] = {
    ast.Add: (" + ", SUM),
    ast.Sub: (" - ", SUM),
    ast.Mult: (r" \cdot ", PRODUCT),
    ast.MatMult: (r" \, ", PRODUCT),
    ast.Mod: (r" \bmod ", PRODUCT),
    ast.BitAnd: (r" \land ", SUM),
    ast.BitOr: (r" \lor ", SUM),
}
RELATIONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<",
    ast.LtE: r"\le",
    ast.Gt: ">",
    ast.GtE: r"\ge",
    ast.Eq: "=",
    ast.NotEq: r"\ne",
}
KNOWN = {
    name: name for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "arcsin", "arccos", "arctan")
}
ESCAPED = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
ESCAPED |= {sign: f"\\{sign}" for sign in "#$%&_{}"}
DERIVATIVE = re.compile(r"\bd(S\d+)/d(S\d+)")


def escape(text: str) -> str:
    return "".join(ESCAPED.get(character, character) for character in text)


def symbol(name: str, made_up: bool) -> str:
    """A name as mathematics: ``x``, ``v_{1}`` for v1 if it is `made_up` by the view, an upright text for a word."""
    if made_up and re.fullmatch(r"[a-z]\d+", name):
        return f"{name[0]}_{{{name[1:]}}}"
    return name if re.fullmatch("[A-Za-z]", name) else rf"\text{{{escape(name)}}}"


def plain(text: str, names: Mapping[str, str]) -> str:
    """`text` with the names instead of their placeholders."""
    return re.sub(r"S\d+\b", lambda found: names.get(found[0], found[0]), text)


def typeset(equation: str, symbols: Mapping[str, str], names: Mapping[str, str]) -> list[str]:
    """The sides of an equation in LaTeX."""
    return [side(text, symbols, names) for text in equation.split(" = ")]


INDEXED = re.compile(
    r"\b(d?S\d+(?:/dS\d+)?|[A-Z](?=\[))\b(?:\.T)?(?:\[([^\[\]]*)\])?|sum_([\w,]+) |( \* )|( @ )|([^\w]+)|(\w+)"
)


def typeset_indexed(equation: str, symbols: Mapping[str, str]) -> list[str]:
    """The sides of an equation of entries: ``A[i, j]`` has its indices below, ``sum_k`` is a sum over k."""
    sides = ["".join(piece(match, symbols) for match in INDEXED.finditer(text)) for text in equation.split(" = ")]
    return [re.sub(r"\)\[([^\]]*)\]", r")_{\1}", text) for text in sides]


def piece(match: re.Match[str], symbols: Mapping[str, str]) -> str:
    """One symbol, sum, sign or word of an equation of entries."""
    name, indices, over, times, product, other, word = match.groups()
    if name:
        of, _, by = name.replace("d", "").partition("/")
        text = (
            rf"\frac{{\partial {symbols.get(of, of)}}}{{\partial {symbols.get(by, by)}}}" if by else symbols.get(of, of)
        )
        text = f"{text}^{{\\top}}" if ".T" in match[0] else text
        return text if indices is None else indexed(text, subscripts(indices))
    if over:
        return f"\\sum_{{{over}}} "
    if times:
        return r" \, "
    if product:
        return r" \, "
    if word:
        return word if word.isdigit() or len(word) == 1 else rf"\text{{{escape(word)}}}"
    return closing(other)


def indexed(text: str, index: str) -> str:
    """`text` with an index below it; in parentheses, unless it is a letter or a word, which have none of their own."""
    alone = len(text) == 1 or text.startswith((r"\text", r"\begin"))
    return f"{text}_{{{index}}}" if alone else rf"\left({text}\right)_{{{index}}}"


def subscripts(text: str) -> str:
    return text.replace("*", r"\cdot ").replace("_", r"\_")


def closing(text: str) -> str:
    """Signs and spaces between."""
    if text in (" ", ", "):
        return text.replace(" ", r"\ ")
    for sign, written_as in {"{": r"\{", "}": r"\}", "_": r"\_", "&": r"\&", "%": r"\%", "#": r"\#"}.items():
        text = text.replace(sign, written_as)
    return text


def side(text: str, symbols: Mapping[str, str], names: Mapping[str, str]) -> str:
    try:
        tree = ast.parse(DERIVATIVE.sub(r"D\1\2", text), mode="eval").body
        return written(tree, symbols)[0]
    except (SyntaxError, KeyError, RecursionError):  # words, an index, a keyword: not worth a notation
        return rf"\text{{{escape(plain(text, names))}}}"


def written(node: ast.expr, symbols: Mapping[str, str]) -> tuple[str, int]:
    """An expression in LaTeX, and how tightly it binds."""

    def operand(part: ast.expr, level: int) -> str:
        text, binding = written(part, symbols)
        return text if binding >= level else rf"\left({text}\right)"

    match node:
        case ast.BinOp(left, ast.Div(), right):
            return rf"\frac{{{operand(left, SUM)}}}{{{operand(right, SUM)}}}", POWER
        case ast.BinOp(left, ast.Pow(), right):
            return f"{operand(left, ATOM)}^{{{operand(right, SUM)}}}", POWER
        case ast.BinOp(left, sign, right):
            infix, level = INFIX[type(sign)]
            return f"{operand(left, level)}{infix}{operand(right, level + 1)}", level
        case ast.UnaryOp(ast.USub(), part):
            return f"-{operand(part, PRODUCT)}", SUM
        case ast.UnaryOp(ast.Invert(), part):
            return rf"\lnot {operand(part, ATOM)}", ATOM
        case ast.Compare(left, [sign], [right]) if type(sign) in RELATIONS:
            inside = f"{operand(left, SUM)} {RELATIONS[type(sign)]} {operand(right, SUM)}"
            return rf"\left[{inside}\right]", ATOM
        case ast.Subscript(part, index):
            return indexed(written(part, symbols)[0], below(index, symbols)), ATOM
        case ast.Call(ast.Name("sqrt"), [argument], []):
            return rf"\sqrt{{{operand(argument, SUM)}}}", ATOM
        case ast.Call(ast.Name("abs"), [argument], []):
            return rf"\left|{operand(argument, SUM)}\right|", ATOM
        case ast.Call(ast.Name("conj"), [argument], []):
            return rf"\overline{{{operand(argument, SUM)}}}", ATOM
        case ast.Call(ast.Name(name), [argument], []) if name in KNOWN:
            return rf"\{KNOWN[name]}\left({operand(argument, SUM)}\right)", ATOM
        case ast.List(items):
            return matrix(items, symbols), ATOM
        case ast.Call(ast.Name() | ast.Attribute() as function, arguments, keywords):
            given = [rf"\text{{{escape(plain(ast.unparse(k), symbols))}}}" for k in keywords if k.arg is not None]
            inside = ", ".join([*(operand(argument, SUM) for argument in arguments), *given])
            return rf"\operatorname{{{escape(ast.unparse(function))}}}\left({inside}\right)", ATOM
        case ast.Attribute(part, "T" | "mT"):
            return f"{operand(part, ATOM)}^{{\\top}}", POWER
        case ast.Constant(None | bool() | str() as value):
            return rf"\text{{{escape(repr(value))}}}", ATOM
        case ast.Constant(int() | float() as value):
            return scalar(value)
        case ast.Constant(complex() as value):
            text, level = scalar(value.imag)
            return rf"{text}\mathrm{{i}}", level
        case ast.Name("nan" | "ones"):
            return rf"\mathrm{{{node.id}}}", ATOM
        case ast.Tuple(items):
            return rf"\left({', '.join(written(item, symbols)[0] for item in items)}\right)", ATOM
        case ast.Name("pi"):
            return r"\pi", ATOM
        case ast.Name("inf"):
            return r"\infty", ATOM
        case ast.Name(name) if parts := re.fullmatch(r"D(S\d+)(S\d+)", name):
            of, by = (symbols[part] for part in parts.groups())
            return rf"\frac{{\partial {of}}}{{\partial {by}}}", POWER
        case ast.Name(name):
            return symbols[name], ATOM
    raise KeyError(type(node).__name__)


def below(index: ast.expr, symbols: Mapping[str, str]) -> str:
    """What is between the brackets of an index."""
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    return ", ".join(
        rf"\text{{{escape(ast.unparse(p))}}}" if isinstance(p, ast.Slice) else written(p, symbols)[0] for p in parts
    )


def scalar(value: float) -> tuple[str, int]:
    """A number, as `text.number` wrote it before it was read again: six digits, or an integer."""
    mantissa, _, exponent = (str(value) if isinstance(value, int) else f"{value:.6g}").partition("e")
    return (rf"{mantissa} \cdot 10^{{{int(exponent)}}}", PRODUCT) if exponent else (mantissa, ATOM)


def matrix(items: list[ast.expr], symbols: Mapping[str, str]) -> str:
    rows = [row.elts if isinstance(row, ast.List) else None for row in items]
    lines = [row for row in rows if row is not None] if None not in rows else [items]
    cells = r" \\ ".join(" & ".join(written(cell, symbols)[0] for cell in line) for line in lines)
    return rf"\begin{{bmatrix}} {cells} \end{{bmatrix}}"


def aligned(lines: list[list[str]]) -> str:
    """Equations, each a list of its sides, aligned at their first sign."""
    rows = [" &= ".join([first, " = ".join(rest)]) if rest else f"&{first}" for first, *rest in lines]
    return "\\begin{align*}\n" + " \\\\\n".join(rows) + "\n\\end{align*}"


def in_markdown(text: str) -> str:
    """The text of an explanation for notebooks, which set mathematics between ``$$`` and know no other LaTeX."""
    text = re.sub(r"\\begin\{align\*\}\n(.*?)\n\\end\{align\*\}", formula_in_markdown, text, flags=re.DOTALL)
    text = re.sub(r"^\\textbf\{(.*)\}$", r"**\1**\n", text, flags=re.MULTILINE)
    text = re.sub(r"\\(begin|end)\{itemize\}\n?", "", text)
    return re.sub(r"^\\item (.*)$", lambda found: f"- `{unescaped(found[1])}`", text, flags=re.MULTILINE)


def formula_in_markdown(found: re.Match[str]) -> str:
    """No ``<`` is before a letter, nor dollar in a name: to HTML the one is a tag, to Markdown the other the end."""
    inside = found[1].replace("<", "{<}").replace(r"\$", r"{\$}")
    return f"$$\n\\begin{{aligned}}\n{inside}\n\\end{{aligned}}\n$$"


def unescaped(text: str) -> str:
    for character, written_as in ESCAPED.items():
        text = text.replace(written_as, character)
    return text
