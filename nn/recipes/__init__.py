"""Recipes: complete programs that ``python -m nn`` runs, each a function to read and to copy."""
