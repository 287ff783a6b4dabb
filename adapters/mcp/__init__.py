"""Agents that speak the Model Context Protocol: long jobs behind tools, as a manifest describes them."""
