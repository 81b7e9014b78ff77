"""What a visitor brings, read without running it: tasks, points, tables, JSON.

Formulas have a package of their own.
"""
