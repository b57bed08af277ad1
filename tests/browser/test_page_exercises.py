"""Exercises that are answered in the page: they judge as the notebook's checks do."""

import pytest

from nnlib.exercises.a_second_report import check_1, findings
from nnlib.exercises.formulas import FORMULAS, SENTENCES

RIGHT = {  # several forms of each
    "counting_parameters.1": ["max(0, (budget - 3) // 6)", "floor(max(budget - 3, 0)/6)"],
    "counting_parameters.2": ["2i + j; 6 n_hidden + k", "i*2+j; k + n_hidden*(2+1+3)"],
    "counting_parameters.3": ["N(d+1) + M(N+1) + N_O(M+1)", "N*d + N + M*N + M + N_O*M + N_O"],
    "deriving_the_gradient.1": ["da1 (1 - a1²)", "da1 - da1*a1^2", "(1-a1)*(1+a1)*da1"],
    "constant_step_against_armijo.1": ["2/largest", "2 * largest^-1", "2/max(largest, smallest)"],
    "constant_step_against_armijo.2": [
        "1 + max(0, ceil(ln(2 (1 - sigma)/(L alpha0))/ln(beta)))",
        "max(1, 1 - floor(log(alpha0*L/2/(1-sigma))/log(beta)))",
    ],
    "constant_step_against_armijo.3": ["slope/(2(phi0 + slope − at_1))"],
    "why_the_step_ten_survived.2": ["2/alpha", "alpha ** -1 · 2"],
    "testing.1": ["ceil(4(p(1-p) + q(1-q))/(p-q)^2)", "ceil((2/(p-q))**2*(p-p²+q-q²))"],
    "decision_boundaries.1": ["(w1 x1 + w2 x2 + b)/sqrt(w1² + w2²)"],
    "what_does_training_cost.1": ["20n n_hidden(6n_hidden + 3)", "60*n*n_hidden*(2*n_hidden+1)"],
}
audit = {name: finding.verdict for name, finding in findings().items()}
JUDGE = "([name, text]) => live.judgeFormula(name, text.split(';'))"


@pytest.fixture(scope="module")
def page(tabs):
    """A page whose scripts are loaded."""
    return tabs["notebooks/01_counting_parameters.html"]("hidden_unit").load().page


def test_every_form_of_a_right_answer_passes_and_every_mistake_gets_its_name(page):
    entries = {f"{chapter}.{k}": e for chapter, of in FORMULAS.items() for k, e in of.items()}
    assert set(RIGHT) == set(entries)
    for name, entry in entries.items():
        for text in RIGHT[name]:
            found = page.evaluate(JUDGE, [name, text])
            assert found == {"passed": True, "message": f"Right. {entry['why']}"}, (text, found)
        for wrong, words in entry["mistakes"]:
            found = page.evaluate(JUDGE, [name, wrong])
            assert not found["passed"] and found["message"].endswith(words), (wrong, found)
            assert " should be " in found["message"]


@pytest.mark.parametrize(
    ("text", "words"),
    {
        "2 * ceil(4*(p*(1-p)+q*(1-q))/(p-q)**2)": SENTENCES["factor"].format(factor="2"),
        "-ceil(4*(p*(1-p)+q*(1-q))/(p-q)**2)": SENTENCES["sign"],
        "ceil(4*(p*(1-p)+q*(1-q))/(p-q)**2) + 1": SENTENCES["gap"].format(gap="+1"),
        "1 / 2 p": "can be read in two ways",
        "0,5": "Decimals have a point, not a comma.",
        "(p": "A bracket is not closed.",
        "p)": "There is a bracket too many.",
        "p +": "The formula ends too early.",
        "p $ q": 'I don\'t understand "$".',
        "": "Type a formula.",
        "constructor": 'What is "constructor"?',
        "(" * 10**6: "That is too long for a formula.",
    }.items(),
)
def test_what_is_said_of_other_answers(page, text, words):
    found = page.evaluate(JUDGE, ["testing.1", text])
    assert not found["passed"] and words in found["message"]


def test_no_string_makes_it_throw_or_hang(page):
    worst = page.evaluate("""() => {
        const bits = ["p", "q", "(", ")", "+", "-", "*", "/", "**", "^", "//", ",", ".", "max", "2",
            "3.5e2", "e", " ", "floor", "constructor", "__proto__", "²", "·", "[", "ö", "sqrt("];
        let worst = 0, seed = 1;
        const draw = (n) => (seed = (seed * 48271) % 2147483647) % n;
        for (let i = 0; i < 2e4; i++) {
            const text = Array.from({ length: draw(30) }, () => bits[draw(bits.length)]).join("");
            const begin = performance.now();
            const { passed, message } = live.judgeFormula("testing.1", [text]);
            if (typeof passed !== "boolean" || !message) return text;
            worst = Math.max(worst, performance.now() - begin);
        }
        return worst;
    }""")
    assert worst < 2000


def test_by_keyboard_alone(open_page, site):
    with open_page(site, "notebooks/04_testing.html", width=390) as opened:
        page, box = opened.page, opened.page.get_by_label("n =", exact=True)
        box.focus()
        page.keyboard.type("4*(p*(1-p)+q*(1-q))/(p-q)**2")
        page.keyboard.press("Enter")
        said = page.locator(".exercise-form [role=status]")
        assert "A number of points is whole" in said.inner_text()
        page.keyboard.press("Home")
        page.keyboard.type("ceil(")
        page.keyboard.press("End")
        assert said.inner_text() == ""  # an answer that is being changed has no verdict
        page.keyboard.type(")")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")  # the button
        assert said.inner_text().startswith("Right. ")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert not opened.problems


def test_the_second_report_is_audited_in_the_page(open_page, site):
    with open_page(site, "notebooks/07_a_second_report.html", width=390) as opened:
        page, said = opened.page, opened.page.locator(".exercise-form [role=status]")
        check = page.get_by_role("button", name="Check", exact=True)
        check.click()
        assert said.inner_text() == "There is no verdict yet for S1, S2, S3, S4, S5, S6, S7, S8."
        for name, finding in findings().items():
            page.get_by_label(f"{name}. ").select_option(finding.verdict)
        page.get_by_label("S6. ").select_option("confirmed")
        check.click()
        assert said.inner_text() == check_1(lambda: audit | {"S6": "confirmed"}).message
        page.get_by_label("S6. ").select_option("not supported")
        check.click()
        assert said.inner_text() == check_1(lambda: audit).message
        assert not opened.problems
