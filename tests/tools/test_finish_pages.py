"""Light pages: what may go from a style, what a formula becomes, and what a page may run."""

import re

import pytest

PAGE = r'<p><span class="math notranslate nohighlight">\(%s\)</span></p>'
SHEET = """
:root{--used:1;--unused:var(--nobody);--nobody:2}
.there,.gone{color:var(--used)}
.gone{color:red}
img:not(.gone,.too){a:b}
#here:is(.gone,.there){a:b}
@media print{.gone{a:b}.there{animation:turn 1s!important}}
@keyframes turn{to{a:b}}
@keyframes gone{to{a:b}}
"""


def test_a_style_keeps_what_a_page_or_a_script_can_use(tool):
    pages = ['<p class="there" id="here">']
    kept = """
    :root{--used:1} .there{color:var(--used)} img:not(.gone,.too){a:b} #here:is(.gone,.there){a:b}
    @media print{.there{animation:turn 1s!important} } @keyframes turn{to{a:b}}
    """
    pruned = tool("styles").pruned
    assert pruned(SHEET, pages, "").split() == kept.split()
    assert ".gone{color:red}" in pruned(SHEET, pages, "e.classList.add('gone')")
    with pytest.raises(ValueError, match=r"@counter-style"):
        pruned("@counter-style x { system: cyclic }", pages, "")


def test_formulas_are_set_and_a_faulty_one_stops_the_build(tool):
    def mathml(tex):
        (page,) = tool("formulas").set_formulas({"page": PAGE % tex}).values()
        return re.search("<math>(.*)</math></span></p>", page)[1]

    assert mathml(r"a &lt; \tfrac12") == (
        "<mi>a</mi><mo>&lt;</mo><mstyle displaystyle=\"false\" scriptlevel=\"0\"><mfrac><mn>1</mn>"
        "<mn>2</mn></mfrac></mstyle>"
    )  # fmt: skip
    assert "</mi><mspace" in mathml(r"p \log p") and "<mspace" not in mathml(r"\log(p)")
    with pytest.raises(ValueError, match=r"^Undefined control sequence .* the formula .nonsense"):
        mathml(r"\nonsense")
