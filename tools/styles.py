"""One stylesheet for the whole book: of the theme only what a page uses, and fonts to match.

A rule stays if every class and id that it names stands in a page or in a script. A font keeps the
characters that are written in it.
"""

import base64
import html
import importlib.metadata
import io
import re

import tinycss2
from fontTools import subset

NAME = re.compile(r"[.#](-?[_a-zA-Z][\w-]*)")
COMMA = re.compile(r",(?![^(]*\))")  # between selectors
# In a selector: attributes and texts, and alternatives, of which one may be used.
ASIDE = re.compile(r"\[[^\]]*\]|\"[^\"]*\"|:(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)")
GROUPS = ("media", "supports", "layer", "container")
OURS = ("book.css", "bets.css", "live.css", "print.css")
ICONS = "vendor/fontawesome/webfonts/fa-solid-900.woff2"


def text_of(tokens):
    return tinycss2.serialize(tokens).strip()


def parse(text):
    return tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)


def inlined(path, folder):
    """The text of a stylesheet with what it imports, its addresses relative to `folder`."""
    text = path.read_text(encoding="utf-8")

    def own(match):
        address = match[1].strip("'\"")
        if address.startswith(("data:", "#")):
            return match[0]
        return f'url("{(path.parent / address).resolve().relative_to(folder)}")'

    text = re.sub(r"url\(([^)]*)\)", own, text)
    imported = r'@import "([^"]*)";'
    text = re.sub(imported, lambda m: inlined((path.parent / m[1]).resolve(), folder), text)
    return f"@media print{{{text}}}" if path.name == "print.css" else text


def kept(rules, used, wanted):
    """The text of those rules that can match something.

    `used` are the classes and ids of the pages, `wanted` the variables, animations and fonts.
    """
    parts = []
    for rule in rules:
        if rule.type == "error":
            raise ValueError(f"a stylesheet cannot be read: {rule.message}")
        if rule.type == "qualified-rule":
            selectors = [s.strip() for s in COMMA.split(text_of(rule.prelude))]
            selectors = [s for s in selectors if set(NAME.findall(ASIDE.sub("", s))) <= used]
            content = tinycss2.parse_blocks_contents(rule.content, True, True)
            content = [c for c in content if c.type != "declaration" or is_wanted(c.name, wanted)]
            if selectors and content:
                parts.append(f"{','.join(selectors)}{{{';'.join(map(short, content))}}}\n")
        elif rule.lower_at_keyword in GROUPS and rule.content:
            if inner := kept(parse(rule.content), used, wanted):
                parts.append(f"@{rule.at_keyword} {text_of(rule.prelude)}{{{inner}}}\n")
        elif rule.lower_at_keyword == "keyframes":
            parts += [rule.serialize() + "\n"] * (text_of(rule.prelude) in wanted)
        elif rule.lower_at_keyword == "font-face":
            text = rule.serialize()
            parts += [text + "\n"] * bool(wanted & set(re.findall(r"([\w-]+)\.woff2", text)))
        elif rule.lower_at_keyword == "page":
            parts.append(rule.serialize() + "\n")
        elif rule.lower_at_keyword != "charset":
            raise ValueError(f"what is @{rule.at_keyword} for, and can it go?")
    return "".join(parts)


def is_wanted(name, wanted):
    return not name.startswith("--") or name in wanted


def short(node):
    if node.type != "declaration":
        return node.serialize()  # a nested rule
    return f"{node.name}:{text_of(node.value)}{'!important' * node.important}"


def pruned(css, pages, scripts, ours=""):
    """A stylesheet without what no page and no script can use; all of our own has its use."""
    used = re.findall(r'(?:class|id)="([^"]*)"', "".join(pages))
    used = set(re.findall(r"[\w-]+", " ".join([*used, scripts]))) | set(NAME.findall(ours))
    before = None
    while css != before:  # a variable may be there for another one that goes
        animations = re.findall(r"animation[^:;{}]*:([^;}]*)", css)
        wanted = {"fa-solid-900", "formulas", *re.findall(r"[\w-]+", " ".join(animations))}
        wanted |= {*re.findall(r"var\(\s*(--[\w-]+)", css), *re.findall(r"--[\w-]+", scripts)}
        before, css = css, kept(parse(css), used, wanted)
    return css


def part_of(font, characters):
    """The part of a font file that these characters need, as an address that carries it.

    So there is no moment without it, nor a jump when it comes; and from disk Firefox takes no
    font of another folder.
    """
    options = subset.Options(flavor="woff2", layout_features=[], hinting=False)
    loaded, file = subset.load_font(str(font), options), io.BytesIO()
    part = subset.Subsetter(options)
    part.populate(unicodes=characters)
    part.subset(loaded)
    subset.save_font(loaded, file, options)
    return f"data:font/woff2;base64,{base64.b64encode(file.getvalue()).decode()}"


def characters_of_formulas(pages):
    """Those in MathML; a single letter is set in the mathematical italic of Unicode."""
    formulas = re.findall(r"<math.*?</math>", "".join(pages), flags=re.DOTALL)
    found = set(html.unescape(re.sub(r"<[^>]*>", "", "".join(formulas))))
    letters = {c for c in found if c.isascii() and c.isalpha()}
    greek = {c for c in found if "α" <= c <= "ω" or c in "∂ϵϑϰϕϱϖ"}
    italic = {chr(0x1D434 + ord(c) - ord("A")) for c in letters if c.isupper()}
    italic |= {chr(0x1D44E + ord(c) - ord("a")) for c in letters if c.islower()} | {"ℎ"}
    italic |= {chr(0x1D6FC + ord(c) - ord("α")) for c in greek if "α" <= c <= "ω"}
    italic |= {chr(0x1D715 + "∂ϵϑϰϕϱϖ".index(c)) for c in greek if c in "∂ϵϑϰϕϱϖ"}
    return {ord(c) for c in found | italic}


def write_style(static, sheets, pages, scripts):
    """Write style.css, with its two fonts, into the folder `static`.

    `sheets` are the stylesheets in their order, `pages` and `scripts` the texts that use them.
    """
    joined = "\n".join(inlined(sheet, static) for sheet in sheets)
    ours = "".join(sheet.read_text(encoding="utf-8") for sheet in sheets if sheet.name in OURS)
    css = pruned(joined, pages, scripts, ours)
    icons = {ord(c) for c in css if "\ue000" <= c <= "\uf8ff"}
    stix = importlib.metadata.distribution("ziamath").locate_file("ziamath/fonts")
    fonts = {
        "fa-solid-900": part_of(static / ICONS, icons),
        "formulas": part_of(stix / "STIXTwoMath-Regular.ttf", characters_of_formulas(pages)),
    }
    css = re.sub(r',\s*url\("[^"]*\.ttf"\)\s*format\("truetype"\)', "", css)
    css = re.sub(r"[\w./-]*?([\w-]+)\.woff2", lambda m: fonts[m[1]], css)
    (static / "style.css").write_text(css, encoding="utf-8")
