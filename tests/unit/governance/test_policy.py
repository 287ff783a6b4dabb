"""Every built-in policy: when it allows, when it denies, and that whatever is broken denies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from plans.errors import SetupError
from plans.governance.policy import PolicySet, Situation
from plans.words import AgentName, Money, Verb
from tests.unit.governance.test_acts import ACT

POLICIES = PolicySet.load()
ALL = frozenset(Verb)
FREE = (Verb.READ, Verb.DRAFT)
CARDED = (Verb.PUBLISH, Verb.MESSAGE, Verb.SPEND, Verb.CHANGE)
CALM = Situation(
    approved=False,
    plan_state="active",
    plan_agents=frozenset({AgentName("mailer")}),
    may=ALL,
    left=Money.of(100),
    stopped=False,
)


def broken_money(minor: Any, currency: Any) -> Money:
    """What validation would refuse."""
    return Money.model_construct(minor=minor, currency=currency)


PERMIT_ALL = '@id("all") @sentence("Everything goes.") permit (principal, action, resource);\n'


def judged(
    verb: Verb, policies: PolicySet = POLICIES, amount: Money | None = None, **situation: Any
) -> tuple[Any, ...]:
    act = ACT.model_copy(update={"verb": verb, "amount": amount})
    verdict = policies.judge(act, CALM.model_copy(update=situation))
    return verdict.kind, *verdict.rules


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.cedar").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("verb", FREE)
@pytest.mark.parametrize("approved", [True, False])
def test_an_active_plans_agents_read_and_draft_without_being_asked(verb: Verb, approved: bool) -> None:
    assert judged(verb, approved=approved) == ("allow", "work-on-approved-plan")


@pytest.mark.parametrize("verb", CARDED)
def test_what_others_see_or_what_costs_asks_and_is_allowed_with_a_yes(verb: Verb) -> None:
    assert judged(verb) == ("ask", "card-of-its-own")
    assert judged(verb, approved=True) == ("allow", "card-of-its-own")


@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize("approved", [True, False])
@pytest.mark.parametrize(
    ("situation", "rule"),
    [
        ({"plan_agents": frozenset({AgentName("writer")})}, "only-the-plans-agents"),
        ({"may": frozenset()}, "only-what-its-entry-allows"),
        ({"stopped": True}, "not-while-stopped"),
        ({"amount": Money(minor=100_01)}, "within-the-budget"),
        ({"amount": Money.of(5, "USD")}, "within-the-budget"),
        ({"amount": Money(minor=-1), "left": None}, "within-the-budget"),
    ],
)
def test_no_yes_outweighs_a_forbid(verb: Verb, approved: bool, situation: dict[str, Any], rule: str) -> None:
    assert judged(verb, approved=approved, **situation) == ("deny", rule)


@pytest.mark.parametrize(
    ("situation", "kind"),
    [
        ({"amount": Money.of(100)}, "allow"),
        ({"amount": Money.of(10_000), "left": None}, "allow"),
        ({"may": frozenset({Verb.READ})}, "allow"),
        ({"plan_agents": frozenset({AgentName("mailer"), AgentName("writer")})}, "allow"),
    ],
)
def test_up_to_the_edge_of_every_forbid_it_is_allowed(situation: dict[str, Any], kind: str) -> None:
    assert judged(Verb.READ, **situation)[0] == kind


@pytest.mark.parametrize("state", ["proposed", "stopped", "rejected", "unknown", ""])
@pytest.mark.parametrize("verb", Verb)
def test_on_a_plan_that_is_not_active_nothing_is_permitted(verb: Verb, state: str) -> None:
    assert judged(verb, plan_state=state, approved=True) == ("deny",)


@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize(
    "broken",
    [
        {"plan_state": None},
        {"plan_state": 1},
        {"plan_state": "\ud800"},
        {"approved": "yes"},
        {"stopped": None},
        {"stopped": "no"},
        {"may": frozenset({7})},
        {"may": None},
        {"plan_agents": None},
        {"left": broken_money(minor="much", currency="EUR")},
        {"left": broken_money(minor=1.5, currency="EUR")},
        {"left": Money(minor=2**63)},
        {"left": broken_money(minor=1, currency=None)},
        {"amount": Money(minor=2**63), "left": None},
        {"amount": broken_money(minor=None, currency="EUR"), "left": None},
    ],
)
def test_a_broken_context_denies_and_says_so(verb: Verb, broken: dict[str, Any]) -> None:
    act = ACT.model_copy(update={"verb": verb, "amount": broken.get("amount")})
    verdict = POLICIES.judge(act, CALM.model_copy(update={"approved": True, **broken}))
    assert verdict.kind == "deny"
    assert "could not be evaluated" in verdict.why
    assert verdict.policy == POLICIES.digest


def test_a_forbid_that_errs_denies_instead_of_being_skipped(tmp_path: Path) -> None:
    # It passes the vocabulary and overflows when it is evaluated: Cedar would skip it and allow.
    errs = '@id("errs") @sentence("No.") forbid (principal, action, resource) when { 9223372036854775807 + 1 > 0 };'
    policies = PolicySet.load(written(tmp_path, a=PERMIT_ALL + errs))
    assert judged(Verb.READ, policies) == ("deny", "errs")


def test_a_forbid_that_errs_only_without_a_yes_is_no_ask(tmp_path: Path) -> None:
    errs = (
        '@id("errs") @sentence("No.") forbid (principal, action, resource) '
        "when { !context.approved && 9223372036854775807 + 1 > 0 };"
    )
    policies = PolicySet.load(written(tmp_path, a=PERMIT_ALL + errs))
    assert judged(Verb.READ, policies) == ("deny", "errs")


def test_a_verdict_says_in_words_what_decided() -> None:
    verdict = POLICIES.judge(ACT.model_copy(update={"amount": None}), CALM)
    assert verdict.why == dict(POLICIES.describe())["card-of-its-own"]
    denied = POLICIES.judge(ACT.model_copy(update={"amount": None}), CALM.model_copy(update={"plan_state": "rejected"}))
    assert denied.why == "No policy permits mailer to message on northwind, which is rejected."


def test_two_forbids_are_both_named() -> None:
    assert judged(Verb.READ, may=frozenset(), stopped=True) == (
        "deny",
        "only-what-its-entry-allows",
        "not-while-stopped",
    )


def test_a_forbid_that_a_yes_lifts_asks_in_its_own_name(tmp_path: Path) -> None:
    own = '@id("ask-first") @sentence("Ask.") forbid (principal, action, resource) unless { context.approved };'
    policies = PolicySet.load(written(tmp_path, a=PERMIT_ALL, b=own))
    assert judged(Verb.READ, policies) == ("ask", "ask-first")
    assert judged(Verb.READ, policies, approved=True) == ("allow", "all")


def test_names_that_cedar_would_have_to_escape_are_judged_like_any_other() -> None:
    odd = AgentName('a"b\n::{}')
    act = ACT.model_copy(update={"agent": odd, "verb": Verb.READ})
    assert POLICIES.judge(act, CALM.model_copy(update={"plan_agents": frozenset({odd})})).kind == "allow"
    assert POLICIES.judge(act, CALM).kind == "deny"


def test_every_built_in_policy_is_described() -> None:
    assert [rule for rule, _ in POLICIES.describe()] == [
        "work-on-approved-plan",
        "card-of-its-own",
        "only-the-plans-agents",
        "only-what-its-entry-allows",
        "within-the-budget",
        "not-while-stopped",
    ]
    assert all(sentence.endswith(".") for _, sentence in POLICIES.describe())


def test_a_folder_replaces_the_built_in_set(tmp_path: Path) -> None:
    policies = PolicySet.load(written(tmp_path, only=PERMIT_ALL))
    assert judged(Verb.SPEND, policies, plan_state="proposed") == ("allow", "all")
    assert policies.digest != POLICIES.digest


def test_the_digest_is_of_the_texts(tmp_path: Path) -> None:
    first = PolicySet.load(written(tmp_path, a=PERMIT_ALL)).digest
    assert PolicySet.load(tmp_path).digest == first
    assert PolicySet.load(written(tmp_path, a=PERMIT_ALL + "// another day\n")).digest != first


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (PERMIT_ALL + "\nforbid (principal, action\n  resource);\n", "a.cedar, line 4: unexpected token `resource`"),
        (
            PERMIT_ALL + "forbid (principal, action, resource) when {\n  context.stopped\n",
            "a.cedar, line 2: unexpected end",
        ),
        (
            PERMIT_ALL.replace("permit", "\npermit") + "permit (principal,\naction, resource)\n",
            "a.cedar, line 3: unexpected end",
        ),
        (PERMIT_ALL + "nonsense", "a.cedar, line 2: "),
        (PERMIT_ALL + "// fine\nforbid (principal, action, resource)\nwhen { context.stoped };\n", "a.cedar, line 4: "),
        (PERMIT_ALL.replace('@id("all")', ""), "a.cedar: policy 1 needs @id"),
        (PERMIT_ALL.replace('@sentence("Everything goes.")', ""), "a.cedar: policy 1 needs @id"),
        (PERMIT_ALL + PERMIT_ALL, '@id("all") is already in a.cedar'),
        ('@id("t") @sentence("T.") permit (principal == ?principal, action, resource);', "a.cedar: a template"),
    ],
)
def test_a_file_that_will_not_do_is_named_with_line_and_reason(tmp_path: Path, text: str, said: str) -> None:
    written(tmp_path, a=text)
    with pytest.raises(SetupError) as error:
        PolicySet.load(tmp_path)
    assert said in str(error.value)


def test_one_bad_file_refuses_the_whole_folder(tmp_path: Path) -> None:
    written(tmp_path, a=PERMIT_ALL, b="permit (")
    with pytest.raises(SetupError, match=r"b\.cedar, line 1"):
        PolicySet.load(tmp_path)


def test_a_folder_without_policies_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(PERMIT_ALL)
    with pytest.raises(SetupError, match=r"no \*\.cedar file"):
        PolicySet.load(tmp_path)
    with pytest.raises(SetupError, match="cannot be read"):
        PolicySet.load(tmp_path / "nowhere")


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.cedar").write_bytes(b"\xff\xfe")
    with pytest.raises(SetupError, match="not UTF-8"):
        PolicySet.load(tmp_path)
