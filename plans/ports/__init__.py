"""What plans asks of the outside, and the types that cross. Implemented in bot and adapters, wired by app."""
