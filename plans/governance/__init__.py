"""May this happen: policies, budgets, decisions, what is asked of people, and stops."""
