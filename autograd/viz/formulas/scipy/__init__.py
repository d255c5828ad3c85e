"""The chapters about SciPy: each is imported once the rules of the same name are."""
