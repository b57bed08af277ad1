"""Wrong answers beyond the named mistakes of each exercise, and a pattern of what is said of them.

By chapter and exercise; an answer is an expression, or lines that define ``answer``.
"""

RULE = """
def answer(phi, phi0, slope):
    alpha = {alpha}
    return nnlib.StepResult(alpha, {value}, {accepted}, (), "")
"""
STEP = "-slope / (2 * (phi(1.0) - phi0 - slope))"
SHAPE, KIND = "y.shape != (len(y_hat),)", "y.dtype.kind not in 'iu'"


def metric(refuses, error="ValueError", result="np.mean(y_hat.argmax(axis=1) == y.ravel())"):
    body = f"    if {refuses}:\n        raise {error}('no')\n    return {result}"
    return f"def answer(y_hat, y):\n{body}"


SHUFFLE = """
def answer(said, y, times=2000, seed=0):
    rng = np.random.default_rng(seed)
    found = np.array([np.mean(said == rng.permutation(y)) for _ in range(times)])
    right = np.mean(said == y)
    return {share}
"""
CHOOSE = """
def answer(X, y, candidates):
    def loss(weight_decay):
        f = nnlib.Objective(X, y, weight_decay).value_and_gradient
        return scipy.optimize.minimize(f, nnlib.init_parameters(12), jac=True).fun
    return min(candidates, key=loss)
"""

WRONG = {
    ("counting_parameters", 1): {
        "lambda budget: 12": r"budget=2\) should be 0, got 12",
        "lambda budget: print(budget)": r"\(budget=75\) returned nothing. Is there a `return`\?",
        "lambda budget: exec('raise SystemExit')": "stopped.*: SystemExit",
        "lambda: 1": "takes 0 positional arguments but 1 was given",
        "lambda budget: '12'": r"should be a single number, got a str\.",
        "lambda budget: [12]": r"got an array of the shape \(1,\)\.",
        "lambda budget: float('nan')": r"should be 12, got nan\.",
        "lambda budget: True": "got a bool",
        "lambda budget: [...]": "should be a single number",
        "12": "Give the function itself",
    },
    ("counting_parameters", 2): {"lambda n_hidden, i, j, k: 2 * i + j": "a single number"},
    ("deriving_the_gradient", 2): {
        "lambda theta, x, label: solution_2(theta, x, label)[None]": r"\(2,\), got an array",
        "lambda theta, x, label: 3 * solution_2(theta, x, label)": "3 times too large",
    },
    ("deriving_the_gradient", 3): {
        "lambda f, theta, d: (f(theta + 1e-7 * d) - f(theta)) / 1e-7": "a forward difference",
        "lambda f, theta, d: (f(theta + 0.1 * d) - f(theta - 0.1 * d)) / 0.2": "0.1 is too long",
        "lambda f, theta, d: (f(theta + 1e-12 * d) - f(theta - 1e-12 * d)) / 2e-12": "too short",
        "lambda f, th, d: (f(th + 9e-4 * d) - f(th - 9e-4 * d)) / 18e-4": "7 digits agree, 8 must",
        "lambda f, theta, d: objective.gradient(theta) @ d": "asked for 0 values",
    },
    ("deriving_the_gradient", 5): {
        "lambda y_hat, y: -solution_5(y_hat, y)": "check_gradient says: wrong sign"
    },
    ("constant_step_against_armijo", 1): {
        "lambda H: 2 / np.linalg.norm(H)": "slightly longer still converges",
        "lambda H: 2.018 / np.linalg.eigvalsh(H).max()": "slightly shorter still runs away",
        "lambda H: 2 / np.linalg.eigvalsh(H)": "A step is a positive number",
    },
    ("constant_step_against_armijo", 3): {
        RULE.format(alpha="1.0", value="phi(alpha)", accepted=True): "minimum of its parabola",
        RULE.format(alpha=STEP, value="phi0", accepted=True): "with the value at its place",
        RULE.format(alpha=STEP, value="phi(alpha)", accepted=False): "must be accepted",
        RULE.format(alpha=STEP, value="phi(alpha) + 0 * phi(2.0)", accepted=True): "for 3 values",
        f"lambda phi, phi0, slope: {STEP}": "should be a StepResult, got a float",
    },
    ("constant_step_against_armijo", 4): {
        "lambda phi, phi0, slope, alpha0, sigma, beta: [alpha0]": r"shape \(5,\), got .* \(1,\)"
    },
    ("why_the_step_ten_survived", 1): {
        "lambda theta: nnlib.unpack(theta)": "nothing that the check can use",
        "def answer(theta):\n    theta[-3:] = 0\n    return theta": "changed the array",
    },
    ("testing", 1): {
        "lambda p, q: int(4 * (p + q - p * p - q * q) / (p - q) ** 2) + 1": "should be 6, got 7",
        "lambda p, q: solution_1(p, q) + 1": r"Everywhere \+1 off",
    },
    ("testing", 3): {
        metric("y.ndim != 1"): "must refuse labels that are floating-point",
        metric(f"{SHAPE} or y.dtype.kind not in 'iub'"): "must refuse True and False",
        metric(f"y.size != len(y_hat) or {KIND}"): "must refuse labels in a column",
        metric(f"y.size != len(y_hat) or y.shape[-1] == 1 or {KIND}"): "in a row of a matrix",
        metric(f"{SHAPE} or y.dtype != np.int64"): "type int32 are integers, too",
        metric(f"{SHAPE} or {KIND}", error="TypeError"): "stopped by TypeError",
        metric(f"{SHAPE} or {KIND}", result="2 / 3"): "should be",
    },
    ("the_mystery_of_0311", 1): {
        "lambda printed, most: [90, 180, 190]": r"the possible sizes are \[45, 61\]"
    },
    ("the_mystery_of_0311", 2): {
        SHUFFLE.format(share="np.mean(found > right)"): "at least as high",
        SHUFFLE.format(share="np.mean(found < right)"): "the share of those that do worse",
        SHUFFLE.format(share="np.sum(found >= right)"): "a share, from 0 to 1",
        SHUFFLE.format(share="right"): "That is the accuracy itself",
        SHUFFLE.format(share="found >= right"): "one share",
        SHUFFLE.format(share="np.mean(found >= right)").replace(
            "rng.permutation(y)", "rng.choice(y, len(y))"
        ): "about",
        "lambda said, y: 0.0": "about 1.000 of the shuffles",
    },
    ("decision_boundaries", 3): {
        "lambda X, y, candidates: 1e-4": "For 60 points.* it chose 0.0001",
        "lambda X, y, candidates: max(candidates)": "right labels it chose 0.1",
        "lambda X, y, candidates: candidates[0]": "it chose",
        "lambda X, y, candidates: np.mean(candidates)": "one of the candidates",
        CHOOSE: "it chose 0.0001",
    },
    ("a_second_report", 1): {
        "lambda: solution_1() | {'S1': 'confirmed'}": "(?s)7 of 8 verdicts.*counting.* 53 entries",
        "lambda: solution_1() | {'S6': 'confirmed'}": "a baseline decides it.*41 of 60",
        "lambda: dict.fromkeys(solution_1(), 'confirmed')": "2 of 8 verdicts hold",
        "lambda: {'S1': 'wrong'}": "S1: a verdict is confirmed or refuted or",
        "lambda: ['refuted'] * 8": "It should be a dict",
    },
}
