"""What the demonstration's parts must agree on, without making it."""

from backend.cli.demo import joining, using


def test_f_13_somebody_uses_what_the_suppliers_of_the_demonstration_have_a_share_of() -> None:
    names = [name for name, _, _ in using.RESOURCES]
    assert any(name == joining.POOL or name.startswith(f"{joining.POOL}.") for name in names)
