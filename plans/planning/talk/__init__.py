"""Changing a plan by talking: what was said becomes the typed edits that the cards make, or a question, or a refusal.

A grammar reads the common ways to say a change; a model may turn other ways into its sentences, and no more than that.
Nothing here is applied or stored.
"""
