"""Gets an item done by somebody: briefs, routes, acts on the one road, and checks in the world that it was done."""
