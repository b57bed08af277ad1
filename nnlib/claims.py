"""What the report claims, and what checking has shown: the ledger as data.

`label` is the place in the book where the evidence runs, the name of a MyST target. The tests hold
every verdict to a fresh run (tests/unit/test_claims.py).
"""

from dataclasses import dataclass

VERDICTS = {
    "confirmed": "right as printed",
    "corrected": "a slip in a name or an index; the mend changes no number",
    "refuted": "a wrong value; a check fails",
    "not supported": "the evidence given does not bear it",
    "cannot be decided": "it would take data that the report does not give",
}
SLIPS = {
    "none": "nothing to mend",
    "label only": "a wrong name or index, without numerical effect",
    "not executable": "the shapes don't fit",
    "wrong value": "computes something else",
    "inherited": "uses a factor that is wrong above",
    "conclusion": "no formula: what is concluded from the numbers",
}


@dataclass(frozen=True)
class Claim:
    """One claim of the report.

    Attributes
    ----------
    id : str
        R1 to R15.
    statement : str
        What the report states, in Markdown with formulas.
    slip : str
        One of `SLIPS`.
    verdict : str
        One of `VERDICTS`.
    finding : str
        What is right instead, and how one sees it, in Markdown.
    label : str
        MyST target of the evidence.
    """

    id: str
    statement: str
    slip: str
    verdict: str
    finding: str
    label: str


CLAIMS = (
    Claim(
        "R1",
        '$h(z) = 1/(1 + e^{-z})$ is "our softplus function"',
        "label only",
        "corrected",
        r"The formula is the logistic sigmoid. The softplus is $\log(1 + e^z)$, and its derivative "
        "is the sigmoid.",
        "audit-softplus",
    ),
    Claim(
        "R2",
        r"$W^{(0)} \in \mathbb R^{N_H \times 2}$, $b^{(0)} \in \mathbb R^{N_H}$, "
        r"$W^{(1)} \in \mathbb R^{3 \times N_H}$, $b^{(1)} \in \mathbb R^3$",
        "none",
        "confirmed",
        "The forward pass runs with these shapes.",
        "audit-count",
    ),
    Claim(
        "R3",
        r"$f(N_H) = 2 N_H + N_H + 3 N_H + 3 = 6 N_H + 3$ learnable parameters",
        "none",
        "confirmed",
        r"Equal to the length of $\theta$ for $N_H = 1$ to 64.",
        "audit-count",
    ),
    Claim(
        "R4",
        r"$z^{(2)} = W^{(1)} a^{(1)} + b^{(1)}$ and $\tilde y_i = \exp z_i / \sum_j \exp z_j$",
        "none",
        "confirmed",
        "Right on paper. In floating point it overflows for large logits; the shifted form does "
        "not.",
        "audit-softmax",
    ),
    Claim(
        "R5",
        r"$\partial \ell / \partial \tilde y_k = y_k / \tilde y_k$",
        "wrong value",
        "refuted",
        r"$-y_k / \tilde y_k$: the minus sign of the cross-entropy is lost.",
        "audit-gradient",
    ),
    Claim(
        "R6",
        r"$\partial \tilde y_k / \partial z_k^{(2)} = -e^{z} / (e^{z} + 1)^2$",
        "wrong value",
        "refuted",
        r"Three slips: the sign; the terms off the diagonal; and the diagonal, which is "
        r"$\tilde y_k (1 - \tilde y_k)$, not $\sigma(z_k)(1 - \sigma(z_k))$.",
        "audit-gradient",
    ),
    Claim(
        "R7",
        r"$\partial z_k^{(2)} / \partial W_{ki}^{(0)} = a_i^{(1)}$, and with R5, R6 "
        r"$\partial \ell / \partial W_{ki}^{(1)}$",
        "inherited",
        "refuted",
        r"The derivative is the one in $W^{(1)}_{ki}$ (a label). "
        "The product takes over R5 and R6.",
        "audit-products",
    ),
    Claim(
        "R8",
        r"$\partial \ell / \partial b_k^{(1)}$ as the product of R5 and R6",
        "inherited",
        "refuted",
        r"$\tilde y_k - y_k$. The printed one does not sum to zero over the classes.",
        "audit-products",
    ),
    Claim(
        "R9",
        r"$\partial \ell / \partial a_j^{(1)} = \sum_{k=1}^{N} \dots W_{kj}^{(0)}$",
        "not executable",
        "refuted",
        r"$W^{(0)}$ has two columns and no entry $kj$ for $j > 2$. It must be $W^{(1)}_{kj}$, and "
        r"$N_O$ for $N$; R5 and R6 remain.",
        "audit-shapes",
    ),
    Claim(
        "R10",
        r"$\partial a_j^{(1)} / \partial z_k^{(1)} = e^{z} / (e^{z} + 1)$",
        "wrong value",
        "refuted",
        r"That is $\sigma(z)$ itself, the derivative of the softplus. The sigmoid has "
        r"$\sigma(z) (1 - \sigma(z))$, and the index is $j$ in both places.",
        "audit-gradient",
    ),
    Claim(
        "R11",
        r"$\partial \ell / \partial W_{ki}^{(0)} = (\mathrm{R9}) \cdot (\mathrm{R10}) \cdot x_i$",
        "inherited",
        "refuted",
        "The form is right, with the hidden unit's index $j$ for $k$. The factors are not.",
        "audit-products",
    ),
    Claim(
        "R12",
        r"$\partial \ell / \partial b_k^{(0)} = (\mathrm{R9}) \cdot (\mathrm{R10}) \cdot 1$, "
        r"in the last line called $\partial \ell / \partial b_k^{(1)}$",
        "inherited",
        "refuted",
        "A label in the last line; the factors are those of R9 and R10.",
        "audit-products",
    ),
    Claim(
        "R13",
        'R5 to R12 are "the derivative of the total loss w.r.t. all model parameters"',
        "wrong value",
        "refuted",
        "The loss is never written down, and no sum or mean over the samples appears: the formulas "
        "are those of one sample.",
        "audit-mean",
    ),
    Claim(
        "R14",
        "Constant step 1: test loss 6.369, accuracy 0.311. Armijo: test loss 14.317, accuracy 0.3",
        "conclusion",
        "cannot be decided",
        "Accuracies at chance with losses far above ln 3 need not mean a bad network: a nearly "
        "perfect one can get numbers of this kind from a wrong metric or wrong labels. "
        "Which of them it was, "
        "the numbers don't tell.",
        "audit-mystery",
    ),
    Claim(
        "R15",
        '"Armijo was overfitting much faster, but both approaches overfitted the training data"',
        "conclusion",
        "not supported",
        "On few and noisy points both methods overfit alike at equal training loss; "
        "Armijo gets there "
        "in fewer iterations. Overfitting alone did not bring the accuracy down to chance.",
        "audit-overfitting",
    ),
)
